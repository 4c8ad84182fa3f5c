"""The listening socket: it is bound before a server is started on it."""

import socket

from amity.http.url import host_port


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
