"""Deleting conversations from a user's list, and setting ``ex`` in the rows that others have about a user.

Source: open-im-server 3.8 ``internal/rpc/conversation``. There users may write into the rows of others.
"""

from collections.abc import Sequence
from typing import Final

from amity.calls.call import Call
from amity.clock import DAY_MS, SYSTEM_CLOCK, Clock
from amity.conversations import group_rows, positions, store
from amity.conversations.finding import MOST_NAMED, Finding
from amity.conversations.models import DeleteConversationsRequest, UpdateConversationsByUserRequest
from amity.conversations.notices import notify_changed
from amity.delivery.push import Push
from amity.errors import Code, ImError, offending
from amity.storage import LARGE, Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline.service import Timelines
from amity.users.directory import Directory
from amity.users.rules import require_few, require_length
from amity.wire.conversation_ids import single_id

_DELETED_AT_ONCE: Final = 1000
"""Rows that one transaction deletes."""
_SET_AT_ONCE: Final = 200
"""Owners whose rows one transaction changes. Their lists are locked meanwhile."""
_MOST_DAYS: Final = 36_500


class Deleting:
    """The operations that delete conversations, and that describe a user in those of others."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        timelines: Timelines,
        finding: Finding,
        push: Push,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._timelines = timelines
        self._finding = finding
        self._push = push
        self._clock = clock

    async def delete_conversations(self, call: Call, request: DeleteConversationsRequest) -> None:
        """Delete conversations from a user's list: those named, or those that had no message for some days and are not
        pinned. Messages stay. Raises ``ImError``: 1001, 1002."""
        owner_id, named, days = request.owner_user_id, request.conversation_ids or (), request.need_delete_time
        call.require_allowed(owner_id, "ownerUserID")
        if named and days:
            raise ImError(Code.ARGS, "needDeleteTime: cannot be set together with conversationIDs")
        if not named and not days:
            raise ImError(Code.ARGS, "conversationIDs: is empty, and so is needDeleteTime")
        if days < 0:
            raise ImError(Code.ARGS, f"needDeleteTime: is a number of days, not {days}")
        require_few("conversationIDs", named, MOST_NAMED)
        owner = await self._directory.number(owner_id)
        if owner is None:
            return
        before = self._clock.now_ms() - min(days, _MOST_DAYS) * DAY_MS
        if named:
            timelines = [*(await self._finding.timelines(owner, owner_id, named)).values()]
        else:
            timelines = await self._silent(owner, before)
        for begin in range(0, len(timelines), _DELETED_AT_ONCE):
            part = timelines[begin : begin + _DELETED_AT_ONCE]

            async def write(tx: Transaction, part: list[int] = part) -> None:
                await group_rows.lock_groups(tx, part)
                await lock_lists(tx, [owner])
                if not named:
                    # A message may have come since, or the user may have pinned one.
                    part = await positions.still_silent(tx, owner, before, part)
                await store.delete(tx, owner, part)

            await self._database.write(write, rows=len(part))

    async def update_conversations_by_user(self, call: Call, request: UpdateConversationsByUserRequest) -> None:
        """Set ``ex`` in all rows that others have about a user, some at a time. Raises ``ImError``: 1001, 1004."""
        if not request.user_id:
            raise ImError(Code.ARGS, "userID is empty")
        require_length("ex", request.ex)
        user = await self._directory.number(request.user_id)
        if user is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"userID: user not found: {offending([request.user_id])}")
        ex = request.ex
        if ex is None:
            return
        last = 0
        while owners := await store.owners_with(self._database, user, last, _SET_AT_ONCE):

            async def write(tx: Transaction, owners: Sequence[int] = tuple(owners)) -> list[int]:
                await lock_lists(tx, owners)
                return await store.set_ex_about(tx, user, owners, ex)

            for owner in await self._database.write(write, rows=LARGE):
                changed = [single_id(owners[owner], request.user_id)]
                call.after_answer(notify_changed, self._push, owners[owner], changed, call.operation_id)
            last = max(owners)

    async def _silent(self, owner: int, before: int) -> list[int]:
        """Return the timelines of a user's conversations that had no message since a time."""
        return await positions.silent(self._database, owner, before)
