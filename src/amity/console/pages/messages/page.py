"""Messages: found by people, time and text, read in context, taken back, exported."""

from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.once import Once
from amity.console.page import Page, Post
from amity.console.pages.messages.exporting import Exporting
from amity.console.pages.messages.reading import Reading
from amity.console.pages.messages.searching import Searching
from amity.console.pages.messages.taking_back import TakingBack


def page(ground: ConsoleGround) -> Page:
    """Declare the page."""
    once = Once()
    searching, reading = Searching(once, searches_texts=ground.searches_texts), Reading(once)
    taking_back, exporting = TakingBack(once), Exporting()

    async def show(console: Console) -> Response:
        if console.query.get("conversation"):
            return await reading.show(console)
        if user := console.query.get("user"):
            return console.redirect(f"/console/people/conversations?{urlencode({'id': user})}")
        return await searching.show(console)

    return Page(
        name="messages",
        title="messages.title",
        place=300,
        gets={"": show, "take-back": taking_back.ask},
        posts={"take-back": Post(taking_back.do), "export": Post(exporting.do)},
    )
