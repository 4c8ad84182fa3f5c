"""The processes that serve one database: each renews a lease, and the others end one whose lease has expired.

A lease expires by the database's clock. It also expires if nobody has renewed it for ``LEASE_SECONDS`` by the observing
process' own clock, because the database's clock may be set back.

States of this process, and what ends each:

- *alone*: no other process can have the database. It stays so.
- *joining*: its lease is in the database. Every other process has said that it knows of this one, or has had the time
  to read it: *running*. So whoever looks for users' connections looks for those of this process, before it has any.
- *running*: it renews its lease. It stops: *gone*. It finds that others have ended it, as after it was stopped for
  longer than a lease: *joining*, under a new name, and its clients are told to connect again.
- *gone*: its lease and its connections are deleted.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster import connections
from amity.cluster.exchange import Exchange, Told
from amity.cluster.members import new_name
from amity.errors import ImError
from amity.storage import LARGE, Database, Transaction
from amity.storage.outages import Outages

LEASE_SECONDS: Final = 1.6
"""How long after its last renewal a process counts as running. What it had is the others' 2 s after it was killed."""
RENEW_SECONDS: Final = 0.4
_LOOK_SECONDS: Final = 0.2
_FEW: Final = 8
"""Processes up to which each looks at all leases in every round."""
_LONGEST_LOOK_SECONDS: Final = 1.0
_KEPT_JOINS: Final = 64
_PAUSE_SECONDS: Final = 0.4  # where the database fails
_JOIN_SECONDS: Final = 15.0
"""How long a process that joins tries to read who else is there. A read has a second or two, which is too little for a
server where many processes start at the same time."""

_log = logging.getLogger(__name__)


class Joined(Told):
    """The process that tells serves the database from now on."""


class Known(Told):
    """The process that tells knows the one that is told."""


class Left(Told):
    """The process that tells has stopped."""


class Processes:
    """The processes of one database, from ``start`` to ``stop``. ``others`` are those that run beside this one.

    ``restarted`` is called after others have ended this process, and it has joined again. ``when_ended`` are called
    with each process that this one has ended, itself at its stop included, and the users who were connected there.
    """

    def __init__(self, database: Database, exchange: Exchange, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._exchange = exchange
        self._clock = clock
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._renewed_at = self._alive_since = self._look_at = float("-inf")
        self._seen: dict[tuple[str, int], float] = {}  # leases of others, and since when each is unchanged
        self.joined_at: dict[str, float] = {}
        """When each of the others, and of those that were among them lately, was first known, by the clock of
        durations."""
        self._heard: dict[str, bool] = {}  # who has joined or left since the last read of all leases began
        self._ending: dict[str, asyncio.Task[None]] = {}
        self._unknown_to: set[str] = set()
        self._all_know = asyncio.Event()
        self._is_ended = False  # by others, and it has not joined again
        self.is_shared = not database.exclusive
        self.name = ""
        self.others: frozenset[str] = frozenset()
        self.listen: Callable[[str], object] = _ignore
        self.restarted: Callable[[], None] = _ignore
        self.when_ended: list[Callable[[str, Sequence[str]], None]] = []
        exchange.on(Joined, self._other_joined)
        exchange.on(Known, self._known_to)
        exchange.on(Left, self._other_left)

    def new_name(self) -> str:
        """Take a new name, and return it. The bus listens to it before ``start``."""
        self.name = self._exchange.name = new_name()
        return self.name

    async def start(self) -> None:
        """Join, and return once all other processes know this one. Raises ``ImError``."""
        if not self.is_shared:
            return
        self._stop.clear()
        await self._join()
        self._task = asyncio.create_task(self._run(), name="processes")

    async def stop(self) -> None:
        """Leave. Call it after all connections are closed."""
        if self._task is None:
            return
        self._stop.set()
        await self._task
        self._task = None
        await asyncio.gather(*self._ending.values(), return_exceptions=True)
        self._exchange.tell_all(Left())
        leaving = Outages(_log, "the others find later that this process is gone", "this process could not leave")
        await leaving.survive(lambda: self._end(self.name, is_own=True))

    async def _run(self) -> None:
        outages = Outages(
            _log, "the lease of this process cannot be renewed", "the lease of this process was not renewed"
        )
        while not self._stop.is_set():
            done = await outages.survive(self._round)
            await self._clock.wait(self._stop, _LOOK_SECONDS if done else _PAUSE_SECONDS)

    async def _round(self) -> bool:
        if self._clock.monotonic() - self._renewed_at >= RENEW_SECONDS and not await self._renew():
            _log.warning("others have ended this process, which did not renew its lease in time: it joins again")
            self._is_ended = True
        if self._is_ended:
            await self._rejoin()
            return True
        now = self._clock.monotonic()
        if now >= self._look_at:
            # Of many processes each looks less often, and not all at the same time: all together as often as a few.
            seconds = min(_LONGEST_LOOK_SECONDS, _LOOK_SECONDS * len(self.others) / _FEW)
            self._look_at = now + seconds * random.uniform(0.5, 1.5)  # noqa: S311 - nobody gains by guessing it
            await self._look()
        return True

    async def _renew(self) -> bool:
        """Renew the lease; return whether it was there."""
        renewed_at, asked_at = self._renewed_at, self._clock.monotonic()
        sql = "update processes set until = SHARED_NOW + $2 where process = $1 returning process"
        rows = await self._database.fetch_vital(sql, self.name, int(LEASE_SECONDS * 1000))
        self._renewed_at = asked_at
        now = self._clock.monotonic()
        if now - renewed_at > LEASE_SECONDS / 2:
            # The database was away, for other processes too: they have a full lease to renew theirs.
            self._alive_since = now
        return bool(rows)

    async def _look(self) -> None:
        """See who runs, and begin to end those whose leases have expired."""
        self._heard.clear()
        rows = await self._database.fetch_vital("select process, until, until < SHARED_NOW from processes")
        now = self._clock.monotonic()
        leases = {(row[0], row[1]): bool(row[2]) for row in rows if row[0] != self.name}
        self._seen = {lease: self._seen.get(lease, now) for lease in leases}
        # Who has joined or left since the read began has said so.
        there = dict.fromkeys((process for process, _ in leases), True) | self._heard
        self.others = frozenset(process for process, is_there in there.items() if is_there)
        for process in self.others:
            self.joined_at.setdefault(process, now)
        self._forget_joins()
        if now - self._alive_since < LEASE_SECONDS:
            return
        for (process, until), is_over in leases.items():
            unchanged_since = max(self._seen[process, until], self._alive_since)
            if (is_over or now - unchanged_since >= LEASE_SECONDS) and process not in self._ending:
                # Beside the renewals: it may take longer than a lease.
                task = asyncio.create_task(self._end_other(process, until), name=f"end of {process}")
                self._ending[process] = task

    async def _end_other(self, process: str, until: int) -> None:
        try:
            if await self._end(process, until):
                _log.warning("process %s has not renewed its lease: ended", process)
                self._note(process, is_there=False)
        except ImError as error:
            _log.warning("process %s could not be ended, will try again: %s", process, error.detail)
        except Exception:  # noqa: BLE001 - the next look tries again
            _log.exception("process %s could not be ended", process)
        finally:
            del self._ending[process]

    async def _end(self, process: str, until: int = 0, *, is_own: bool = False) -> bool:
        """Delete a process' lease, unless it was renewed, and its connections; return whether it was there. What a
        transaction of that process has locked is left: a later look tries again."""

        async def work(tx: Transaction) -> list[str] | None:
            rows = await tx.fetch(
                "delete from processes where process in (select process from processes"
                " where process = $1 and (until = $2 or $3 = 1) for update skip locked) returning process",
                process,
                until,
                int(is_own),
            )
            return await connections.forget_all(tx, process) if rows else None

        users = await self._database.write(work, rows=LARGE)
        if users is None:
            return False
        for call in self.when_ended:
            call(process, users)
        return True

    async def _join(self) -> None:
        self._all_know.clear()
        await self._enter()
        now = self._clock.monotonic()
        self._unknown_to = set(self.others)
        self._exchange.tell_all(Joined())
        # Who does not answer reads of this process in the database, or is no more.
        while self._unknown_to and self._clock.monotonic() - now < LEASE_SECONDS:
            await self._clock.wait(self._all_know, RENEW_SECONDS)
            if self._unknown_to and not await self._renew():
                break
        if self._unknown_to:
            _log.warning(
                "%d other processes do not answer over the bus: it is down, theirs is another, or they are gone (%s)",
                len(self._unknown_to),
                min(self._unknown_to),
            )

    async def _enter(self) -> None:
        """Take a lease, and read who else is there. Where that takes long, the lease is taken anew: others may have
        ended this process meanwhile."""

        async def work(tx: Transaction) -> None:
            sql = (
                "insert into processes (process, until) values ($1, SHARED_NOW + $2)"
                " on conflict (process) do update set until = excluded.until"
            )
            await tx.fetch(sql, self.name, int(LEASE_SECONDS * 1000))

        self._alive_since = float("inf")  # nobody is ended by a process that joins: the database may be slow for all
        gives_up_at = self._clock.monotonic() + _JOIN_SECONDS
        while True:
            asked_at = self._clock.monotonic()
            await self._database.write(work)
            self._renewed_at = asked_at
            try:
                await self._look()
                break
            except ImError as error:
                if self._stop.is_set() or self._clock.monotonic() >= gives_up_at:
                    raise
                _log.warning("who else serves the database could not be read, will try again: %s", error.detail)
            await self._clock.wait(self._stop, _PAUSE_SECONDS)
        self._alive_since = self._clock.monotonic()

    async def _rejoin(self) -> None:
        self.new_name()
        listening = self.listen(self.name)
        if asyncio.iscoroutine(listening):
            await listening
        await self._join()
        self._is_ended = False
        self.restarted()

    def _forget_joins(self) -> None:
        if len(self.joined_at) > 2 * len(self.others) + _KEPT_JOINS:
            old = sorted(self.joined_at.keys() - self.others, key=lambda each: self.joined_at[each])
            for process in old[: len(old) // 2]:
                del self.joined_at[process]

    def _note(self, process: str, *, is_there: bool) -> None:
        self._heard[process] = is_there
        if is_there:
            self.joined_at.setdefault(process, self._clock.monotonic())
        self.others = self.others | {process} if is_there else self.others - {process}

    def _other_joined(self, _: Joined, process: str) -> None:
        self._note(process, is_there=True)
        self._exchange.tell(process, Known())

    def _known_to(self, _: Known, process: str) -> None:
        self._unknown_to.discard(process)
        if not self._unknown_to:
            self._all_know.set()

    def _other_left(self, _: Left, process: str) -> None:
        self._note(process, is_there=False)


def _ignore(*_: object) -> None:
    """Do nothing."""
