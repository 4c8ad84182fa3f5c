"""Secrets in bodies, masked where people read them: push tokens in what is sent, and what an answer calls so. Pure.

JSON may be within a text of JSON, as contents of messages are, and in that again. There, each quote has backslashes
before it: as many as ``_escapes`` says.
"""

import re
from typing import Final

_NAMES: Final = (b"token", b"secret", b"password")
_BLANKS: Final = rb"(?:[ \t\r\n]|\\+[trn])*"
_MEMBER: Final = re.compile(rb'"(?:token|secret|password)(\\*)"' + _BLANKS + b":" + _BLANKS + rb'\1"')


def masked(body: bytes) -> bytes:
    """Return JSON with the texts of such members masked, also where it is cut within one. Others are left as they
    are."""
    if not any(name in body for name in _NAMES):
        return body
    shown = bytearray()
    done = 0
    while (member := _MEMBER.search(body, done)) is not None:
        shown += body[done : member.end()]
        done = member.end()
        escapes, level = len(member[1]), _level(len(member[1]))
        begins = member.start()
        if escapes == _escapes(level) == _trailing(body[max(0, begins - escapes - 1) : begins]):
            shown += b"***"
            done = _end_of_text(body, done, level)
    return bytes(shown + body[done:])


def _escapes(level: int) -> int:
    """Return how many backslashes are before a quote of JSON that is within so many texts."""
    return (1 << level) - 1


def _level(escapes: int) -> int:
    """Return within how many texts a quote with so many backslashes ends a text; more of them are those of a text's own
    backslashes before it."""
    return (~escapes & (escapes + 1)).bit_length() - 1


def _trailing(body: bytes) -> int:
    return len(body) - len(body.rstrip(b"\\"))


def _end_of_text(body: bytes, start: int, level: int) -> int:
    """Return where a text ends that begins at ``start`` within ``level`` others: before the backslashes of its last
    quote, or at the end of the body."""
    done = start
    while (quote := body.find(b'"', done)) >= 0:
        if (ended := _level(_trailing(body[done:quote]))) <= level:
            return quote - _escapes(ended)
        done = quote + 1
    return len(body)
