"""What one HTTP exchange comes to: a reply, or a failure that says why there is none."""

from collections.abc import Mapping
from typing import NamedTuple


class Reply(NamedTuple):
    """An answer, read to its end. ``headers`` has lower-case names; one that came twice is joined with ``", "``.

    Nothing in it can be changed: the next exchange that is answered the same may get this one."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpFailure(Exception):
    """There is no answer.

    ``reason`` is a predicate to put behind the other end's name ("the server" ``did not answer in time``) and holds
    no URL, host or address; ``detail`` may hold addresses and is for the log of whoever made the request.
    """

    def __init__(self, reason: str, detail: str = "", *, timed_out: bool = False) -> None:
        self.reason = reason
        self.detail = detail
        self.timed_out = timed_out
        super().__init__(f"{reason} ({detail})" if detail else reason)


class Unanswered(HttpFailure):
    """The connection ended before the first byte of an answer."""


class AddressRefused(Exception):
    """Raised by an ``admit`` function for an address that must not be connected to; its text says what it is."""


def too_late() -> HttpFailure:
    """Return the failure of an exchange that did not end within its time."""
    return HttpFailure("did not answer in time", timed_out=True)
