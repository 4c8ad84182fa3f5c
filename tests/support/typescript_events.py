"""Generate the callbacks' types for the TypeScript kit: ``kits/typescript/src/events.ts``.

``make events`` runs it. A field has its name on the wire. It may be absent where its declaration has a default, and
null where the declaration allows ``None``. ``SHAPES`` has the same for the kit's checks while it runs.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import inspect as types

from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import AfterEvent, BeforeEvent, Change, Event, NoChange, WireStruct
from tests.support.client_annotations import Struct, fields_of, reachable

FILE = Path(__file__).parents[2] / "kits" / "typescript" / "src" / "events.ts"
_NOTE = "// Written from the declarations of the events by `make events`: not to be edited."
_WIDTH = 120
_PLAIN = {types.StrType: "string", types.IntType: "integer", types.BoolType: "boolean", types.AnyType: "unknown"}
_BASES = {WireStruct, Event, BeforeEvent, AfterEvent, Change}
# Of an answer that replaces nothing: no object fits it.
_NO_CHANGE = "never"


def generate(events: Sequence[type[Event]] = EVENTS) -> str:
    """Return the content of the file. Raises ``TypeError`` for a field of a type that TypeScript's have nothing for."""
    before = [event for event in events if issubclass(event, BeforeEvent)]
    after = [event for event in events if not issubclass(event, BeforeEvent)]
    structs = _in_order(events)
    parts = [
        _NOTE,
        'import type { Shape } from "./shapes.js";',
        *map(_interface, structs),
        "/** The events that ask, by their settings, and what the answers may replace. */\n"
        "export interface BeforeEvents {\n"
        + "".join(
            f"  {event.setting}: {{ event: {event.__name__}; change: {_change(event) or _NO_CHANGE} }};\n"
            for event in before
        )
        + "}",
        "/** The events that tell, by their settings. */\nexport interface AfterEvents {\n"
        + "".join(f"  {event.setting}: {event.__name__};\n" for event in after)
        + "}",
        "/** All events by their settings: their commands, and the names of their shapes. `change` is null where an "
        "answer\n * replaces nothing, and absent where nothing is asked. */\nexport const EVENTS = {\n"
        + "".join(map(_entry, events))
        + "} as const;",
        "/** The shapes of all events, of what answers may replace, and of what is in them. */\n"
        "export const SHAPES: Readonly<Record<string, Shape>> = {\n" + "".join(map(_shape, structs)) + "};",
    ]
    return "\n\n".join(parts) + "\n"


def _in_order(events: Iterable[type[Event]]) -> list[Struct]:
    """Return the events, each behind what is in it and before what may be replaced of it."""
    ordered: dict[Struct, None] = {}
    for event in events:
        kinds = [event, *([event.change] if issubclass(event, BeforeEvent) and event.change is not NoChange else [])]
        for kind in kinds:
            inner = sorted(reachable([kind]) - {kind}, key=lambda struct: struct.__name__)
            ordered |= dict.fromkeys([*inner, kind])
    return list(ordered)


def _interface(struct: Struct) -> str:
    fields = "".join(
        f"  {field.encode_name}{'?' if _is_optional(field) else ''}: {_typed(field.type, struct)};\n"
        for field in fields_of(struct)
    )
    return f"{_comment(struct)}export interface {struct.__name__} {{\n{fields}}}"


def _comment(struct: Struct) -> str:
    text = _described(struct)
    if issubclass(struct, Event):
        page = struct.attribute.replace("_", "-")
        text = f"{text} See docs/callbacks/{page}.md.".strip()
    if not text:
        return ""
    if len(text) + len("/**  */") <= _WIDTH:
        return f"/** {text} */\n"
    lines = textwrap.wrap(text, _WIDTH - 3, break_long_words=False, break_on_hyphens=False)
    return "/**\n" + "".join(f" * {line}\n" for line in lines) + " */\n"


def _described(struct: Struct) -> str:
    """Return the docstring of a struct, or of the nearest one that it inherits from, with the names on the wire."""
    text = next((vars(each)["__doc__"] for each in struct.__mro__ if _has_words(each)), "")
    names = {field.name: field.encode_name for field in fields_of(struct)} | {"None": "null"}
    return re.sub(r"``(\w*)``", lambda found: f"`{names.get(found[1], found[1])}`", " ".join(text.split())).replace(
        "``", "`"
    )


def _has_words(kind: type) -> bool:
    return issubclass(kind, WireStruct) and kind not in _BASES and bool(vars(kind).get("__doc__"))


def _change(event: type[BeforeEvent]) -> str:
    return "" if event.change is NoChange else event.change.__name__


def _entry(event: type[Event]) -> str:
    change = ""
    if issubclass(event, BeforeEvent):
        change = f', change: "{event.change.__name__}"' if _change(event) else ", change: null"
    return f'  {event.setting}: {{ command: "{event.command}", event: "{event.__name__}"{change} }},\n'


def _shape(struct: Struct) -> str:
    fields = "".join(f'    {field.encode_name}: "{_kind(field, struct)}",\n' for field in fields_of(struct))
    return f"  {struct.__name__}: {{\n{fields}  }},\n"


def _is_optional(field: types.Field) -> bool:
    return field.default is not msgspec.NODEFAULT or field.default_factory is not msgspec.NODEFAULT


def _kind(field: types.Field, struct: Struct) -> str:
    return _checked(field.type, struct) + ("?" if _is_optional(field) else "")


def _typed(kind: types.Type, struct: Struct) -> str:
    """Return a field's type in TypeScript."""
    inner, may_be_null = _without_none(kind, struct)
    match inner:
        case types.CollectionType():
            typed = f"readonly {_typed(inner.item_type, struct)}[]"
        case types.DictType():
            typed = f"Readonly<Record<string, {_typed(inner.value_type, struct)}>>"
        case _:
            typed = {"integer": "number"}.get(name := _named(inner, struct), name)
    return f"{typed} | null" if may_be_null else typed


def _checked(kind: types.Type, struct: Struct) -> str:
    """Return a field's kind, as ``shapes.ts`` reads it."""
    inner, may_be_null = _without_none(kind, struct)
    match inner:
        case types.CollectionType():
            checked = f"{_checked(inner.item_type, struct)}[]"
        case types.DictType():
            checked = f"{_checked(inner.value_type, struct)}{{}}"
        case _:
            checked = _named(inner, struct)
    return f"{checked}|null" if may_be_null else checked


def _named(kind: types.Type, struct: Struct) -> str:
    if isinstance(kind, types.StructType):
        return kind.cls.__name__
    if type(kind) not in _PLAIN:
        raise TypeError(f"{struct.__name__}: the TypeScript kit has nothing for {kind}")
    return _PLAIN[type(kind)]


def _without_none(kind: types.Type, struct: Struct) -> tuple[types.Type, bool]:
    if isinstance(kind, types.Metadata):
        return _without_none(kind.type, struct)
    if not isinstance(kind, types.UnionType):
        return kind, False
    rest = [each for each in kind.types if not isinstance(each, types.NoneType)]
    if len(rest) != 1 or len(rest) == len(kind.types):
        raise TypeError(f"{struct.__name__}: the TypeScript kit has nothing for {kind}")
    return _without_none(rest[0], struct)[0], True


def write() -> None:
    """Write the file."""
    FILE.write_text(generate(), encoding="utf-8")


if __name__ == "__main__":
    write()
