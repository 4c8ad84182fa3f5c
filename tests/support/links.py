"""The way from a process to a server that it needs, which a test cuts in one direction or makes slow.

``Namespace`` puts the process into a network namespace of Linux, whose packets get lost: nothing is confirmed, and no
connection opens. It needs root. ``Proxied`` passes bytes on, and stops to: what is sent is confirmed and not answered.
"""

import asyncio
import itertools
import os
import subprocess
from collections.abc import Sequence
from types import TracebackType
from typing import Final, Literal, Protocol, Self

import pytest

from tests.support.processes import free_port

Direction = Literal["there", "back"]
"""From the process to the server, or from the server to the process."""
DIRECTIONS: Final[Sequence[Direction]] = ("there", "back")

_NOBODY: Final = "02:00:00:00:00:fe"
"""A hardware address that no interface has: what is sent to it is lost."""
_numbers = itertools.count()


class Link(Protocol):
    """``host`` and ``port`` are where the process finds the server. ``bound`` is an address that the server has to
    listen on, with ``port``."""

    bound: str
    host: str
    port: int

    async def cut(self, direction: Direction) -> None:
        """Let nothing pass in one direction."""
        ...

    async def mend(self) -> None:
        """Let everything pass."""
        ...


class Proxied:
    """A proxy on a port of its own. An async context manager. ``delays`` are seconds by direction."""

    bound = host = "127.0.0.1"

    def __init__(self, server_port: int) -> None:
        self.port = free_port()
        self.delays: dict[Direction, float] = dict.fromkeys(DIRECTIONS, 0.0)
        self._server_port = server_port
        self._open = {direction: asyncio.Event() for direction in DIRECTIONS}
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        await self.mend()
        self._server = await asyncio.start_server(self._accept, self.host, self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cut(self, direction: Direction) -> None:
        self._open[direction].clear()

    async def mend(self) -> None:
        for each in self._open.values():
            each.set()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._pass_on(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            of_server, to_server = await asyncio.open_connection(self.host, self._server_port)
        except OSError:
            writer.transport.abort()
            return
        passing = [
            asyncio.ensure_future(self._pump("there", reader, to_server)),
            asyncio.ensure_future(self._pump("back", of_server, writer)),
        ]
        try:
            await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in passing:
                each.cancel()
            to_server.transport.abort()
            writer.transport.abort()
            await asyncio.gather(*passing, return_exceptions=True)

    async def _pump(self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await self._open[direction].wait()
            data = await reader.read(65536)
            await self._open[direction].wait()  # the end of a connection is lost, too
            if not data:
                return
            if self.delays[direction]:
                await asyncio.sleep(self.delays[direction])
            writer.write(data)
            await writer.drain()


class Namespace:
    """A network namespace. A context manager. Skips the test where there can be none.

    ``prefix`` runs a program in it. ``link`` makes a way out of it.
    """

    def __init__(self) -> None:
        self._name = f"amity-{os.getpid()}-{next(_numbers)}"
        self._links: list[NamespaceLink] = []
        self.prefix = ("ip", "netns", "exec", self._name)

    def __enter__(self) -> Self:
        if os.geteuid() != 0:
            pytest.skip("network namespaces need root")
        try:
            run("ip", "netns", "add", self._name)
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"there are no network namespaces here: {error}")
        run("ip", "-n", self._name, "link", "set", "lo", "up")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for link in self._links:
            link.remove()
        run("ip", "netns", "del", self._name)

    def link(self, port: int = 0) -> "NamespaceLink":
        """Return a new way to a server on ``port``, or to the process itself."""
        link = NamespaceLink(self._name, port)
        self._links.append(link)
        return link


class NamespaceLink:
    """A pair of interfaces: ``bound`` is the address at this end, ``inside`` the one in the namespace."""

    def __init__(self, namespace: str, port: int) -> None:
        number = next(_numbers)
        # Two networks of one machine differ, also those of tests that run side by side.
        network = f"10.{100 + os.getpid() // 250 % 100}.{os.getpid() % 250}.{number * 4 % 252}"
        begin, _, last = network.rpartition(".")
        self.bound = self.host = f"{begin}.{int(last) + 1}"
        self.inside = f"{begin}.{int(last) + 2}"
        self.port = port
        self._namespace = namespace
        self._here, self._there = (f"am{os.getpid() % 10**6}{end}{number}" for end in "ho")
        self._hardware = {self._here: f"02:00:00:00:{number % 256:02x}:01", self._there: "02:00:00:00:00:02"}
        run("ip", "link", "add", self._here, "type", "veth", "peer", "name", self._there, "netns", namespace)
        self._set_up((), self._here, self.bound)
        self._set_up(("-n", namespace), self._there, self.inside)
        self._find("there", self._hardware[self._here])
        self._find("back", self._hardware[self._there])

    async def cut(self, direction: Direction) -> None:
        self._find(direction, _NOBODY)

    async def mend(self) -> None:
        self._find("there", self._hardware[self._here])
        self._find("back", self._hardware[self._there])

    def remove(self) -> None:
        run("ip", "link", "del", self._here)

    def _set_up(self, where: Sequence[str], interface: str, address: str) -> None:
        run("ip", *where, "link", "set", interface, "address", self._hardware[interface])
        run("ip", *where, "addr", "add", f"{address}/30", "dev", interface)
        run("ip", *where, "link", "set", interface, "up")

    def _find(self, direction: Direction, hardware: str) -> None:
        """Set to which hardware address packets in one direction are sent."""
        is_there = direction == "there"
        where = ("-n", self._namespace) if is_there else ()
        interface, other = (self._there, self.bound) if is_there else (self._here, self.inside)
        run("ip", *where, "neigh", "replace", other, "lladdr", hardware, "dev", interface, "nud", "permanent")


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=10)
