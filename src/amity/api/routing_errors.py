"""Answers to requests with a wrong method or path: the right method, the likely path, where the pages are."""

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
_NOT_FOUND: Final = b"404 page not found"
_LONGEST_PATH: Final = 100
_IGNORED = re.compile(r"[^a-z/]|/(?=/)")
_PLURAL = re.compile(r"s(?=/|$)")


class RoutingErrors:
    """Knows the paths of the operations (POST) and of the pages (GET)."""

    def __init__(self, operations: Iterable[str], pages: Iterable[str]) -> None:
        self._operations = frozenset(operations)
        self._pages = frozenset(pages)
        self._paths = self._operations | self._pages

    def wrong_method(self, method: str, path: str) -> tuple[int, str, bytes] | None:
        """Return status, allowed methods and body if the path exists and the method is wrong, else ``None``."""
        if path in self._operations:
            allowed, said = "POST, OPTIONS", f"{path} is called with POST, not {method[:20]}; see /docs"
        elif path in self._pages:
            allowed, said = "GET, HEAD, OPTIONS", f"{path} is read with GET, not {method[:20]}; operations are at /docs"
        else:
            return None
        return 405, allowed, failure(ImError(Code.ARGS, said))

    def not_found(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> bytes:
        """Return the body for an unknown path: OpenIM's text, and the path that was probably meant."""
        if is_for_gateway(headers):
            return _NOT_FOUND + b": this is the REST API; clients connect to the gateway, which has a port of its own"
        meant = self._suggestion(path) if len(path) <= _LONGEST_PATH else None
        if meant is not None:
            return _NOT_FOUND + f": did you mean {meant}?".encode()
        # For POST only OpenIM's text: programs compare it.
        return _NOT_FOUND if method == "POST" else _NOT_FOUND + b": / says what is here"

    def _suggestion(self, path: str) -> str | None:
        normalised = _normalised(path)
        similar = _similar(self._paths)
        for spelling in (normalised, *_one_letter_removed(normalised)):
            if spelling in similar.by_spelling:
                return similar.by_spelling[spelling]
        # An extra prefix, or a missing group.
        ends = similar.by_last_part.get(normalised.rpartition("/")[2], set())
        close = [end for end in ends if path.lower().endswith(end)] or ends
        return next(iter(close)) if len(close) == 1 else None


class _Similar(NamedTuple):
    """Paths by similar spellings, and by their last part."""

    by_spelling: Mapping[str, str]
    by_last_part: Mapping[str, set[str]]


@cache
def _similar(paths: frozenset[str]) -> _Similar:
    # Paths by all their spellings with one letter removed. Two paths that share a spelling differ in one letter, in two
    # swapped letters, or in one extra or missing letter.
    by_spelling: dict[str, str] = {}
    by_last_part: dict[str, set[str]] = {}
    for path in sorted(paths - {"/"}):
        normalised = _normalised(path)
        by_last_part.setdefault(normalised.rpartition("/")[2], set()).add(path)
        for spelling in _one_letter_removed(normalised):
            by_spelling.setdefault(spelling, path)
    for path in paths:
        by_spelling[_normalised(path)] = path  # a path that differs in case alone wins
    return _Similar(by_spelling, by_last_part)


def is_for_gateway(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a request asks for a WebSocket, which only the gateway serves."""
    return b"websocket" in headers.get(b"upgrade", b"").lower()


def _normalised(path: str) -> str:
    """Return a path in lower case without plurals, punctuation and repeated slashes."""
    return _PLURAL.sub("", _IGNORED.sub("", path.lower()).rstrip("/"))


def _one_letter_removed(text: str) -> Iterator[str]:
    return (text[:at] + text[at + 1 :] for at in range(len(text)))
