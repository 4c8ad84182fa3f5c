"""Import friends for a user: a list of ids, and what came of each."""

import asyncio
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from amity.console.audit.about import about as about_of
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.pages.people.person import PAGE, Person, find, id_in, nobody, shown
from amity.console.refusing import refusal
from amity.errors import ImError
from amity.relations.friends.importing import MOST_FRIENDS
from amity.relations.friends.models import ImportFriendResponse
from amity.texts import storable
from amity.users.rules import MOST_ID_CHARACTERS

_MOST_TYPED: Final = MOST_FRIENDS * (MOST_ID_CHARACTERS + 2)
"""Characters of as many of the longest ids as there may be, each on a line."""
_MOST_AT_ONCE: Final = 10_000
"""Characters that are made a page of in the event loop."""


class Outcome(NamedTuple):
    """What came of one id."""

    user_id: str
    text: str
    is_good: bool


async def show(ground: ConsoleGround, console: Console) -> Response:
    """The form."""
    user_id = id_in(console.query)
    person = await find(console, ground, user_id)
    if person is None:
        return nobody(console, user_id)
    return await _page(console, person, typed="", notify=True)


async def import_friends(ground: ConsoleGround, console: Console) -> Response:
    """Import them. Who cannot be a friend is left out, and the page says why."""
    user_id = id_in(console.form)
    person = await find(console, ground, user_id)
    if person is None:
        return nobody(console, user_id)
    typed, ids = await asyncio.to_thread(_read, console.form.get("friends", ""))
    notify = bool(console.form.get("notify"))

    async def refused(problem: str) -> Response:
        return await _page(console, person, status=400, typed=typed, notify=notify, problem=problem)

    if len(typed) > _MOST_TYPED or len(ids) > MOST_FRIENDS:
        return await refused(console.texts("people.too_many", most=MOST_FRIENDS))
    if not ids:
        return await refused(console.texts("people.no_ids"))
    if too_long := next((each for each in ids if len(each) > MOST_ID_CHARACTERS), None):
        said = console.texts("people.no_id", user=too_long[:MOST_ID_CHARACTERS], most=MOST_ID_CHARACTERS)
        return await refused(said)
    request = {"ownerUserID": user_id, "friendUserIDs": ids, "partial": True, "notify": notify}
    try:
        about = about_of(list(dict.fromkeys([user_id, *ids])))
        answer = await console.act("people.import_friends", "/friend/import_friend", request, about=about)
    except ImError as error:
        return await refused(refusal(console.texts, "people", error))
    return await _page(console, person, typed="", notify=notify, outcomes=_outcomes(console, answer))


def _read(text: str) -> tuple[str, list[str]]:
    """Return what was typed and the ids in it; none of more characters than they may have. Of 2 MB that takes
    milliseconds."""
    typed = storable(text)
    return typed, typed.replace(",", " ").split() if len(typed) <= _MOST_TYPED else []


def _outcomes(console: Console, answer: ImportFriendResponse) -> list[Outcome]:
    """Return what came of each id: first of those that were left out."""
    texts = console.texts
    found = []
    for each in answer.skipped:
        key = f"people.skipped.{each.err_code}"
        text = texts(key) if key in texts else texts("error.by_server", said=f"{each.err_code} {each.err_msg}")
        found.append(Outcome(each.user_id, text, is_good=False))
    found += [Outcome(user_id, texts("people.imported"), is_good=True) for user_id in answer.imported]
    found += [Outcome(user_id, texts("people.existing"), is_good=True) for user_id in answer.existing]
    return found


async def _page(
    console: Console,
    person: Person,
    *,
    typed: str,
    notify: bool,
    status: int = 200,
    problem: str = "",
    outcomes: list[Outcome] | None = None,
) -> Response:
    values: dict[str, Any] = {
        "status": status,
        "problem": problem,
        "typed": typed,
        "notify": notify,
        "outcomes": outcomes,
        "most": MOST_FRIENDS,
    }
    if len(outcomes or ()) <= PAGE and len(typed) <= _MOST_AT_ONCE:
        return shown(console, "import.html", person, "friends", **values)
    # A thousand rows take longer than the event loop has for one, and so does a long text.
    return await asyncio.to_thread(shown, console, "import.html", person, "friends", **values)
