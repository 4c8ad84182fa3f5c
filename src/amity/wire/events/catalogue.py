"""The catalogue of callbacks: all of them, by their settings and commands, and their form on the wire."""

from collections.abc import Mapping
from typing import Any

import msgspec

from amity.wire.events import (
    blacks,
    conversations,
    friends,
    group_joining,
    group_members,
    groups,
    messages,
    presence,
    pushes,
    requests,
    taking_back,
    users,
)
from amity.wire.events.event import DECLARED, Event

_DOMAINS = [
    each.__name__
    for each in (
        users,
        friends,
        requests,
        blacks,
        presence,
        messages,
        taking_back,
        pushes,
        conversations,
        groups,
        group_joining,
        group_members,
    )
]
"""The rooms of the domains' events, in the order of the pages."""
EVENTS: tuple[type[Event], ...] = tuple(sorted(DECLARED, key=lambda event: _DOMAINS.index(event.__module__)))
BY_COMMAND: dict[str, type[Event]] = {event.command: event for event in EVENTS}
BY_SETTING: dict[str, type[Event]] = {event.setting: event for event in EVENTS}

_encoder = msgspec.json.Encoder()
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw])


def payload(event: Event, *, documented_names: bool = False) -> bytes:
    """Encode an event as the JSON body that is sent: ``callbackCommand`` first, then its fields.

    With ``documented_names`` the fields whose documented name is another one follow once more, under that name.
    """
    body = _encoder.encode(event)
    if documented_names and event.documented:
        fields = msgspec.to_builtins(event)
        beside = _encoder.encode({documented: fields[sent] for sent, documented in event.documented.items()})
        body = body[:-1] + b"," + beside[1:]
    head = b'{"callbackCommand":"' + event.command.encode() + b'"'
    return head + (b"," + body[1:] if len(body) > 2 else b"}")


def parse(command: str, body: bytes) -> Event:
    """Decode a payload of ``command``. A field may have the name that is sent or the documented one; where both are
    there, the one that is sent counts.

    Raises ``KeyError`` for an unknown command, ``msgspec.DecodeError`` or ``msgspec.ValidationError`` (a subclass) for
    a body that does not fit.
    """
    kind: type[Any] = BY_COMMAND[command]
    event: Event = msgspec.json.decode(_as_sent(body, kind.documented) if kind.documented else body, type=kind)
    return event


def _as_sent(body: bytes, documented: Mapping[str, str]) -> bytes:
    fields = _fields.decode(body)
    absent = {sent: name for sent, name in documented.items() if sent not in fields and name in fields}
    return _encoder.encode(fields | {sent: fields[name] for sent, name in absent.items()}) if absent else body
