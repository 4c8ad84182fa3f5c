"""A real Redis for tests, which is not a service of the system.

The program is ``redis-server`` of the system, version 7 or newer (Debian: ``apt-get install redis-server``). Tests that
need it are skipped where it is missing.
"""

import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.processes import dies_with_parent, free_port, kill_tree, tail

_START_TIMEOUT = 20.0


def redis_server() -> str:
    """Return the program. Skips the test if it is not installed."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    return program


class RedisServer:
    """One Redis on a free loopback port, in a directory of its own. A context manager; ``start``, ``kill`` and ``stop``
    do the same by hand.

    ``options`` are lines of its configuration. A Sentinel is one, too (``is_sentinel``). It keeps its port.
    """

    def __init__(
        self, options: Mapping[str, str] | None = None, *, is_sentinel: bool = False, password: str = ""
    ) -> None:
        self._program = redis_server()
        self._options = options or {}
        self._is_sentinel = is_sentinel
        self._password = password
        self._directory: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        return f"redis://{f':{self._password}@' if self._password else ''}127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server, and return once it answers."""
        assert self._process is None, "the server is running"
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix="amity-redis-"))
            self._write_configuration(self._directory)
        log = self._directory / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen[bytes](
                [self._program, str(self._directory / "redis.conf"), *(["--sentinel"] if self._is_sentinel else [])],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._directory,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )
        deadline = time.monotonic() + _START_TIMEOUT
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError):
                if self.tell("PING").startswith(("+PONG", "-NOAUTH", "-DENIED")):
                    return
            time.sleep(0.01)
        self.kill()
        raise AssertionError(f"redis-server did not start:\n{tail(log)}")

    def _write_configuration(self, directory: Path) -> None:
        lines = {"bind": "127.0.0.1", "dir": str(directory), "save": '""', "appendonly": "no", "protected-mode": "no"}
        if self._is_sentinel:
            lines = {"bind": "127.0.0.1", "dir": str(directory), "protected-mode": "no"}
        lines = {"port": str(self.port), **lines, **self._options}
        if self._password:
            lines["requirepass"] = self._password
        # Keys are repeated where a value has several lines.
        content = [f"{key} {value}" for key, values in lines.items() for value in values.split("\n")]
        (directory / "redis.conf").write_text("\n".join(content) + "\n")

    def tell(self, *words: str) -> str:
        """Send a command, and return the beginning of its answer in Redis's protocol."""
        port = int(self._options.get("port", self.port)) or self.port
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            login = [["AUTH", self._password]] if self._password else []
            answer = ""
            for command in [*login, list(words)]:
                parts = "".join(f"${len(word.encode())}\r\n{word}\r\n" for word in command)
                connection.sendall(f"*{len(command)}\r\n{parts}".encode())
                answer = connection.recv(65536).decode(errors="replace")
            return answer

    def pause(self) -> None:
        """Stop the process, whose connections stay open."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let a paused process run again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill the server at once. ``start`` starts it again on the same port."""
        if self._process is not None:
            kill_tree(self._process)
            self._process = None

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self.kill()
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None
