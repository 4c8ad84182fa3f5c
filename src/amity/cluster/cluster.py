"""This process among those that serve the same database: it joins them, hears what they tell, and notices when it may
have missed something."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster.bus.bus import EVERYBODY, Bus
from amity.cluster.exchange import Exchange, Told
from amity.cluster.last_moments import LastMoments
from amity.cluster.processes import Processes
from amity.storage import Database

_LOOKED_SECONDS: Final = 1.0
"""Seconds within which a process has read who else runs."""

_log = logging.getLogger(__name__)


class Missed(Told):
    """What the process that tells has published was dropped: clients of all others may have missed something."""


class Cluster:
    """The processes of one database. Start it before anything is told, and before clients connect.

    ``fetch_again`` is called when clients of this process may have missed something: they are told to connect again,
    and then fetch.
    """

    def __init__(self, database: Database, bus: Bus, clock: Clock = SYSTEM_CLOCK) -> None:
        self._bus = bus
        self.exchange = Exchange(bus)
        self.processes = Processes(database, self.exchange, clock)
        self.processes.listen = self._listen
        self.processes.restarted = self._may_have_missed
        self.last_moments = LastMoments(database, self.exchange, self.processes, clock)
        self.last_moments.was_ended = self._was_ended
        self.last_moments.all_fetch_again = self._may_have_missed
        self.processes.when_ended.append(self._ended)
        if self.processes.is_shared:
            database.touched = self.last_moments.touched
        self.fetch_again: Callable[[], None] = lambda: None
        self.when_missed: list[Callable[[], None]] = []
        """Are called when what others told may be missing, before clients are told to connect again."""
        self._had_others = False
        self.exchange.on(Missed, lambda _, __: self._may_have_missed())

    @property
    def is_alone(self) -> bool:
        """Whether no other process runs now."""
        return not self.processes.others

    @property
    def why_down(self) -> str:
        """Why what others tell does not arrive, or an empty string if it does."""
        return self._bus.why_down

    async def start(self) -> None:
        """Listen, and join. Raises ``StorageError`` if the bus cannot be reached, ``ImError`` if the database fails."""
        name = self.processes.new_name()
        if self.processes.is_shared:
            await self._bus.start([name, EVERYBODY], self)
        try:
            await self.processes.start()
        except BaseException:
            await self._bus.stop()
            raise

    async def stop(self) -> None:
        """Leave. Call it after all connections are closed."""
        await self.last_moments.stop()
        await self.processes.stop()
        if self.processes.is_shared:
            await self._bus.stop()

    def missed(self) -> None:
        """Tell all others that something was not told: their clients fetch."""
        self.exchange.tell_all(Missed())

    # The bus tells

    def received(self, payload: bytes) -> None:
        self.exchange.received(payload)

    def lost(self, reason: str) -> None:
        _log.warning("bus: %s; what other processes tell does not arrive", reason)
        self._had_others = self._had_others or not self.is_alone

    def restored(self) -> None:
        _log.warning("bus: what other processes tell arrives again")
        # Who has joined meanwhile is known after the next looks.
        asyncio.get_running_loop().call_later(_LOOKED_SECONDS, self._restored)

    def _restored(self) -> None:
        had_others, self._had_others = self._had_others or not self.is_alone, False
        if had_others:
            _log.warning("clients are told to connect again and fetch")
            self._may_have_missed()

    def dropped(self) -> None:
        _log.warning("bus: some of what this process told was dropped; others' clients are told to fetch")
        self.missed()

    def _ended(self, process: str, _: Sequence[str]) -> None:
        if process != self.processes.name:
            self.last_moments.ended(process)

    def _was_ended(self) -> None:
        # It may be cut off from the database alone. Nobody pushes to its clients until it has joined again, so they
        # had better connect to another process.
        _log.warning("others have ended this process; clients are told to connect again")
        self._may_have_missed()

    async def _listen(self, name: str) -> None:
        await self._bus.listen([name, EVERYBODY])

    def _may_have_missed(self) -> None:
        for call in self.when_missed:
            call()
        self.fetch_again()
