"""One callback as OpenIM's server posts it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from amity.relay.commands import Command, Fields
from amity.texts import storable
from amity.wire.events.catalogue import parse
from amity.wire.events.event import Event

LONGEST_CHECKED = 1 << 20
"""Bytes of a body up to which its form is checked: a longer one is passed on as it is, because that takes time in which
nobody else is answered."""
_raw = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encode = msgspec.json.Encoder().encode


class RawFields(Mapping[str, Any]):
    """The fields of a body, each decoded when it is asked for: a body of a few megabytes can hold millions of values,
    and hardly any is looked at. What cannot be decoded is ``None``."""

    def __init__(self, body: bytes) -> None:
        self._raw = _raw.decode(body)

    def __getitem__(self, name: str) -> Any:
        try:
            return msgspec.json.decode(self._raw[name])
        except (ValueError, RecursionError):
            return None

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class NotAnObject(Exception):
    """The body is no JSON object. The text says what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayedRequest:
    """A request of OpenIM's server. ``misfit`` says why a body of the catalogue has not its form, and is empty where it
    has; ``query`` is what its URL's query has besides what every callback's has."""

    command: Command
    operation_id: str
    owner: str
    fields: Fields
    body: bytes
    query: str
    misfit: str


def read(command: Command, body: bytes, operation_id: str, query: str, *, documented_names: bool) -> RelayedRequest:
    """Decode a body, which is passed on as it is; with ``documented_names`` an event of the catalogue has both names.

    Raises ``NotAnObject``.
    """
    try:
        body.decode()
        fields = RawFields(body)
    except (ValueError, RecursionError) as error:
        raise NotAnObject(str(error)) from None
    event, misfit = _event(command, body)
    if event is not None and documented_names and event.documented:
        # The body itself, and not the event again: a newer version of OpenIM's server may have more fields.
        beside = {
            name: fields[sent] for sent, name in event.documented.items() if sent in fields and name not in fields
        }
        if beside:
            body = body.rstrip()[:-1] + b"," + _encode(beside)[1:]
    return RelayedRequest(
        command=command,
        operation_id=operation_id,
        owner=storable(_owner(command, event, fields)[:_LONGEST_OWNER]),
        fields=fields,
        body=body,
        query=query,
        misfit=misfit,
    )


_LONGEST_OWNER = 512


def _event(command: Command, body: bytes) -> tuple[Event | None, str]:
    if command.event is None:
        return None, ""
    if len(body) > LONGEST_CHECKED:
        return None, f"it has more than {LONGEST_CHECKED} bytes"
    try:
        return parse(command.name, body), ""
    except (ValueError, RecursionError) as error:
        return None, str(error)


def _owner(command: Command, event: Event | None, fields: Fields) -> str:
    if event is not None:
        try:
            return event.owner() or command.name
        except IndexError:  # it is about a list of nobody
            return command.name
    return command.owner_of(fields) or command.name
