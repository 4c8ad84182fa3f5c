"""Where servers listen: one socket, bound before anything is told to serve on it."""

import socket

from amity.http.url import host_port


def bound_socket(host: str, port: int) -> socket.socket:
    """Return a socket that is bound and does not listen yet; port 0 takes a free one.

    Raises ``OSError`` that names the address, where it is taken or not this machine's.
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
