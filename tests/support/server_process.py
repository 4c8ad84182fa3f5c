"""Run ``amity serve``, or ``amity relay``, as a program, which a test can kill, stop and start again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

import yaml

from tests.support.processes import dies_with_parent, free_port, kill_tree, tail

TOO_LARGE = "turned out too large for the event loop"
"""The log's words about a transaction or a read that blocked the event loop, because it exceeded its announced size."""


class ServerNotReadyError(Exception):
    """The server ended, or did not become ready in time; the text has the end of its log."""


class ServerProcess:
    """One server with its settings file and its log in ``directory``. An async context manager.

    ``settings`` is the content of the settings file; ports that it does not set are free ones, and the host is the
    loopback. After ``kill`` or
    ``terminate``, ``start`` runs the server again with the same settings and ports. ``prefix`` is a command that runs
    the server in its own process, as ``nice`` does.
    """

    _SUBCOMMAND: ClassVar[str] = "serve"

    def __init__(
        self,
        directory: Path,
        settings: Mapping[str, Any],
        *,
        ready_within: float = 20.0,
        prefix: Sequence[str] = (),
    ) -> None:
        self.host: str = settings.get("api", {}).get("host", "127.0.0.1")
        self.api_port: int = settings.get("api", {}).get("port") or free_port()
        self.gateway_port: int = settings.get("gateway", {}).get("port") or free_port()
        self.config = directory / "amity.yml"
        self.log = directory / "server.log"
        self._ready_within = ready_within
        self._prefix = prefix
        self._process: subprocess.Popen[bytes] | None = None
        complete = {**settings, **self._listening(settings)}
        self.config.write_text(yaml.safe_dump(complete, sort_keys=False), encoding="utf-8")

    def _listening(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parts of the settings that say where it listens."""
        return {
            "api": {"host": "127.0.0.1", **settings.get("api", {}), "port": self.api_port},
            "gateway": {"host": "127.0.0.1", **settings.get("gateway", {}), "port": self.gateway_port},
        }

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        if kind is None:
            assert TOO_LARGE not in self.output(), f"something had not said how large it is:\n{tail(self.log)}"

    @property
    def url(self) -> str:
        """Return the URL of its HTTP API."""
        return f"http://{self.host}:{self.api_port}"

    @property
    def gateway_url(self) -> str:
        """Return the URL of its gateway."""
        return f"ws://{self.host}:{self.gateway_port}"

    @property
    def pid(self) -> int:
        """Return the process id of the running server."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    async def start(self) -> None:
        """Start the server and return once ``/readyz`` says that it is ready. Raises ``ServerNotReadyError``."""
        self.launch()
        try:
            await self.ready()
        except BaseException:
            self.kill()
            raise

    def launch(self) -> None:
        """Start the server without waiting until it is ready."""
        assert self._process is None, "the server is running"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AMITY_")}
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [*self._prefix, sys.executable, "-m", "amity", self._SUBCOMMAND, "--config", self.config],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self.config.parent,
                env=environment,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one system call, no lock is taken
            )

    async def ready(self) -> None:
        """Return once the launched server is ready. Raises ``ServerNotReadyError`` if it ends or takes too long."""
        assert self._process is not None, "the server is not running"
        deadline = time.monotonic() + self._ready_within
        while time.monotonic() < deadline:
            if (code := self._process.poll()) is not None:
                raise ServerNotReadyError(f"the server ended with exit code {code}:\n{tail(self.log)}")
            if await _says_that_it_is_ready(self.host, self.api_port):
                return
            await asyncio.sleep(0.01)
        raise ServerNotReadyError(f"the server was not ready within {self._ready_within} s:\n{tail(self.log)}")

    def kill(self) -> None:
        """Kill the server at once, as ``kill -9`` does. Does nothing if it does not run."""
        if self._process is not None:
            kill_tree(self._process)
            self._process = None

    async def terminate(self, within: float = 20.0) -> int:
        """Stop the server by SIGTERM and return its exit code. Fails if it takes longer than ``within`` seconds."""
        self.send(signal.SIGTERM)
        return await self.wait(within)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the server."""
        assert self._process is not None, "the server is not running"
        self._process.send_signal(number)

    async def wait(self, within: float = 20.0) -> int:
        """Wait until the server ends by itself, and return its exit code. Fails after ``within`` seconds."""
        assert self._process is not None, "the server is not running"
        try:
            code = await asyncio.to_thread(self._process.wait, within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not end within {within} s:\n{tail(self.log)}") from None
        self._process = None
        return code

    def output(self) -> str:
        """Return the output of all its runs so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


class RelayProcess(ServerProcess):
    """One relay, run as a program in the same way. ``api_port`` is where OpenIM's server posts."""

    _SUBCOMMAND = "relay"

    def _listening(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"relay": {"host": "127.0.0.1", **settings.get("relay", {}), "port": self.api_port}}


async def _says_that_it_is_ready(host: str, port: int) -> bool:
    """Ask once, without what a library would cost each time."""
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False  # it does not listen yet
    try:
        async with asyncio.timeout(1):
            writer.write(b"GET /readyz HTTP/1.1\r\nHost: amity\r\nConnection: close\r\n\r\n")
            return (await reader.read()).startswith(b"HTTP/1.1 200 ")
    except (OSError, TimeoutError):
        return False
    finally:
        writer.transport.abort()
