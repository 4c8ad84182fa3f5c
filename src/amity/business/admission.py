"""The checks that a request passes before a handler sees its event."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from amity.business.delivery import Delivery
from amity.business.flow import Admitted, Reply, refusal
from amity.business.handlers import Handler
from amity.business.seen import SeenStore
from amity.business.signature import SignatureError, is_event_id, verify
from amity.wire.events.catalogue import BY_COMMAND, parse
from amity.wire.events.event import AfterEvent, Event
from amity.wire.webhooks import ID_HEADER, SAMPLE_PREFIX, SIGNATURE_HEADER, TIMESTAMP_HEADER

log = logging.getLogger("amity.business")

LOGGED_REFUSALS: Final = 10
"""Refusals that are logged in ``PER_SECONDS``, each with its reason. Anybody who reaches the port can cause as many as
they like; of the others there is a line with their number."""
PER_SECONDS: Final = 60.0
_LONGEST_OPERATION_ID: Final = 256
_LONGEST_REASON: Final = 300
_NEEDED: Final = frozenset(
    {
        "operationid",
        *("connection", "upgrade", "transfer-encoding", "content-length"),
        *(ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER),
    }
)


class HeaderItems(Protocol):
    """Headers as frameworks keep them: anything with ``items()``."""

    def items(self) -> Iterable[tuple[str, str]]: ...


Headers = Mapping[str, str] | HeaderItems | Iterable[tuple[str, str]]


class _Head(msgspec.Struct):
    command: str = msgspec.field(name="callbackCommand")


class Refusals:
    """Logs what was refused, up to a number of lines in a time."""

    def __init__(self) -> None:
        self._since = float("-inf")
        self._lines = self._silent = 0

    def note(self, reply: Reply) -> None:
        """Log a refusal, or count it."""
        now = time.monotonic()
        if now - self._since >= PER_SECONDS:
            if self._silent:
                log.warning("refused %d more request%s in the meantime", self._silent, "s" * (self._silent > 1))
            self._since, self._lines, self._silent = now, 0, 0
        if self._lines < LOGGED_REFUSALS:
            self._lines += 1
            log.warning("refused a request with %d: %s", reply.status, reply.body.decode())
        else:
            self._silent += 1


@dataclass(frozen=True)
class Gate:
    """What a request is checked against. ``keys`` empty: no signature is asked for; ``tolerance`` in seconds,
    ``body_limit`` in bytes. ``handles_samples``: whether after-handlers get samples."""

    handlers: Mapping[type[Event], Handler]
    keys: Sequence[bytes]
    seen: SeenStore | None
    clock: Callable[[], float]
    tolerance: float
    body_limit: int
    handles_samples: bool = False
    refusals: Refusals = field(default_factory=Refusals)

    def admit(self, method: str, headers: Headers, path: str, body: bytes) -> Admitted | Reply:
        """Check a request; a ``Reply`` says why it was refused. The reason goes to the log as well."""
        admitted = self._check(method, needed(headers), path, body)
        if isinstance(admitted, Reply):
            self.refusals.note(admitted)
        return admitted

    def _check(self, method: str, headers: Mapping[str, str], path: str, body: bytes) -> Admitted | Reply:
        if refused := refused_framing(headers):
            return refused
        if method != "POST":
            return refusal(405, "a callback is a POST", allow="POST")
        if len(body) > self.body_limit:
            return too_large(self.body_limit)
        # Before anything else of it, so that a wrong secret shows also where the handler is missing.
        try:
            event_id = self._event_id(headers, body)
        except SignatureError as error:
            return refusal(401, f"signature: {error}")
        command = path.partition("?")[0].rstrip("/").rpartition("/")[2]
        kind = BY_COMMAND.get(command)
        if kind is None:
            return refusal(404, f"no such callback: {command[:100]!r}")
        if kind not in self.handlers:
            return refusal(404, f"no handler for {command}")
        try:
            event = _read(command, body)
        except ValueError as error:
            return refusal(400, f"malformed {command}: {str(error)[:_LONGEST_REASON]}")
        operation_id = headers.get("operationid", "")[:_LONGEST_OPERATION_ID]
        is_sample = event_id is not None and event_id.startswith(SAMPLE_PREFIX)
        delivery = Delivery(operation_id, event_id, bool(self.keys), is_sample)
        is_after = issubclass(kind, AfterEvent)
        return Admitted(
            event,
            self.handlers[kind],
            delivery,
            seen=self.seen if is_after else None,
            is_left_alone=is_sample and is_after and not self.handles_samples,
        )

    def _event_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        if self.keys:
            return verify(self.keys, headers, body, self.clock(), self.tolerance).event_id
        unchecked = headers.get(ID_HEADER, "")
        return unchecked if is_event_id(unchecked) else None


def too_large(limit: int) -> Reply:
    """The refusal of a body over ``limit`` bytes, whose rest is not read."""
    return refusal(413, f"a callback has at most {limit} bytes", connection="close")


def refused_framing(headers: Mapping[str, str]) -> Reply | None:
    """Refuse a request whose end two readers may see in different places, and have the connection closed.

    No IM server sends one. uvicorn over httptools takes a request that asks for an upgrade for over at its head: the
    application gets no body, and the body is parsed as the next request. Over h11 chunks count where there is a length
    as well, while a proxy may have gone by the length. With the connection closed nothing of what follows is answered.
    """
    if "upgrade" in headers or "upgrade" in headers.get("connection", "").lower():
        return refusal(400, "a callback asks for no upgrade", connection="close")
    if "transfer-encoding" in headers and "content-length" in headers:
        return refusal(400, "a callback has Transfer-Encoding or Content-Length, not both", connection="close")
    return None


def too_late(seconds: float) -> Reply:
    """The refusal of a body that is too long in coming."""
    return refusal(408, f"the body was not there after {seconds:.0f} s", connection="close")


def _read(command: str, body: bytes) -> Event:
    try:
        named = msgspec.json.decode(body, type=_Head).command
        if named != command:
            # The signature covers the body, not the path: a body sent for one callback is no good for another.
            raise ValueError(f"callbackCommand is {named[:100]!r}")
        return parse(command, body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def needed(headers: Headers) -> dict[str, str]:
    """Return those headers that are looked at, by their names in lower case."""
    pairs = headers.items() if isinstance(headers, Mapping) or hasattr(headers, "items") else headers
    values: dict[str, list[str]] = {}
    for spelt, value in pairs:
        name = spelt.lower()
        if name in _NEEDED:
            values.setdefault(name, []).append(value)
    # A header that was sent twice is one list; none of ours may be one, and their checks say so.
    return {name: ", ".join(several) for name, several in values.items()}
