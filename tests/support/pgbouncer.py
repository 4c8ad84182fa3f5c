"""A real PgBouncer in front of a PostgreSQL of the tests."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pytest

from tests.support.postgres import remove
from tests.support.processes import dies_with_parent, free_port, kill_tree, tail

_START_TIMEOUT: Final = 20.0


def pgbouncer() -> str:
    """Return the program. Skips the test if it is not installed."""
    # Debian installs servers in a directory that is not on a user's PATH.
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    return program


class PgBouncer:
    """One PgBouncer on a free loopback port, which accepts everybody as the tests' user. A context manager.

    ``connections`` is the number of PostgreSQL sessions of each database. ``options`` are added to its settings.
    Skips the test if the program is not installed.
    """

    def __init__(
        self, server_port: int, mode: str, *, connections: int = 3, options: Mapping[str, str] | None = None
    ) -> None:
        self._program = pgbouncer()
        self._server_port = server_port
        self._settings = {
            "listen_addr": "127.0.0.1",
            "unix_socket_dir": "",
            "auth_type": "any",
            "pool_mode": mode,
            "default_pool_size": str(connections),
            "query_wait_timeout": "10",
            "logfile": "",
            **(options or {}),
        }
        self._directory: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def url(self, database: str, options: str = "") -> str:
        """Return the URL of a database through this PgBouncer."""
        return f"postgresql://amity@127.0.0.1:{self.port}/{database}{options}"

    def __enter__(self) -> Self:
        self.port = free_port()
        self._directory = Path(tempfile.mkdtemp(prefix="amity-pgbouncer-"))
        settings = "".join(f"{key} = {value}\n" for key, value in self._settings.items())
        server = f"* = host=127.0.0.1 port={self._server_port} user=amity"
        file = self._directory / "pgbouncer.ini"
        file.write_text(f"[databases]\n{server}\n[pgbouncer]\nlisten_port = {self.port}\n{settings}")
        identity: dict[str, Any] = {}
        if os.geteuid() == 0:  # PgBouncer does not run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self._directory, nobody.pw_uid, nobody.pw_gid)
            identity = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        log = self._directory / "log"
        with log.open("wb") as output:
            self._process = subprocess.Popen[bytes](
                [self._program, str(file)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._directory,
                preexec_fn=dies_with_parent(signal.SIGKILL),
                **identity,
            )
        deadline = time.monotonic() + _START_TIMEOUT
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = tail(log)
                self._stop()
                raise AssertionError(f"PgBouncer did not start:\n{said}")
            time.sleep(0.01)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _stop(self) -> None:
        if self._process is not None:
            kill_tree(self._process)
            self._process = None
        if self._directory is not None:
            remove(self._directory)
            self._directory = None
