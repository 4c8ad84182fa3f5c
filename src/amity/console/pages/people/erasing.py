"""Erase a user: what goes and what stays, the id typed once more, and how far it is then."""

from typing import Any, Final

from starlette.responses import Response

from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.numbers import page_in
from amity.console.pages.people.person import Person, done, find, id_in, nobody, on_page, page_count, shown
from amity.console.refusing import refusal
from amity.console.texts.catalogue import Texts
from amity.erasing.models import KEEP, REMOVE, Erasure
from amity.errors import Code, ImError
from amity.texts import storable

COUNTS: Final = ("friend", "black", "request", "group", "message", "conversation")
"""What an erasure counts, in the order of the page."""


async def show(ground: ConsoleGround, console: Console) -> Response:
    """The form."""
    user_id = id_in(console.query)
    person = await find(console, ground, user_id)
    return nobody(console, user_id) if person is None else await _page(console, person)


async def erase(ground: ConsoleGround, console: Console) -> Response:
    """Erase the user, if its id was typed."""
    user_id = id_in(console.form)
    person = await find(console, ground, user_id)
    if person is None:
        return nobody(console, user_id)
    messages = KEEP if console.form.get("messages") == KEEP else REMOVE
    typed = storable(console.form.get("typed", "")).strip()
    if typed != user_id:
        problem = console.texts("people.wrong_id" if typed else "people.missing_id", user=user_id)
        return await _page(console, person, status=400, problem=problem, typed=typed, messages=messages)
    request = {"userID": user_id, "messages": messages}
    try:
        await console.act("people.erase", "/user/erase_user", request, about=user_id)
    except ImError as error:
        problem = _why_not(console, error)
        return await _page(console, person, status=400, problem=problem, typed=typed, messages=messages)
    return done(console, "user", "erased", id=user_id)


async def progress(ground: ConsoleGround, console: Console) -> Response:
    """How far an erasure is, for the script of the page."""
    user_id = id_in(console.query)
    found = await console.call("/user/get_erasures", {"userIDs": [user_id], "pagination": on_page(1)})
    if not found.erasures:
        return console.json({}, status=404)
    erasure: Erasure = found.erasures[0]
    return console.json(
        {
            "state": state_text(console.texts, erasure),
            "isFinished": bool(erasure.finish_time),
            "counts": {name: f"{getattr(erasure, f'{name}_count'):,}" for name in COUNTS},
        }
    )


async def show_all(ground: ConsoleGround, console: Console) -> Response:
    """All erasures, the last first."""
    page = page_in(console.query)
    found = await console.call("/user/get_erasures", {"pagination": on_page(page)})
    return console.page(
        "pages/people/erasures.html",
        rows=found.erasures,
        total=found.total,
        page=page,
        last_page=page_count(found.total),
        counted=COUNTS,
    )


def state_text(texts: Texts, erasure: Erasure) -> str:
    """Return how far an erasure is, in words."""
    return texts(f"people.states.{erasure.state}")


async def _page(
    console: Console, person: Person, *, status: int = 200, problem: str = "", typed: str = "", messages: str = REMOVE
) -> Response:
    user_id = person.user.user_id
    values: dict[str, Any] = {"problem": problem, "typed": typed, "messages": messages, "counted": COUNTS}
    counts, why_not = None, ""
    if person.erasure is None:
        try:
            counts = (await console.call("/user/erase_user", {"userID": user_id, "dryRun": True})).counts
        except ImError as error:
            why_not = _why_not(console, error)
    elif person.erasure.messages == REMOVE:
        why_not = console.texts("people.erased_already")
    return shown(console, "erase.html", person, status=status, counts=counts, why_not=why_not, **values)


def _why_not(console: Console, error: ImError) -> str:
    """Return why a user cannot be erased, who is there."""
    if error.code == Code.NO_PERMISSION:
        return console.texts("people.is_admin")
    return console.texts("people.is_account") if error.code == Code.ARGS else refusal(console.texts, "people", error)
