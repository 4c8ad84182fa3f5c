"""What whoever asks at the wrong place is told: what this is, which method or path is meant, where the pages are."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Final, NamedTuple

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
_LONGEST_PATH: Final = 100
_IGNORED = re.compile(r"[^a-z/]|/(?=/)")
_PLURAL = re.compile(r"s(?=/|$)")


class Signposts:
    """Knows the paths of the operations, which take POST, and of the pages, which take GET."""

    def __init__(self, operations: Iterable[str], pages: Iterable[str]) -> None:
        self._operations = frozenset(operations)
        self._pages = frozenset(pages)
        self._paths = self._operations | self._pages

    def wrong_method(self, method: str, path: str) -> tuple[int, str, bytes] | None:
        """Return the status, the methods that are allowed, and the body, where a path is there and a method is not."""
        if path in self._operations:
            allowed, said = "POST, OPTIONS", f"{path} is called with POST, not {method[:20]}; see /docs"
        elif path in self._pages:
            allowed, said = "GET, HEAD, OPTIONS", f"{path} is read with GET, not {method[:20]}; operations are at /docs"
        else:
            return None
        return 405, allowed, failure(ImError(Code.ARGS, said))

    def nowhere(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> bytes:
        """Return what is said of a path where nothing is: OpenIM's words, and what was probably meant."""
        if is_for_gateway(headers):
            return _NOT_HERE + b": this is the REST API; clients connect to the gateway, which has a port of its own"
        meant = self._meant(path) if len(path) <= _LONGEST_PATH else None
        if meant is not None:
            return _NOT_HERE + f": did you mean {meant}?".encode()
        # Of a POST OpenIM's words alone: programs compare them.
        return _NOT_HERE if method == "POST" else _NOT_HERE + b": / says what is here"

    def _meant(self, path: str) -> str | None:
        likeness = _likeness(path)
        similar = _similar(self._paths)
        for spelling in (likeness, *_with_a_letter_less(likeness)):
            if spelling in similar.by_spelling:
                return similar.by_spelling[spelling]
        # Something too much in front, or its group left out.
        ends = similar.by_end.get(likeness.rpartition("/")[2], set())
        close = [end for end in ends if path.lower().endswith(end)] or ends
        return next(iter(close)) if len(close) == 1 else None


class _Similar(NamedTuple):
    """Paths by what is written instead of them: by a spelling that differs in little, and by their last word."""

    by_spelling: Mapping[str, str]
    by_end: Mapping[str, set[str]]


@cache
def _similar(paths: frozenset[str]) -> _Similar:
    # By all that is left of each with a letter less: two that have one of these in common differ in one letter, in
    # two that changed places, or in one that is too many or missing.
    by_spelling: dict[str, str] = {}
    by_end: dict[str, set[str]] = {}
    for path in sorted(paths - {"/"}):
        likeness = _likeness(path)
        by_end.setdefault(likeness.rpartition("/")[2], set()).add(path)
        for spelling in _with_a_letter_less(likeness):
            by_spelling.setdefault(spelling, path)
    for path in paths:
        by_spelling[_likeness(path)] = path  # what is the same but for its letters' size wins
    return _Similar(by_spelling, by_end)


def is_for_gateway(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a request asks for a WebSocket, which only the gateway has."""
    return b"websocket" in headers.get(b"upgrade", b"").lower()


def _likeness(path: str) -> str:
    """Return what is left of a path without capitals, plurals, signs, and slashes that are too many."""
    return _PLURAL.sub("", _IGNORED.sub("", path.lower()).rstrip("/"))


def _with_a_letter_less(text: str) -> Iterator[str]:
    return (text[:at] + text[at + 1 :] for at in range(len(text)))
