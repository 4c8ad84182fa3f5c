"""What whoever asks at the wrong place is told: what this is, which method or path is meant, where the pages are."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from amity.api.answers import failure
from amity.errors import Code, ImError

ABOUT: Final = b"""amity: an instant-messaging server that speaks OpenIM 3.8's protocol.

This is its REST API. Operations are called with POST, a JSON body and the headers operationID and token.

/docs           the operations, with a form to try each
/openapi.json   the same for programs (OpenAPI 3.1)
/healthz        whether the server runs
/readyz         whether it can work
/metrics        for Prometheus

OpenIM's clients connect to the gateway, a WebSocket on a port of its own.
"""
_NOT_HERE: Final = b"404 page not found"
_LONGEST_PATH: Final = 200
_IGNORED = re.compile(r"[^a-z/]")
_PLURAL = re.compile(r"s(?=/|$)")


class Signposts:
    """Knows the paths of the operations, which take POST, and of the pages, which take GET."""

    def __init__(self, operations: Iterable[str], pages: Iterable[str]) -> None:
        self._operations = frozenset(operations)
        self._pages = frozenset(pages)
        self._alike = {_likeness(path): path for path in (*self._pages, *self._operations)}

    def wrong_method(self, method: str, path: str) -> tuple[int, str, bytes] | None:
        """Return the status, the methods that are allowed, and the body, where a path is there and a method is not."""
        if path in self._operations:
            allowed, said = "POST, OPTIONS", f"{path} is called with POST, not {method[:20]}; see /docs"
        elif path in self._pages:
            allowed, said = "GET, HEAD, OPTIONS", f"{path} is read with GET, not {method[:20]}; operations are at /docs"
        else:
            return None
        return 405, allowed, failure(ImError(Code.ARGS, said))

    def nowhere(self, path: str, headers: Mapping[bytes, bytes]) -> bytes:
        """Return what is said of a path where nothing is: OpenIM's words, and what was probably meant."""
        if b"websocket" in headers.get(b"upgrade", b"").lower():
            return _NOT_HERE + b": this is the REST API; clients connect to the gateway, which has a port of its own"
        meant = self._alike.get(_likeness(path)) if len(path) <= _LONGEST_PATH else None
        return _NOT_HERE if meant is None else _NOT_HERE + f": did you mean {meant}?".encode()


def _likeness(path: str) -> str:
    """Return what is left of a path without capitals, plurals, signs and a slash at its end."""
    return _PLURAL.sub("", _IGNORED.sub("", path.lower()).rstrip("/"))
