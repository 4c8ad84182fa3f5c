"""People: find and register users, see and change what the server has of one, import friends for it, erase it."""

from collections.abc import Awaitable, Callable
from functools import partial

from starlette.responses import Response

from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.page import Page, Post
from amity.console.pages.people import erasing, finding, importing, profile, relations, tables

_MOST_PROFILE_BYTES = 1_000_000
"""Of a form with a nickname, a picture's address and ``ex`` of the most characters each, as browsers send them."""
_MOST_IMPORT_BYTES = 2_000_000


def page(ground: ConsoleGround) -> Page:
    """Declare the page."""
    gets: dict[str, Callable[[ConsoleGround, Console], Awaitable[Response]]] = {
        "": finding.show,
        "user": profile.show,
        **{tab: partial(tables.table, tab=tab) for tab in tables.TABLES},
        "import": importing.show,
        "erase": erasing.show,
        "erasure.json": erasing.progress,
        "erasures": erasing.show_all,
    }
    posts = {
        "register": Post(partial(finding.register, ground)),
        "user": Post(partial(profile.edit, ground), _MOST_PROFILE_BYTES),
        "tokens": Post(partial(profile.end_tokens, ground)),
        "friends": Post(partial(relations.remove_friend, ground)),
        "received": Post(partial(relations.answer, ground)),
        "blocks": Post(partial(relations.unblock, ground)),
        "import": Post(partial(importing.import_friends, ground), _MOST_IMPORT_BYTES),
        "erase": Post(partial(erasing.erase, ground)),
    }
    return Page(
        name="people",
        title="people.title",
        place=20,
        gets={rest: partial(handler, ground) for rest, handler in gets.items()},
        posts=posts,
        is_polled=True,
    )
