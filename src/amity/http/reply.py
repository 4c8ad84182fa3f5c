"""The outcome of an HTTP exchange: a reply, or a failure with its reason."""

from collections.abc import Mapping
from typing import NamedTuple


class Reply(NamedTuple):
    """A complete answer. ``headers`` has lower-case names; values of a repeated name are joined with ``", "``.

    It is immutable: the next exchange with an identical answer may get the same object.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpFailure(Exception):
    """The exchange has no answer.

    ``reason`` is a predicate to put after the other end's name ("the server" ``did not answer in time``) and contains
    no URL, host or address. ``detail`` may contain addresses, and is for the log.
    """

    def __init__(self, reason: str, detail: str = "", *, timed_out: bool = False) -> None:
        self.reason = reason
        self.detail = detail
        self.timed_out = timed_out
        super().__init__(f"{reason} ({detail})" if detail else reason)


class Unanswered(HttpFailure):
    """The connection closed before the first byte of an answer."""


class AddressRefused(Exception):
    """Raised by an ``admit`` function for an address that must not be connected to; its text says what the address
    is."""


def too_late() -> HttpFailure:
    """Return the failure of an exchange that exceeded its time."""
    return HttpFailure("did not answer in time", timed_out=True)
