"""The log of imports: what became of each call, whoever called."""

from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.context import Console
from amity.console.numbers import page_in
from amity.relations.friends.history.models import VERDICTS
from amity.texts import storable

SHOWN: Final = 50
_MOST_CHARACTERS: Final = 200


async def show_calls(console: Console) -> Response:
    """Show a page of the log, newest first, by owner and verdict."""
    owner = storable(console.query.get("owner", "").strip()[:_MOST_CHARACTERS])
    verdict = console.query.get("verdict", "")
    verdict = verdict if verdict in VERDICTS else ""
    number = page_in(console.query)
    found = await console.call(
        "/friend/get_import_log",
        {"ownerUserID": owner, "verdict": verdict, "pagination": {"pageNumber": number, "showNumber": SHOWN}},
    )
    given = {name: value for name, value in {"owner": owner, "verdict": verdict}.items() if value}
    return console.page(
        "pages/imports/calls.html",
        entries=found.entries,
        total=found.total,
        owner=owner,
        verdict=verdict,
        verdicts=VERDICTS,
        older=urlencode({**given, "page": number + 1}) if found.total > number * SHOWN else "",
        newest=urlencode(given),
        is_later_page=number > 1,
    )
