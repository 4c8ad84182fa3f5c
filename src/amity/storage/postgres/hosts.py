"""The hosts of a database of which one is the primary: which one to connect to, and which one never again.

A replica that is promoted begins a new timeline: a number that PostgreSQL raises each time. A primary that was thought
dead and comes back has a lower one. What was written to it since would be lost, so that it is refused once the higher
number was seen. Another system (what ``initdb`` made anew) counts its own timelines.
"""

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import asyncpg

from amity.http.url import host_port
from amity.settings.database_url import PostgresUrl
from amity.storage.postgres.failures import FAILURES, HostRefusedError, reason

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

CONNECT_SECONDS: Final = 10
_HOST_SECONDS: Final = 3
"""Limit for a connection to one of several hosts: a machine that is gone does not answer at all."""
_SILENT_SECONDS: Final = 10
"""After how many seconds a server whose machine does not confirm what it is sent, or is asked, counts as gone."""
_TIMELINE = """
select system_identifier, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint
from pg_control_system() where not pg_is_in_recovery()
"""
_log = logging.getLogger(__name__)


class Hosts:
    """Connects to the primary among the hosts of a URL: to the one used last, else to all of them at once.

    ``arguments`` are the driver's, without host and port. ``moved`` is called once a connection shows a newer timeline
    than those before. Behind a pooler (``pooled``) the server of a connection changes, so timelines say nothing.
    """

    def __init__(self, place: PostgresUrl, arguments: dict[str, Any], *, pooled: bool) -> None:
        # Without a host the driver knows where to look.
        found = zip(place.hosts, place.ports, strict=True)
        self._places: list[dict[str, Any]] = [{"host": host, "port": port} for host, port in found] or [{}]
        self._arguments = arguments
        self._pooled = pooled
        self._seconds = CONNECT_SECONDS if len(self._places) == 1 else _HOST_SECONDS
        self._last = 0 if len(self._places) == 1 else -1
        self._timelines: dict[int, int] = {}  # the newest of each system
        self._refused: set[int] = set()
        self.moved: Callable[[], object] = lambda: None

    async def connect(self, **more: Any) -> "Connection":
        """Open a connection. ``more`` are arguments of the driver. Raises what it raises, and ``HostRefusedError``."""
        if self._last >= 0:
            try:
                return await self._connect_to(self._last, more)
            except FAILURES:
                if len(self._places) == 1:
                    raise
        return await self._connect_to_any(more)

    async def _connect_to_any(self, more: dict[str, Any]) -> "Connection":
        """Connect to all hosts at once, and keep the connection to the one with the newest timeline."""
        tried = [asyncio.ensure_future(self._open(number, more)) for number in range(len(self._places))]
        try:
            await asyncio.wait(tried)
        except BaseException:
            for each in tried:
                each.cancel()
                each.add_done_callback(_discard)
            raise
        failures = {number: error for number, each in enumerate(tried) if (error := each.exception()) is not None}
        for error in failures.values():
            if not isinstance(error, FAILURES):
                raise error
        opened = {number: each.result() for number, each in enumerate(tried) if number not in failures}
        # The first of those with the newest.
        ordered = sorted(opened, key=lambda number: (-opened[number][2], number))
        for number in ordered[1:]:
            opened[number][0].terminate()
        if ordered and self._is_current(ordered[0], *opened[ordered[0]][1:]):
            self._last = ordered[0]
            return opened[ordered[0]][0]
        said = [f"{self._name(number)}: {reason(error)}" for number, error in failures.items()]
        for number in ordered[:1]:
            opened[number][0].terminate()
            said.append(f"{self._name(number)}: {_OLD}")
        raise HostRefusedError("; ".join(said))

    async def _connect_to(self, number: int, more: dict[str, Any]) -> "Connection":
        connection, system, timeline = await self._open(number, more)
        if not self._is_current(number, system, timeline):
            connection.terminate()
            raise HostRefusedError(_OLD)
        return connection

    async def _open(self, number: int, more: dict[str, Any]) -> "tuple[Connection, int, int]":
        """Return a connection, with its system and timeline, which are 0 if they are not known."""
        async with asyncio.timeout(self._seconds):
            connection: Connection = await asyncpg.connect(**{**self._arguments, **self._places[number], **more})
            try:
                _notice_silence(connection)
                return connection, *(await self._timeline_of(connection))
            except BaseException:
                connection.terminate()
                raise

    async def _timeline_of(self, connection: "Connection") -> tuple[int, int]:
        if self._pooled:
            return 0, 0
        try:
            row = await connection.fetchrow(_TIMELINE)
        except asyncpg.PostgresError as error:
            # What is compatible with PostgreSQL need not have timelines.
            _log.debug("the timeline of %s is not known: %s", connection, reason(error))
            return 0, 0
        return (row[0], row[1]) if row is not None else (0, 0)

    def _is_current(self, number: int, system: int, timeline: int) -> bool:
        """Return whether a server may be used, and note its timeline."""
        if not timeline:
            return True
        newest = self._timelines.get(system, timeline)
        if timeline < newest:
            if number not in self._refused:
                self._refused.add(number)
                _log.error(
                    "PostgreSQL at %s has timeline %d, and %d was seen: %s", self._name(number), timeline, newest, _OLD
                )
            return False
        self._refused.discard(number)
        self._timelines[system] = timeline
        if timeline > newest:
            _log.warning("PostgreSQL at %s was promoted: timeline %d", self._name(number), timeline)
            self.moved()
        return True

    def _name(self, number: int) -> str:
        place = self._places[number]
        return host_port(place["host"], place["port"]) if place else "the socket of this machine"


_OLD: Final = "it is an old primary, whose replica was promoted"


def _discard(opening: "asyncio.Future[tuple[Connection, int, int]]") -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result()[0].terminate()


def _notice_silence(connection: "Connection") -> None:
    """Let the system end a connection whose other machine is gone without a word. It would wait for minutes."""
    transport = getattr(connection, "_transport", None)  # asyncpg has no other way to its socket
    found = transport.get_extra_info("socket") if transport is not None else None
    if found is None or found.family not in (socket.AF_INET, socket.AF_INET6):
        return
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (
        ("TCP_USER_TIMEOUT", _SILENT_SECONDS * 1000),
        ("TCP_KEEPIDLE", _SILENT_SECONDS // 2),
        ("TCP_KEEPINTVL", 2),
        ("TCP_KEEPCNT", 3),
    ):
        if (option := getattr(socket, name, None)) is not None:
            found.setsockopt(socket.IPPROTO_TCP, option, value)
