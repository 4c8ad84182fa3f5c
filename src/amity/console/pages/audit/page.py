"""What administrators did in the console, newest first, with filters and pages."""

from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.audit.models import Filters
from amity.console.audit.service import LOOKED_THROUGH, PAGE
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.page import Page
from amity.console.texts.catalogue import Texts
from amity.texts import storable

_MOST_CHARACTERS = 200


def page(ground: ConsoleGround) -> Page:
    """Declare the page."""

    async def show(console: Console) -> Response:
        given = {name: storable(console.query.get(name, "").strip()[:_MOST_CHARACTERS]) for name in Filters._fields}
        filters, before = Filters(**given), console.number("before")
        entries = await ground.audit.page(filters, before)
        shown, further = entries[:PAGE], 0
        if len(entries) > PAGE:
            further = shown[-1].seq
        elif filters.about:
            further = await ground.audit.looked_to(filters, before)
        older = urlencode({**_without_empty(given), "before": further}) if further else ""
        newest = urlencode(_without_empty(given)) if console.query.get("before") else ""
        return console.page(
            "pages/audit/audit.html",
            entries=shown,
            filters=given,
            actions=_actions(console.texts, given["action"]),
            looked_through=LOOKED_THROUGH if older and len(entries) <= PAGE else 0,
            older=older,
            newest=newest,
            is_later_page=bool(console.query.get("before")),
        )

    return Page(name="audit", title="audit.title", place=900, gets={"": show})


def _without_empty(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _actions(texts: Texts, asked: str) -> list[tuple[str, str]]:
    """Return the actions with their names in the language, by these. One that is asked for and has no name is there,
    too: an older version may have written it."""
    names = {key.removeprefix("actions."): texts(key) for key in texts.names if key.startswith("actions.")}
    if asked:
        names.setdefault(asked, asked)
    return sorted(names.items(), key=lambda named: (named[1], named[0]))
