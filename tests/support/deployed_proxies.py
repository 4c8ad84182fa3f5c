"""The proxies of ``deploy/`` in front of several servers of the tests, with the configuration files of that directory.

Only ports, the servers' addresses and the places of files are replaced.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.support.processes import free_port
from tests.support.proxies import ProxyProgram, nginx_files, nginx_places, replaced
from tests.support.server_process import ServerProcess
from tests.support.tls import CERTIFICATES

_DEPLOY: Final = Path(__file__).resolve().parents[2] / "deploy"
FILES: Final = {"haproxy": _DEPLOY / "haproxy.cfg", "nginx": _DEPLOY / "nginx.conf"}
_SWITCHED_OFF: Final = re.compile(r"^( *)#(?=[a-z}]|    )", re.MULTILINE)


class DeployedProxy(ProxyProgram):
    """One of ``FILES`` in front of two servers. Skips the test if the program is not installed.

    ``port`` is that of the API for everybody, ``gateway_port`` that of the gateway, and ``internal_port`` that of the
    API for one's own network. With ``tls`` the block that the file has switched off is on, and listens on ``tls_port``.
    """

    def __init__(self, kind: str, directory: Path, servers: Sequence[ServerProcess], *, tls: bool = False) -> None:
        self.gateway_port, self.internal_port, self.tls_port = free_port(), free_port(), free_port()
        port = free_port()
        text = FILES[kind].read_text(encoding="utf-8")
        if tls:
            text, count = _SWITCHED_OFF.subn(r"\1", text)
            assert count, "the file has switched nothing off"
        for number, server in enumerate(servers, 1):
            text = replaced(text, f"amity-{number}:10002", f"127.0.0.1:{server.api_port}")
            text = replaced(text, f"amity-{number}:10001", f"127.0.0.1:{server.gateway_port}")
        written, taken = ("bind :", "bind 127.0.0.1:") if kind == "haproxy" else ("listen ", "listen 127.0.0.1:")
        ports = {10002: port, 10001: self.gateway_port, 10012: self.internal_port}
        for known, free in {**ports, **({443: self.tls_port} if tls else {})}.items():
            text = replaced(text, f"{written}{known}", f"{taken}{free}")
        text = _certificates(kind, text) if tls else text
        super().__init__(kind, directory, port, _placed(kind, text, directory))


def _certificates(kind: str, text: str) -> str:
    certificate = str(CERTIFICATES / "server.pem")
    if kind == "haproxy":
        return replaced(text, "/etc/haproxy/im.example.com.pem", certificate)
    text = replaced(text, "/etc/ssl/im.example.com.pem", certificate)
    return replaced(text, "/etc/ssl/im.example.com.key", certificate)


def _placed(kind: str, text: str, directory: Path) -> str:
    """Keep its files in ``directory``, and let it start where few file descriptors are allowed."""
    if kind == "haproxy":
        return replaced(text, "maxconn 20000", "maxconn 1000")
    text = replaced(text, "worker_processes auto;", f"worker_processes 2;\n{nginx_files(directory)}")
    text = replaced(text, "worker_rlimit_nofile 65536;", "")
    text = replaced(text, "worker_connections 30000;", "worker_connections 500;")
    text = replaced(text, "/var/log/nginx", str(directory))
    return replaced(text, "http {\n", f"http {{\n{nginx_places(directory)}")
