"""The reverse proxies of docs/operations.md, as that page configures them, in front of a server of the tests.

Only addresses and TLS are replaced, because the tests are about the requests that a proxy forwards, not about
certificates.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pytest

from tests.support.processes import dies_with_parent, free_port, kill_tree, tail

_PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
KINDS: Final = ("caddy", "nginx", "nginx, handing upgrades on", "haproxy")


class ProxyProgram:
    """A proxy that listens on ``port``, with a configuration file in ``directory``. An async context manager.

    ``name`` is that of the program: ``caddy``, ``nginx`` or ``haproxy``. Skips the test if it is not installed.
    """

    def __init__(self, name: str, directory: Path, port: int, configuration: str) -> None:
        program = installed(name)
        self.port = port
        self._directory = directory
        self._log = directory / "proxy.log"
        config = directory / name
        config.write_text(configuration, encoding="utf-8")
        self._command = {
            "caddy": [program, "run", "--config", str(config), "--adapter", "caddyfile"],
            "nginx": [program, "-p", str(directory), "-c", str(config), "-e", "stderr", "-g", "daemon off;"],
            "haproxy": [program, "-db", "-f", str(config)],
        }[name]
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - as with a server of the tests
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._directory,
                env={**os.environ, "HOME": str(self._directory), "XDG_DATA_HOME": str(self._directory)},
                preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one system call, no lock is taken
            )
        until = time.monotonic() + 20
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return self
            except OSError:
                if time.monotonic() > until or self._process.poll() is not None:
                    self.kill()
                    raise AssertionError(f"the proxy did not start:\n{tail(self._log)}") from None
                await asyncio.sleep(0.02)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        if self._process is not None:
            kill_tree(self._process)
            self._process = None

    def output(self) -> str:
        """Return the proxy's output so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")


class Proxy(ProxyProgram):
    """One of ``KINDS`` in front of the ports of an API and a gateway. Skips the test if it is not installed."""

    def __init__(self, kind: str, directory: Path, api: int, gateway: int) -> None:
        port = free_port()
        configuration = _configuration(kind, directory, {"port": port, "api": api, "gateway": gateway})
        super().__init__(kind.split(",", maxsplit=1)[0], directory, port, configuration)


def installed(name: str) -> str:
    """Return the path of a proxy's program. Skips the test if it is not installed."""
    # Debian installs servers in a directory that is not on a user's PATH.
    program = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if program is None:
        pytest.skip(f"{name} is not installed")
    return program


def documented(language: str) -> str:
    """Return the page's configuration in a language. Fails unless there is exactly one."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", _PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return str(found)


def _configuration(kind: str, directory: Path, ports: dict[str, int]) -> str:
    text = documented({"caddy": "caddy", "haproxy": "haproxy"}.get(kind, "nginx"))
    if kind == "caddy":
        text = replaced(text, "im.example.com {", f"http://:{ports['port']} {{\n    bind 127.0.0.1")
        text = replaced(text, "{\n    # Caddy", "{\n    admin off\n    auto_https off\n    # Caddy")
    elif kind == "haproxy":
        text = re.sub(r"bind :443 .*", f"bind 127.0.0.1:{ports['port']}", text)
        # haproxy needs two file descriptors for each connection, and has too few here.
        text = replaced(text, "maxconn 20000", "maxconn 1000")
    else:
        text = replaced(text, "listen 443 ssl;", f"listen 127.0.0.1:{ports['port']};")
        text = re.sub(r".*ssl_certificate.*\n", "", text)
        text = replaced(text, "/var/log/nginx", str(directory))
        if "upgrades" in kind:
            upgraded = "proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection $http_connection;"
            text = replaced(text, 'proxy_set_header Connection "";', upgraded)
        text = (
            f"worker_processes 1;\n{nginx_files(directory)}events {{ worker_connections 4096; }}\n"
            f"http {{\naccess_log off;\n{nginx_places(directory)}{text}\n}}\n"
        )
    text = replaced(text, "127.0.0.1:10002", f"127.0.0.1:{ports['api']}")
    return replaced(text, "127.0.0.1:10001", f"127.0.0.1:{ports['gateway']}")


def nginx_files(directory: Path) -> str:
    """Return the directives of nginx's outermost level that keep its files in ``directory``."""
    # As another user nginx could not write there.
    return f"{'user root; ' if os.geteuid() == 0 else ''}pid {directory}/nginx.pid;\n"


def nginx_places(directory: Path) -> str:
    """Return the directives of nginx's ``http`` that keep its temporary files in ``directory``."""
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "".join(f"{name}_temp_path {directory};\n" for name in names)


def replaced(text: str, old: str, new: str) -> str:
    """Replace every ``old``. Fails if there is none."""
    assert old in text, f"the configuration has no {old!r}"
    return text.replace(old, new)
