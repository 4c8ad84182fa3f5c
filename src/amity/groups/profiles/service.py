"""A new nickname or picture of a user reaches the groups that show it: the member's row there gets the next version of
the list, and the members are told.

The transaction that changes a profile stores which groups these are. A task tells one after the other, a transaction
each: so a user in many large groups holds nobody up, and nothing is lost if the server is killed. Groups are locked
before users, everywhere, so that the transaction of the profile, which has locked the user, cannot change them itself.

If several processes share the database, each takes what it finds; the lock of the group lets one of them tell it.
"""

import logging
from collections.abc import Sequence
from typing import Final

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.groups.change import Change
from amity.groups.changes import Changes
from amity.groups.notices import GroupMemberInfoSet
from amity.groups.profiles import store
from amity.groups.profiles.store import Waiting
from amity.groups.stored import members
from amity.storage import Database, Transaction
from amity.storage.outages import Outages
from amity.storage.steps import Steps

_IDLE_POLL_SECONDS: Final = 3.0  # between two searches for what another process has left

_log = logging.getLogger(__name__)


class GroupProfiles:
    """Tells groups of their members' new profiles, from ``start`` to ``stop``."""

    def __init__(self, database: Database, changes: Changes, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._changes = changes
        self._last = (0, 0)
        outages = Outages(
            _log,
            "groups: new profiles wait for the database",
            "groups: an error of its own held up new profiles; it goes on",
        )
        self._steps = Steps("group-profiles", self._step, outages, clock)

    async def record(self, tx: Transaction, users: Sequence[int], operator: str, operation_id: str) -> None:
        """Store that the groups of these users have to be told. The transaction has locked the users."""
        if await store.put(tx, users, operator, operation_id):
            tx.after_commit(self._steps.wake)

    def start(self) -> None:
        """Start the task. It begins with what was left when the server ended."""
        self._steps.start()

    async def stop(self) -> None:
        """Stop the task after the group under way. The rest is told after the next start, or by another process."""
        await self._steps.stop()

    async def _step(self) -> float:
        """Tell the next group; return how many seconds to pause, unless there is something to tell meanwhile."""
        waiting = await store.next_of(self._database, self._last)
        if waiting is None and self._last != (0, 0):
            waiting = await store.next_of(self._database, (0, 0))
        if waiting is None:
            self._last = (0, 0)
            return _IDLE_POLL_SECONDS
        self._last = waiting.user, waiting.group  # before it is told: one that fails does not hold up the others
        await self._tell(waiting)
        return 0.0

    async def _tell(self, waiting: Waiting) -> None:
        call = Call(operation_id=waiting.operation_id, user_id=waiting.operator)
        await self._changes.change(call, waiting.group_id, lambda change: _changed(change, waiting))
        call.answered()


async def _changed(change: Change, waiting: Waiting) -> None:
    """Give a member's row the next version, and tell of it."""
    tx, user, group = change.tx, waiting.user, waiting.group
    if not await store.waits(tx, user, group):
        return  # another process has told it
    member = await change.member(user)
    if member is None or (member.own_nickname and member.own_face_url):
        await store.remove(tx, user, group)
        return
    # This locks the user. The row goes after that, as a change of the profile locks them in this order, too.
    await change.begin([user])
    await store.remove(tx, user, group)
    await members.touch(tx, group, user, change.version)
    if waiting.operator:
        (shown,) = await change.shown([user])
        change.tell(
            GroupMemberInfoSet(
                group=change.group.info(),
                op_user=await change.op_user(),
                changed_user=shown,
                group_member_version=change.version,
                group_member_version_id=change.version_id,
                group_sort_version=0,
            )
        )
