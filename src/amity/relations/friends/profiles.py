"""A changed profile is shown by everybody's friend list: the user's row there gets the list's next version.

Up to ``INLINE`` lists get it in the transaction of the change. Where there are more, that transaction stores that the
rest is to be done, and a task does it in parts of ``PART`` lists, a transaction each: so no part holds up anybody, and
nothing is lost where the server is killed. Users take turns. A change that finds the fan-out of an earlier one under
way sends it round once more from where it is (see ``profile_fanouts`` in the migrations), so that a user who changes
the profile again and again keeps nobody from seeing it.

Where several processes share the database, each does what it has begun, and tells its own clients; what is left by one
that has gone, or stands still for ``LEASE_SECONDS``, another takes over.
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
from amity.relations.friends import profiles_store as store
from amity.relations.friends.profiles_store import Fanout, Place
from amity.storage import LARGE, Database, Transaction
from amity.sync.lists import MOST_VERSION, lock_lists
from amity.users import notices
from amity.users.shown import Goal, Shown

INLINE = 256
"""Lists that the transaction of a change changes at most."""
PART = 200
"""Lists of one part: about five milliseconds of the database."""
LEASE_SECONDS = 10.0
WAIT_SECONDS = 60.0
"""How long the caller of a change waits for its fan-out, which goes on if that is not enough."""
_POLL = 0.1  # seconds between two looks at what other processes do, while somebody waits for it
_LOOK = 3.0  # and while nobody does, or a change was stored whose caller has gone
_PAUSE = 1.0  # seconds to wait where the database fails

_log = logging.getLogger(__name__)


class _LostError(Exception):
    """Another process has gone on with a fan-out; the transaction is undone."""


class ProfileFanout:
    """Fans profiles out from ``start`` to ``stop``."""

    def __init__(self, database: Database, push: Push, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._push = push
        self._clock = clock
        self._shared = not database.exclusive
        self._holder = new_name() if self._shared else ""
        self._last = 0
        self._waiting: dict[int, list[tuple[Goal, asyncio.Future[None]]]] = {}
        self._looked_at = self._counted_at = float("-inf")
        self._some = asyncio.Event()
        self._is_stopping = False
        self._waits = True
        self._task: asyncio.Task[None] | None = None

    async def record(self, tx: Transaction, users: Sequence[int], operator: str, operation_id: str) -> Shown:
        """Give these users, whom the transaction has locked, the next version on the lists that show them; for those
        who are on too many, have it done later."""
        here: dict[int, list[int]] = {}
        goals: list[Goal] = []
        room = INLINE
        for user in users:
            owners = await store.lists_that_show(tx, user, room + 1)
            if len(owners) <= room:
                here[user] = owners
                room -= len(owners)
            else:
                goals.append(await store.begin(tx, user, self._holder, _LEASE_MS, operator, operation_id))
        await tx.expect(2 * (INLINE - room))  # each looks for the version of a list, too
        await lock_lists(tx, list({owner for owners in here.values() for owner in owners}))
        friends: list[str] = []
        for user, owners in here.items():
            if owners:
                friends += await store.mark_updated(tx, owners, user)
        return Shown(friends, goals)

    async def finish(self, shown: Shown) -> None:
        """Wait until all goals are reached, but not longer than ``WAIT_SECONDS``."""
        if not shown.goals or not self._waits:
            return
        loop = asyncio.get_running_loop()
        reached = []
        for goal in shown.goals:
            future = loop.create_future()
            reached.append(future)
            self._waiting.setdefault(goal.user_seq, []).append((goal, future))
        self._looked_at = float("-inf")
        self._some.set()
        try:
            _, late = await asyncio.wait(reached, timeout=WAIT_SECONDS)
            if late:
                _log.warning("profiles: %d fan-outs take longer than %.0f s, and go on", len(late), WAIT_SECONDS)
        finally:
            for goal in shown.goals:
                self._forget(goal.user_seq, reached)

    def start(self) -> None:
        """Begin, with what was left when the server ended."""
        self._task = asyncio.create_task(self._run(), name="profile-fanout")

    def release_callers(self) -> None:
        """Have nobody wait any more: the server is about to stop, and what they wait for is stored."""
        self._waits = False
        for waiting in self._waiting.values():
            for _, future in waiting:
                _resolve(future)

    async def stop(self) -> None:
        """End after the part under way. The rest is done after the next start, or by another process."""
        self._is_stopping = True
        self._some.set()
        if self._task is None:
            return
        await self._task
        self._task = None
        self.release_callers()
        if self._shared:
            with contextlib.suppress(ImError):
                await self._database.write(lambda tx: store.release(tx, self._holder))

    # The task

    async def _run(self) -> None:
        failing = False
        while not self._is_stopping:
            self._some.clear()
            try:
                pause = await self._step()
                failing = False
            except ImError as error:
                if not failing:
                    _log.warning("profiles: the fan-out waits for the database: %s", error.detail)
                failing, pause = True, _PAUSE
            except Exception:  # noqa: BLE001 - as long as the server runs, so does this
                _log.exception("profiles: an error of its own held up the fan-out; it goes on")
                failing, pause = True, _PAUSE
            if pause:
                await self._clock.wait(self._some, pause)

    async def _step(self) -> float:
        """Do a part of one user's fan-out, the next in turn; return how many seconds there is nothing to do for, unless
        something is begun."""
        if self._waiting and self._clock.monotonic() - self._looked_at >= _POLL:
            await self._look()
        user = await self._next()
        if user is None or self._clock.monotonic() - self._counted_at >= _LOOK:
            self._counted_at = self._clock.monotonic()
            metrics.profile_fanouts_pending(await store.count(self._database))
        if user is None:
            return _POLL if self._waiting else _LOOK
        await self._part(user)
        return 0.0

    async def _next(self) -> int | None:
        """Return the user whose turn it is."""
        following = await store.following(self._database, self._last, self._holder, _LEASE_MS)
        if following is None and self._last:
            following = await store.following(self._database, 0, self._holder, _LEASE_MS)
        if following is None:
            self._last = 0
            return None
        user, is_held = self._last, _ = following
        if not is_held:
            await self._database.write(lambda tx: store.claim(tx, user, self._holder, _LEASE_MS))
        return user

    async def _part(self, user: int) -> None:
        """Do one part, and tell the clients of those lists."""

        async def work(tx: Transaction) -> tuple[Fanout, Place, bool, list[str]] | None:
            fanout = await store.under_way(tx, user, self._holder)
            if fanout is None:
                return None
            last = fanout.place.lap == fanout.goal.lap
            owners = await store.lists_that_show(
                tx, user, PART, fanout.place.seq, fanout.goal.seq if last else MOST_VERSION
            )
            friends: list[str] = []
            if owners:
                await lock_lists(tx, owners)
                friends = await store.mark_updated(tx, owners, user)
            if len(owners) == PART:
                place = Place(fanout.place.lap, owners[-1])
            else:
                place = fanout.goal if last else Place(fanout.place.lap + 1, 0)
            goal = await store.advance(tx, user, self._holder, _LEASE_MS, fanout.place, place)
            if goal is None:
                raise _LostError
            ended = place >= goal
            if ended:
                await store.end(tx, user)
            return fanout, place, ended, friends

        try:
            done = await self._database.write(work, rows=LARGE)
        except _LostError:
            return
        if done is None:
            return
        fanout, place, ended, friends = done
        metrics.profiles_fanned_out(len(friends))
        if fanout.operator:
            notices.tell_profile_shown(self._push, fanout.operator, fanout.user_id, friends, fanout.operation_id)
        for goal, future in self._waiting.get(user, ()):
            if ended or place >= (goal.lap, goal.seq):
                _resolve(future)

    async def _look(self) -> None:
        """Look how far those have come for whom somebody waits: other processes may do them."""
        self._looked_at = self._clock.monotonic()
        asked = {user: [*waiting] for user, waiting in self._waiting.items()}
        found = await store.places(self._database, list(asked))
        for user, waiting in asked.items():
            fanout_id, place = found.get(user, ("", Place(0, 0)))
            for goal, future in waiting:
                if fanout_id != goal.fanout_id or place >= (goal.lap, goal.seq):
                    _resolve(future)

    def _forget(self, user: int, futures: Sequence["asyncio.Future[None]"]) -> None:
        left = [each for each in self._waiting.get(user, ()) if each[1] not in futures]
        if left:
            self._waiting[user] = left
        else:
            self._waiting.pop(user, None)


_LEASE_MS = int(LEASE_SECONDS * 1000)


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
