"""Web pages that may call a server, by the ``Origin`` header of their browser. Pure.

Clients other than browsers send no ``Origin`` and are not affected. An origin is a scheme, a host and a port (RFC
6454). A page that came from the server itself has the server's own origin.
"""

import re
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from typing import Final

ANY: Final = "*"
LOOPBACK: Final = ("http://localhost:*", "http://127.0.0.1:*", "http://[::1]:*")
"""Pages that this machine itself serves."""
_SHOWN: Final = 100
_ALLOWED: Final = re.compile(r"\*|null|[a-z][a-z0-9+.-]{0,31}://[^\s/*@?#A-Z]{1,255}(:\*)?")


def is_loopback(host: str) -> bool:
    """Return whether a host is reachable from this machine only, judged by its name."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_allowable(origin: str) -> bool:
    """Return whether a text is valid in the list of allowed origins: an origin as browsers write it, ``null``, one with
    ``:*`` for every port, or ``*`` for all."""
    return _ALLOWED.fullmatch(origin) is not None


class Origins:
    """The allowed origins. With ``loopback_only`` requests must also address the server by a loopback name.

    Otherwise any page could point its own name to this machine right after it was loaded, and would then have the
    server's own origin (DNS rebinding).
    """

    def __init__(self, allowed: Sequence[str], *, loopback_only: bool = False) -> None:
        self.admits_all = ANY in allowed and not loopback_only
        self._any = ANY in allowed
        self._exact = frozenset(each for each in allowed if not each.endswith(":*"))
        self._any_port = frozenset(each.removesuffix(":*") for each in allowed if each.endswith(":*"))
        self._loopback_only = loopback_only

    def problem(self, host: str | None, origin: str | None) -> str:
        """Return why a request is refused, or an empty string. ``host`` and ``origin`` are its headers."""
        if self._loopback_only and host is not None and not is_loopback(_name_of(host)):
            return f"Host: {host[:_SHOWN]!r} is not a name of this machine; with --dev there is no other"
        if origin is None or self._any or self._is_allowed(origin) or (host and origin.partition("://")[2] == host):
            return ""
        return f"Origin: pages of {origin[:_SHOWN]!r} may not call this server (see api.corsOrigins)"

    def problem_of(self, headers: Mapping[bytes, bytes]) -> str:
        """Return the same for the headers of a request, by their names in lower case."""
        host, origin = headers.get(b"host"), headers.get(b"origin")
        return self.problem(
            None if host is None else host.decode("latin-1"), None if origin is None else origin.decode("latin-1")
        )

    def _is_allowed(self, origin: str) -> bool:
        if origin in self._exact or origin in self._any_port:
            return True
        base, _, port = origin.rpartition(":")
        return base in self._any_port and port.isascii() and port.isdigit()


def _name_of(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isascii() and port.isdigit() else host
