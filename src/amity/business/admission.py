"""The checks that a request passes before a handler sees its event."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from amity.business.decorators import Handler
from amity.business.delivery import Delivery
from amity.business.flow import Admitted, Reply, refusal
from amity.business.seen import SeenStore
from amity.business.signature import SignatureError, is_event_id, verify
from amity.callbacks.events import BY_COMMAND, AfterEvent, Event, parse
from amity.wire.webhooks import ID_HEADER

log = logging.getLogger("amity.business")


class HeaderItems(Protocol):
    """Headers as frameworks keep them: anything with ``items()``."""

    def items(self) -> Iterable[tuple[str, str]]: ...


Headers = Mapping[str, str] | HeaderItems | Iterable[tuple[str, str]]


class _Head(msgspec.Struct):
    command: str = msgspec.field(name="callbackCommand")


@dataclass(frozen=True)
class Gate:
    """What a request is checked against. ``keys`` empty: no signature is asked for; ``tolerance`` in seconds,
    ``body_limit`` in bytes."""

    handlers: Mapping[type[Event], Handler]
    keys: Sequence[bytes]
    seen: SeenStore | None
    clock: Callable[[], float]
    tolerance: float
    body_limit: int

    def admit(self, method: str, headers: Headers, path: str, body: bytes) -> Admitted | Reply:
        """Check a request; a ``Reply`` says why it was refused. The reason goes to the log as well."""
        admitted = self._check(method, _lower(headers), path, body)
        if isinstance(admitted, Reply):
            log.warning("refused a request with %d: %s", admitted.status, admitted.body.decode())
        return admitted

    def _check(self, method: str, headers: Mapping[str, str], path: str, body: bytes) -> Admitted | Reply:
        if method != "POST":
            return refusal(405, "a callback is a POST", allow="POST")
        if len(body) > self.body_limit:
            return too_large(self.body_limit)
        command = path.partition("?")[0].rstrip("/").rpartition("/")[2]
        kind = BY_COMMAND.get(command)
        if kind is None:
            return refusal(404, f"no such callback: {command[:100]!r}")
        if kind not in self.handlers:
            return refusal(404, f"no handler for {command}")
        try:
            event_id = self._event_id(headers, body)
        except SignatureError as error:
            return refusal(401, f"signature: {error}")
        try:
            event = _read(command, body)
        except ValueError as error:
            return refusal(400, f"malformed {command}: {error}")
        delivery = Delivery(headers.get("operationid", ""), event_id, signed=bool(self.keys))
        return Admitted(event, self.handlers[kind], delivery, self.seen if issubclass(kind, AfterEvent) else None)

    def _event_id(self, headers: Mapping[str, str], body: bytes) -> str | None:
        if self.keys:
            return verify(self.keys, headers, body, self.clock(), self.tolerance).event_id
        unchecked = headers.get(ID_HEADER, "")
        return unchecked if is_event_id(unchecked) else None


def too_large(limit: int) -> Reply:
    """The refusal of a body over ``limit`` bytes, whose rest is not read."""
    return refusal(413, f"a callback has at most {limit} bytes", connection="close")


def _read(command: str, body: bytes) -> Event:
    try:
        named = msgspec.json.decode(body, type=_Head).command
        if named != command:
            # The signature covers the body, not the path: a body sent for one callback is no good for another.
            raise ValueError(f"callbackCommand is {named[:100]!r}")
        return parse(command, body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _lower(headers: Headers) -> dict[str, str]:
    pairs = headers.items() if isinstance(headers, Mapping) or hasattr(headers, "items") else headers
    lowered: dict[str, str] = {}
    for spelt, value in pairs:
        name = spelt.lower()
        # A header that was sent twice is one list; none of ours may be one, and their checks say so.
        lowered[name] = f"{lowered[name]}, {value}" if name in lowered else value
    return lowered
