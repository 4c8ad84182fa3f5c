"""How callbacks, bodies and rules are shown. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from amity.callbacks.log import BODY_BYTES
from amity.callbacks.rules import section_of
from amity.console.texts.catalogue import Texts
from amity.texts import storable
from amity.wire.events.catalogue import BY_COMMAND, EVENTS

ROWS: Final = 50
"""Rows of a page."""
COMMANDS: Final = tuple(sorted(((event.setting, event.command) for event in EVENTS), key=lambda each: each[0].lower()))
"""Every callback by its key in the settings, and its command."""
_MOST_CHARACTERS: Final = 256
_MOST_SHOWN: Final = 16_384
_CLASSES: Final = {
    **dict.fromkeys(("approved", "modified", "delivered", "agrees"), "done"),
    **dict.fromkeys(("failed", "dead", "retrying", "differs"), "failed"),
}


class Body(NamedTuple):
    """A body as it is shown. ``note`` says what there is not of it, empty for nothing."""

    text: str
    note: str


def name_of(command: str) -> str:
    """Return the key in the settings of a command, or itself if it has none here."""
    event = BY_COMMAND.get(command)
    return command if event is None else event.setting


def class_of(word: str) -> str:
    """Return the class of a verdict or a state: whether it went as it should."""
    return _CLASSES.get(word, "plain")


def field_of(query: Mapping[str, str], name: str) -> str:
    """Return a field of a query or a form, cut to what a filter may have."""
    return storable(query.get(name, "").strip()[:_MOST_CHARACTERS])


def body_of(text: str, whole: int, texts: Texts) -> Body:
    """Return a body of ``whole`` bytes of which ``text`` is kept: JSON in lines."""
    if not whole:
        return Body("", texts("callbacks.nothing"))
    if not text:
        return Body("", texts("callbacks.not_kept"))
    if whole > BODY_BYTES:
        return Body(text, texts("callbacks.first_bytes", shown=f"{BODY_BYTES:,}", whole=f"{whole:,}"))
    return Body(in_lines(text.encode()), "")


def in_lines(json: bytes) -> str:
    """Return JSON in lines, its beginning if it is very long; what is none is returned as it is."""
    try:
        text = msgspec.json.format(json, indent=2).decode()
    except ValueError:
        text = json.decode(errors="replace")
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


class Ruled(NamedTuple):
    """A rule in words, and where the documentation states it."""

    text: str
    see: str


def ruled(rule: str, texts: Texts) -> Ruled | None:
    """Return the rule that decided, ``None`` if an entry has none."""
    if not rule:
        return None
    page, section = section_of(rule)
    return Ruled(texts.named("callback_rules", rule), texts("callbacks.see", page=page, section=section))
