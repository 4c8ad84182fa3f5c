"""Generate the kit's decorators of all callbacks, and the module of names for users to import.

``make events`` runs it. Both follow from the declarations of the events, but type checkers and editors can read them
only in source files.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import get_args, get_type_hints

from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import AfterEvent, BeforeEvent, Change, Event, NoChange, WireStruct

WIDTH = 120
FOLDER = Path(__file__).parents[2] / "src" / "amity" / "business"
_NOTE = "Written from the declarations of the events by `make events`: not to be edited."


def generate(events: Sequence[type[Event]] = EVENTS) -> dict[str, str]:
    """Return the content of each file by its name."""
    return {"decorators.py": _decorators(events), "events.py": _exports(events)}


def _decorators(events: Sequence[type[Event]]) -> str:
    before = [event for event in events if issubclass(event, BeforeEvent)]
    attributes = "".join(f"    {event.attribute}: {_registers(event)}\n" for event in events)
    imports = _imports({*events, *(event.change for event in before if event.change is not NoChange)})
    return f'''"""The decorators of every callback, each typed by its event and by what its handler may return.

{_NOTE}
"""

from typing import Never

from amity.business.handlers import After, Before, Handlers
{imports}

class Decorators(Handlers):
    """The decorators: one attribute per event."""

{attributes}'''


def _exports(events: Sequence[type[Event]]) -> str:
    exported: set[type] = {Event, BeforeEvent, AfterEvent, Change, *events}
    for event in events:
        if issubclass(event, BeforeEvent) and event.change is not NoChange:
            exported |= {event.change, *_structs_named_in(event.change)}
        exported |= {struct for struct in _structs_of(event) if not struct.__name__.startswith("_")}
    names = "".join(f'    "{name}",\n' for name in sorted(each.__name__ for each in exported))
    return f'''"""The events, and what answers to them may replace, for users of the kit to import.

{_NOTE}
"""

{_imports(exported)}
__all__ = [
{names}]
'''


def _structs_of(event: type[Event]) -> set[type]:
    """Return the structs in the sample of an event, and those in them."""
    return {type(struct) for value in event.sample.values() for struct in _structs_in(value)}


def _structs_named_in(annotated: object) -> Iterator[type[WireStruct]]:
    """Return the structs that the fields of a change are declared with."""
    kinds = get_type_hints(annotated).values() if isinstance(annotated, type) else get_args(annotated)
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, WireStruct):
            yield kind
        elif get_args(kind):
            yield from _structs_named_in(kind)


def _structs_in(value: object) -> Iterator[WireStruct]:
    if isinstance(value, WireStruct):
        yield value
        value = tuple(getattr(value, name) for name in value.__struct_fields__)
    if isinstance(value, tuple):
        for each in value:
            yield from _structs_in(each)


def _registers(event: type[Event]) -> str:
    if not issubclass(event, BeforeEvent):
        return f"After[{event.__name__}]"
    return f"Before[{event.__name__}, {'Never' if event.change is NoChange else event.change.__name__}]"


def _imports(structs: set[type]) -> str:
    modules: dict[str, list[str]] = {}
    for struct in structs:
        modules.setdefault(struct.__module__, []).append(struct.__name__)
    lines = []
    for module, names in sorted(modules.items()):
        line = f"from {module} import {', '.join(sorted(names))}"
        lines += (
            [line]
            if len(line) <= WIDTH
            else [f"from {module} import (", *(f"    {each}," for each in sorted(names)), ")"]
        )
    return "\n".join([*lines, ""])


def write() -> None:
    """Write the files."""
    for name, text in generate().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
