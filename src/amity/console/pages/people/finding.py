"""Find users by a text in their ids or nicknames, or list the newest; register one."""

import asyncio
from typing import Any

from starlette.responses import Response

from amity.calls.page import Pagination
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.numbers import page_in
from amity.console.pages.people.person import done, id_in, on_page, page_count
from amity.console.refusing import refusal
from amity.errors import ImError
from amity.texts import storable
from amity.users.models import User
from amity.users.rules import MOST_ID_CHARACTERS

_TEMPLATE = "pages/people/people.html"


async def show(ground: ConsoleGround, console: Console) -> Response:
    """The users whose id or nickname contains a text, newest first. One who has that very id comes first, also if it is
    an administrator or a notification account, whom no search finds."""
    return await _page(console)


async def register(ground: ConsoleGround, console: Console) -> Response:
    """Register a user, and go to its page."""
    user_id = id_in(console.form, "userID").strip()
    nickname = storable(console.form.get("nickname", "")).strip() or user_id
    new = {"userID": user_id, "nickname": nickname}
    try:
        answer = await console.act("people.register", "/user/user_register", {"users": [new]}, about=user_id)
    except ImError as error:
        return await _page(console, status=400, problem=refusal(console.texts, "people", error))
    if answer is not None and answer.skipped:
        return await _page(console, status=400, problem=console.texts("people.left_out"))
    return done(console, "user", "registered", id=user_id)


async def _page(console: Console, *, status: int = 200, problem: str = "") -> Response:
    """``problem`` is what was wrong with the form that registers a user."""
    asked = storable(console.query.get("q", "")).strip()
    page = page_in(console.query)
    wrong = ""
    total, users = 0, list[User]()
    if len(asked) > MOST_ID_CHARACTERS:
        wrong = console.texts("people.too_long", most=MOST_ID_CHARACTERS)
    else:
        try:
            total, users = await _found(console, asked, page)
        except ImError as error:
            wrong = refusal(console.texts, "people", error)
    return console.page(
        _TEMPLATE,
        status=400 if wrong else status,
        asked=asked,
        wrong=wrong,
        problem=problem,
        typed={name: id_in(console.form, name) for name in ("userID", "nickname")},
        users=users,
        total=total,
        page=page,
        last_page=page_count(total),
        **await _beside(console, users),
    )


async def _found(console: Console, asked: str, page: int) -> tuple[int, list[User]]:
    """Return how many users are found, and a page of them."""
    search = {"pagination": on_page(page), "userID": asked, "nickName": asked, "newestFirst": True}
    found = await console.call("/user/get_users", search)
    total, users = found.total, found.users
    if asked and page == 1:
        exact = (await console.call("/user/get_users_info", {"userIDs": [asked]})).users_info
        users = [*exact, *(user for user in users if user.user_id != asked)]
        total = max(total, len(users))
    return total, users


async def _beside(console: Console, users: list[User]) -> dict[str, Any]:
    """Return who of these users is online, and who was erased."""
    ids = [user.user_id for user in users]
    if not ids:
        return {"online": frozenset(), "erased": frozenset()}
    status, erasures = await asyncio.gather(
        console.call("/user/get_users_status", {"userIDs": ids}),
        console.call(
            "/user/get_erasures", {"userIDs": ids, "pagination": Pagination(page_number=1, show_number=len(ids))}
        ),
    )
    return {
        "online": {each.user_id for each in status.status_list if each.status},
        "erased": {each.user_id for each in erasures.erasures},
    }
