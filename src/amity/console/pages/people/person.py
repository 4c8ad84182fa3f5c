"""Whom a page is about, and what all pages about a person share."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from amity.calls.page import Pagination
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.erasing.models import Erasure
from amity.texts import cut, storable
from amity.users.models import User
from amity.users.rules import MOST_ID_CHARACTERS

PAGE: Final = 50
"""Rows of a page."""
TABS: Final = ("user", "friends", "received", "sent", "blocks", "groups", "conversations")
"""The pages about a person, by the rest of their paths."""


class Person(NamedTuple):
    """A user, its erasure if there is one, and whether the setting ``admins`` names it."""

    user: User
    erasure: Erasure | None
    is_admin: bool


def id_in(values: Mapping[str, str], name: str = "id") -> str:
    """Return the id of a user in a query or a form. It may be that of nobody."""
    return storable(values.get(name, ""))


async def find(console: Console, ground: ConsoleGround, user_id: str) -> Person | None:
    """Return a user who is there, or was erased, or ``None``. Raises ``ImError``, ``DATABASE`` (90002)."""
    if not 0 < len(user_id) <= MOST_ID_CHARACTERS:
        return None
    asked = {"userIDs": [user_id]}
    found, erasures = await asyncio.gather(
        console.call("/user/get_users_info", asked),
        console.call("/user/get_erasures", {**asked, "pagination": on_page(1)}),
    )
    if not found.users_info:
        return None
    erasure = erasures.erasures[0] if erasures.erasures else None
    return Person(found.users_info[0], erasure, ground.sessions.is_admin(user_id))


def on_page(number: int) -> Pagination:
    """Return a page of 50 rows, counted from 1."""
    return Pagination(page_number=number, show_number=PAGE)


def page_count(total: int) -> int:
    """Return how many pages a list of ``total`` rows has: at least one."""
    return max(1, -(-total // PAGE))


def shown(
    console: Console, template: str, person: Person, tab: str = "", *, status: int = 200, **values: Any
) -> Response:
    """Return a page about a person. ``tab`` is the one that is open."""
    return console.page(
        f"pages/people/{template}", status=status, person=person, user=person.user, tabs=TABS, tab=tab, **values
    )


def nobody(console: Console, user_id: str) -> Response:
    """Return the page for an id that is that of nobody."""
    return console.page("pages/people/nobody.html", status=404, user_id=cut(user_id, MOST_ID_CHARACTERS))


def path_of(rest: str, **query: object) -> str:
    """Return a path of these pages, with the values of its query that are not empty."""
    given = {name: value for name, value in query.items() if value not in ("", None)}
    return f"/console/people/{rest}" + (f"?{urlencode(given)}" if given else "")


def done(console: Console, rest: str, said: str, **query: object) -> Response:
    """Return the answer to a form that did what it says: the page ``rest``, which tells so (``said.people.SAID``)."""
    return console.redirect(path_of(rest, **query, said=f"said.people.{said}"))
