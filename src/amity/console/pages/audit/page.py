"""What administrators did in the console, newest first, with filters and pages."""

from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.audit.models import Filters
from amity.console.audit.service import PAGE
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.page import Page
from amity.texts import storable

_MOST_CHARACTERS = 200


def page(ground: ConsoleGround) -> Page:
    """Declare the page."""

    async def show(console: Console) -> Response:
        given = {name: storable(console.query.get(name, "").strip()[:_MOST_CHARACTERS]) for name in Filters._fields}
        entries = await ground.audit.page(Filters(**given), console.number("before"))
        shown = entries[:PAGE]
        older = urlencode({**_without_empty(given), "before": shown[-1].seq}) if len(entries) > PAGE else ""
        newest = urlencode(_without_empty(given)) if console.query.get("before") else ""
        return console.page(
            "pages/audit/audit.html",
            entries=shown,
            filters=given,
            older=older,
            newest=newest,
            is_later_page=bool(console.query.get("before")),
        )

    return Page(name="audit", title="audit.title", place=900, gets={"": show})


def _without_empty(values: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
