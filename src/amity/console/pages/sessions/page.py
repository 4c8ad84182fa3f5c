"""The administrator's own sessions, and ending all of them."""

from starlette.responses import Response

from amity.console import cookies
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.page import Page, Post
from amity.storage import Transaction


def page(ground: ConsoleGround) -> Page:
    """Declare the page."""
    sessions, database = ground.sessions, ground.database

    async def show(console: Console) -> Response:
        return console.page("pages/sessions/sessions.html", rows=await sessions.of_admin(console.session.user_id))

    async def end_all(console: Console) -> Response:
        user_id = console.session.user_id
        note = console.recorded("sessions.end_all", about=user_id)

        async def work(tx: Transaction) -> None:
            await sessions.close_all(tx, user_id)
            await note(tx)

        await database.write(work, rows=21)
        response = console.redirect("/console/login?said=said.all_out")
        cookies.take_back(response, cookies.SESSION, is_secure=console.is_secure)
        return response

    return Page(name="sessions", title="sessions.title", place=950, gets={"": show}, posts={"end": Post(end_all)})
