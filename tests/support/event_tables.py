"""Write the tables of the pages that list all callbacks, from the declarations and from the titles of their own pages.

``make events`` runs it, together with the kit's names. The head of a table is in the page. ``docs/compatibility.md``
already has a row for each callback of OpenIM that this version lacks. A callback that OpenIM lacks gets its row by
hand.
"""

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

from msgspec import inspect as types

from amity.settings import webhooks
from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import BeforeEvent, Change, Event, NoChange
from tests.support.client_annotations import fields_of

DOCS = Path(__file__).parents[2] / "docs"
_INDEX = "| Callback | Setting | `callbackCommand` |"
_KIT = "| Decorator | Setting | Event | May return, beside `Allow()`, `Reject(...)` and `None` |"
_LIST = "The callbacks of this version: "
_LINE = 125


def generate(events: Sequence[type[Event]] = EVENTS, docs: Path = DOCS) -> dict[str, str]:
    """Return the content of each page by its name below ``docs``.

    Raises ``ValueError`` if a page lacks the head of its table, or an event its page.
    """
    pages = {
        name: (docs / name).read_text(encoding="utf-8")
        for name in ("callbacks/README.md", "business-kit.md", "settings.md", "compatibility.md")
    }
    index = [
        f"| [{_title(event, docs)}]({page_of(event)}) | `{event.setting}` | `{event.command}` |" for event in events
    ]
    kit = [
        f"| `@app.{event.attribute}` | `{event.setting}` | `{event.__name__}({', '.join(event.__struct_fields__)})` |"
        f" {_may_return(event)}|"
        for event in events
    ]
    listed = ", ".join(f"`{event.setting}`{_remark(event)}" for event in events)
    pages["callbacks/README.md"] = _with_table(pages["callbacks/README.md"], _INDEX, index)
    pages["business-kit.md"] = _with_table(pages["business-kit.md"], _KIT, kit)
    pages["settings.md"] = _with_list(pages["settings.md"], f"{listed}.")
    for event in events:
        pages["compatibility.md"] = _as_there(pages["compatibility.md"], event)
    return pages


def page_of(event: type[Event]) -> str:
    """Return the name of an event's page, below ``docs/callbacks/``."""
    return f"{event.attribute.replace('_', '-')}.md"


def _title(event: type[Event], docs: Path) -> str:
    page = docs / "callbacks" / page_of(event)
    if not page.exists():
        raise ValueError(f"docs/callbacks/{page.name}: {event.__name__} has no page yet")
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _may_return(event: type[Event]) -> str:
    if not issubclass(event, BeforeEvent) or event.change is NoChange:
        return ""
    return f"`{event.change.__name__}({_arguments(event.change)})` "


def _arguments(change: type[Change]) -> str:
    first, *others = fields_of(change)
    if others:
        return f"{first.name}=..., ..."
    kinds = first.type.types if isinstance(first.type, types.UnionType) else (first.type,)
    (kind,) = [each for each in kinds if not isinstance(each, types.NoneType)]
    match kind:
        case types.StrType():
            return '"..."'
        case types.CollectionType(item_type=types.StructType(cls=struct)):
            return f"[{struct.__name__}(...), ...]"
        case types.CollectionType():
            return "[...]"
        case _:
            return "..."


def _remark(event: type[Event]) -> str:
    return "" if event.setting in webhooks.OPENIM else " (which OpenIM lacks)"


def _with_table(page: str, head: str, rows: Sequence[str]) -> str:
    """Return a page with these rows below the head of a table."""
    before, found, after = page.partition(f"\n{head}\n")
    if not found:
        raise ValueError(f"no table with the head {head}")
    line, _, rest = after.partition("\n")
    return before + found + "\n".join([line, *rows, re.sub(r"\A(\|.*\n)*", "", rest)])


def _with_list(page: str, listed: str) -> str:
    before, found, after = page.partition(f"\n{_LIST}")
    if not found:
        raise ValueError(f"no paragraph that begins with {_LIST}")
    wrapped = textwrap.fill(_LIST + listed, _LINE, break_long_words=False, break_on_hyphens=False)
    return f"{before}\n{wrapped}\n\n{after.partition(chr(10) * 2)[2]}"


def _as_there(page: str, event: type[Event]) -> str:
    """Return the page with the row of an event changed to ``yes``. A row with a remark after the link is kept."""
    row = re.compile(rf"^(\| `{event.setting}` \| [^|]+ \| )not yet \|$", re.MULTILINE)
    return row.sub(rf"\g<1>[yes](callbacks/{page_of(event)}) |", page)


def write() -> None:
    """Write the pages."""
    for name, text in generate().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
