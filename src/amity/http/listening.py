"""The listening socket: it is bound before a server is started on it, or inherited."""

import os
import socket
from collections.abc import MutableMapping

from amity.http.url import host_port

_FIRST_INHERITED = 3


def inherited_socket(environ: MutableMapping[str, str] = os.environ) -> socket.socket | None:
    """Return the listening socket that the service manager has opened for this process, or ``None``.

    It stays open in the service manager, so connections wait in it while this process is restarted. The variables are
    removed, because they are not for this process's children. Raises ``ValueError`` for more than one socket.
    Source: sd_listen_fds(3).
    """
    process, sockets = environ.pop("LISTEN_PID", ""), environ.pop("LISTEN_FDS", "")
    if process != str(os.getpid()) or not sockets:
        return None
    if sockets != "1":
        raise ValueError(f"LISTEN_FDS: expected one socket of the service manager, got {sockets[:20]}")
    inherited = socket.socket(fileno=_FIRST_INHERITED)
    inherited.set_inheritable(False)
    inherited.setblocking(False)
    return inherited


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a socket that is bound and not yet listening; port 0 selects a free port.

    Raises ``OSError`` that names the address if it is in use or not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise OSError(error.errno, f"cannot listen on {host_port(host, port)}: {error.strerror}") from None
    bound.setblocking(False)
    return bound
