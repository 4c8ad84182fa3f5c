"""The fan-out of a changed profile to all friend lists that show it: the user's row there gets the list's next version.

Up to ``INLINE`` lists get it in the transaction of the change. If there are more, that transaction stores a fan-out,
and a task carries it out in parts of ``PART`` lists, a transaction each. So no part blocks other writers for long, and
nothing is lost if the server is killed. The task does one part of each user's fan-out in turn.

A fan-out has these states (see ``profile_fanouts`` in the migrations):

- under way: a row with a cursor (lap and list), a goal, and a holder with a lease. Each part advances the cursor and
  renews the lease. A further change of the profile moves the goal one lap on, to the cursor's position. The fan-out
  goes on from its cursor instead of starting anew, so frequent changes cannot keep lists from being reached.
- abandoned: its lease has expired, because the holder has ended or made no progress for ``LEASE_SECONDS``. Another
  process takes it over.
- ended: the cursor has reached the goal, and the row is deleted.

If several processes share the database, each carries out the fan-outs that it has begun or taken over, and notifies its
own clients.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from amity import metrics
from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.members import new_name
from amity.delivery.push import Push
from amity.errors import ImError
from amity.relations.friends.profiles import store
from amity.relations.friends.profiles.store import Cursor, Fanout
from amity.storage import LARGE, Database, Transaction
from amity.storage.outages import Outages
from amity.storage.steps import Steps
from amity.sync.lists import MOST_VERSION, lock_lists
from amity.users import notices
from amity.users.profile_observer import Affected, Goal

INLINE = 256
"""The most lists that the transaction of a change changes."""
PART = 200
"""Lists of one part: about five milliseconds of the database."""
LEASE_SECONDS = 10.0
WAIT_SECONDS = 60.0
"""Seconds that the caller of a change waits for its fan-out. The fan-out goes on after that."""
_POLL_SECONDS = 0.1  # between two reads of the fan-outs of other processes, while a caller waits for one
_IDLE_POLL_SECONDS = 3.0  # between two searches for a fan-out, while no caller waits

_log = logging.getLogger(__name__)


class _TakenOverError(Exception):
    """Another process has taken over a fan-out. The transaction is rolled back."""


class ProfileFanout:
    """Carries out fan-outs of profiles from ``start`` to ``stop``."""

    def __init__(self, database: Database, push: Push, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._push = push
        self._clock = clock
        self._shared = not database.exclusive
        self._holder = new_name() if self._shared else ""
        self._last_user = 0
        self._waiting: dict[int, list[tuple[Goal, asyncio.Future[None]]]] = {}
        self._polled_at = self._counted_at = float("-inf")
        self._may_wait = True
        outages = Outages(
            _log,
            "profiles: the fan-out waits for the database",
            "profiles: an error of its own held up the fan-out; it goes on",
        )
        self._steps = Steps("profile-fanout", self._step, outages, clock)

    async def record(self, tx: Transaction, users: Sequence[int], operator: str, operation_id: str) -> Affected:
        """Give the rows of these users the next version on all lists that show them, or begin a fan-out for users who
        are on too many lists. The transaction has locked the users."""
        inline: dict[int, list[int]] = {}
        goals: list[Goal] = []
        budget = INLINE
        for user in users:
            owners = await store.lists_that_show(tx, user, budget + 1)
            if len(owners) <= budget:
                inline[user] = owners
                budget -= len(owners)
            else:
                goals.append(await store.begin(tx, user, self._holder, _LEASE_MS, operator, operation_id))
        await tx.expect(2 * (INLINE - budget))  # each also reads the version of a list
        await lock_lists(tx, list({owner for owners in inline.values() for owner in owners}))
        friends: list[str] = []
        for user, owners in inline.items():
            if owners:
                friends += await store.mark_updated(tx, owners, user)
        return Affected(friends, goals)

    async def finish(self, affected: Affected) -> None:
        """Wait until all goals are reached, at most ``WAIT_SECONDS``."""
        if not affected.goals or not self._may_wait:
            return
        loop = asyncio.get_running_loop()
        reached = []
        for goal in affected.goals:
            future = loop.create_future()
            reached.append(future)
            self._waiting.setdefault(goal.user_seq, []).append((goal, future))
        self._polled_at = float("-inf")
        self._steps.wake()
        try:
            _, late = await asyncio.wait(reached, timeout=WAIT_SECONDS)
            if late:
                _log.warning("profiles: %d fan-outs take longer than %.0f s, and go on", len(late), WAIT_SECONDS)
        finally:
            for goal in affected.goals:
                self._stop_waiting(goal.user_seq, reached)

    def start(self) -> None:
        """Start the task. It begins with the fan-outs that were left when the server ended."""
        self._steps.start()

    def release_callers(self) -> None:
        """Release the callers that wait, because the server is about to stop. Their fan-outs are stored."""
        self._may_wait = False
        for waiting in self._waiting.values():
            for _, future in waiting:
                _resolve(future)

    async def stop(self) -> None:
        """Stop the task after the part under way. The rest is done after the next start, or by another process."""
        await self._steps.stop()
        self.release_callers()
        if self._shared:
            with contextlib.suppress(ImError):
                await self._database.write(lambda tx: store.release(tx, self._holder))

    async def _step(self) -> float:
        """Do a part of the next user's fan-out; return how many seconds to pause, unless a fan-out is begun
        meanwhile."""
        if self._waiting and self._clock.monotonic() - self._polled_at >= _POLL_SECONDS:
            await self._poll_waited_for()
        user = await self._next_user()
        if user is None or self._clock.monotonic() - self._counted_at >= _IDLE_POLL_SECONDS:
            self._counted_at = self._clock.monotonic()
            metrics.profile_fanouts_pending(await store.count(self._database))
        if user is None:
            return _POLL_SECONDS if self._waiting else _IDLE_POLL_SECONDS
        await self._do_part(user)
        return 0.0

    async def _next_user(self) -> int | None:
        """Return the next user, in the order of their numbers, whose fan-out this process may do; claim it if it was
        another process's."""
        next_claimable = await store.next_claimable(self._database, self._last_user, self._holder, _LEASE_MS)
        if next_claimable is None and self._last_user:
            next_claimable = await store.next_claimable(self._database, 0, self._holder, _LEASE_MS)
        if next_claimable is None:
            self._last_user = 0
            return None
        user, is_held = self._last_user, _ = next_claimable
        if not is_held:
            await self._database.write(lambda tx: store.claim(tx, user, self._holder, _LEASE_MS))
        return user

    async def _do_part(self, user: int) -> None:
        """Do one part of a user's fan-out, and notify the clients of its lists."""

        async def work(tx: Transaction) -> tuple[Fanout, Cursor, bool, list[str]] | None:
            fanout = await store.under_way(tx, user, self._holder)
            if fanout is None:
                return None
            last = fanout.cursor.lap == fanout.goal.lap
            owners = await store.lists_that_show(
                tx, user, PART, fanout.cursor.seq, fanout.goal.seq if last else MOST_VERSION
            )
            friends: list[str] = []
            if owners:
                await lock_lists(tx, owners)
                friends = await store.mark_updated(tx, owners, user)
            if len(owners) == PART:
                cursor = Cursor(fanout.cursor.lap, owners[-1])
            else:
                cursor = fanout.goal if last else Cursor(fanout.cursor.lap + 1, 0)
            goal = await store.advance(tx, user, self._holder, _LEASE_MS, fanout.cursor, cursor)
            if goal is None:
                raise _TakenOverError
            ended = cursor >= goal
            if ended:
                await store.end(tx, user)
            return fanout, cursor, ended, friends

        try:
            done = await self._database.write(work, rows=LARGE)
        except _TakenOverError:
            return
        if done is None:
            return
        fanout, cursor, ended, friends = done
        metrics.profiles_fanned_out(len(friends))
        if fanout.operator:
            notices.notify_friend_info_updated(
                self._push, fanout.operator, fanout.user_id, friends, fanout.operation_id
            )
        for goal, future in self._waiting.get(user, ()):
            if ended or cursor >= (goal.lap, goal.seq):
                _resolve(future)

    async def _poll_waited_for(self) -> None:
        """Read the cursors of the fan-outs that callers wait for, and release callers whose goal is reached. Other
        processes may do these fan-outs."""
        self._polled_at = self._clock.monotonic()
        asked = {user: [*waiting] for user, waiting in self._waiting.items()}
        found = await store.cursors(self._database, list(asked))
        for user, waiting in asked.items():
            fanout_id, cursor = found.get(user, ("", Cursor(0, 0)))
            for goal, future in waiting:
                if fanout_id != goal.fanout_id or cursor >= (goal.lap, goal.seq):
                    _resolve(future)

    def _stop_waiting(self, user: int, futures: Sequence["asyncio.Future[None]"]) -> None:
        left = [each for each in self._waiting.get(user, ()) if each[1] not in futures]
        if left:
            self._waiting[user] = left
        else:
            self._waiting.pop(user, None)


_LEASE_MS = int(LEASE_SECONDS * 1000)


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
