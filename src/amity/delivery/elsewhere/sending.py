"""Telling other processes what to push to the clients that are connected there.

Where users are connected is in the database. It is looked up after the commit of what is told, and a connection is
there before its client is answered: so whoever connects meanwhile either is told, or finds it by the first pull.

What is told waits for the look-up together with everything else, and leaves in the order in which it came. Large sets,
as the members of a group, are not looked up: the look-up would cost more than to tell each process, which finds at once
who of them is connected to it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection
from typing import Final, NamedTuple

import msgspec

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.cluster import Cluster
from amity.cluster.connections import processes_of
from amity.cluster.exchange import Told
from amity.delivery.ascending import Position
from amity.delivery.elsewhere.sets import OwnSets
from amity.delivery.elsewhere.told import DefineSet, ForgetSet, PushToSet, UnknownSet
from amity.errors import ImError
from amity.storage import Database

_LOOKED_UP_OF_PROCESS: Final = 16
"""Users of a set, for each other process, up to which they are looked up: about what it costs to tell a process."""
_AT_ONCE: Final = 2_000
"""Users that one statement looks up."""
_MOST_WAITING: Final = 50_000
"""Pushes that may wait while the database does not answer, and their bytes."""
_MOST_BYTES: Final = 64 << 20
_TRIES: Final = 10
_PAUSE_SECONDS: Final = 0.3

_log = logging.getLogger(__name__)


class _Waiting(NamedTuple):
    """A push that waits for the look-up. ``make`` is called for each process, with those of the users who are there;
    ``others`` are users who are looked up, and need not be there."""

    users: Collection[str]
    others: Collection[str]
    size: int
    make: Callable[[list[str]], Told] | None
    to_set: PushToSet | None


class Elsewhere:
    """Tells other processes what to push there, from its making to ``stop``."""

    def __init__(self, cluster: Cluster, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        self._cluster = cluster
        self._database = database
        self._clock = clock
        self._sets = OwnSets()
        self._waiting: deque[_Waiting] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        cluster.exchange.on(UnknownSet, self._set_unknown)

    def push(
        self, users: Collection[str], make: Callable[[list[str]], Told], *, size: int = 0, others: Collection[str] = ()
    ) -> None:
        """Tell each process where some of these users are connected what ``make`` returns for them; the processes of
        ``others`` are told it, too. ``size`` is about how many bytes that has. Never waits, never raises."""
        self._put(_Waiting(users, others, size, make, None))

    def push_to_set(
        self, users: frozenset[str], conversation_id: str, body: bytes, at: Position, operation_id: str
    ) -> None:
        """Tell all other processes to push a message to those of a set who are connected there. Never waits, never
        raises."""
        to_set = PushToSet(self._sets.number(users, conversation_id), conversation_id, body, *at, operation_id)
        # It is held until it is told, so that its number stands for it.
        self._put(_Waiting(users, (), len(body), None, to_set))

    def is_looked_up(self, users: Collection[str]) -> bool:
        """Return whether these users are few enough to look up where they are connected."""
        return len(users) <= _LOOKED_UP_OF_PROCESS * max(1, len(self._cluster.processes.others))

    async def stop(self) -> None:
        """Tell what waits, as long as the database answers."""
        self._stop.set()
        if self._task is not None:
            await self._task

    def _put(self, waiting: _Waiting) -> None:
        self._waiting.append(waiting)
        self._bytes += waiting.size
        if len(self._waiting) > _MOST_WAITING or self._bytes > _MOST_BYTES:
            self._give_up("too much waits")
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="pushes elsewhere")

    def _give_up(self, reason: str) -> None:
        _log.warning("%d pushes are not told to other processes: %s; their clients fetch", len(self._waiting), reason)
        self._waiting.clear()
        self._bytes = 0
        self._cluster.missed()

    async def _run(self) -> None:
        try:
            while self._waiting:
                # What comes in the same turn goes with the same statement.
                await asyncio.sleep(0)
                await self._send_some()
        except Exception:  # noqa: BLE001 - the next push is told all the same
            _log.exception("pushes could not be told to other processes")
            self._give_up("an error of its own")
        finally:
            self._task = None

    async def _send_some(self) -> None:
        taken: list[_Waiting] = []
        wanted: set[str] = set()
        while self._waiting and (not taken or len(wanted) + len(self._waiting[0].users) <= _AT_ONCE):
            each = self._waiting.popleft()
            self._bytes -= each.size
            taken.append(each)
            if each.to_set is None:
                wanted.update(each.users, each.others)
        where = await self._where(list(wanted)) if wanted else {}
        if where is None:
            # All are told, and push to those who are connected there.
            where = {user_id: list(self._cluster.processes.others) for user_id in wanted}
        for each in taken:
            if each.to_set is not None:
                self._tell_set(frozenset(each.users), each.to_set)
            elif each.make is not None:
                self._tell_users(each, each.make, where)

    def _tell_users(self, each: _Waiting, make: Callable[[list[str]], Told], where: dict[str, list[str]]) -> None:
        by_process: dict[str, list[str]] = {}
        for user_id in each.users:
            for process in where.get(user_id, ()):
                by_process.setdefault(process, []).append(user_id)
        for user_id in each.others:
            for process in where.get(user_id, ()):
                by_process.setdefault(process, [])
        for process, users in by_process.items():
            self._cluster.exchange.tell(process, make(users))

    def _tell_set(self, users: frozenset[str], told: PushToSet) -> None:
        number = self._sets.number(users, told.conversation_id)
        if number != told.number:  # it was forgotten meanwhile
            told = msgspec.structs.replace(told, number=number)
        for process in self._cluster.processes.others:
            if not self._sets.is_known_to(number, process):
                self._cluster.exchange.tell(process, DefineSet(number, list(users)))
            self._cluster.exchange.tell(process, told)
        for forgotten, known_to in self._sets.forget(len(self._cluster.processes.others)):
            for process in known_to:
                self._cluster.exchange.tell(process, ForgetSet(forgotten))

    async def _where(self, user_ids: list[str]) -> dict[str, list[str]] | None:
        """Return at which other processes users are connected, or ``None`` if the database does not say it."""
        own = self._cluster.processes.name
        for _ in range(_TRIES):
            try:
                rows = await processes_of(self._database, user_ids, but=own)
            except ImError:
                if self._stop.is_set():
                    return None
                await self._clock.wait(self._stop, _PAUSE_SECONDS)
            else:
                where: dict[str, list[str]] = {}
                for user_id, process in rows:
                    where.setdefault(user_id, []).append(process)
                return where
        return None

    def _set_unknown(self, told: UnknownSet, process: str) -> None:
        users = self._sets.users(told.number)
        self._cluster.exchange.tell(process, DefineSet(told.number, [] if users is None else list(users)))
