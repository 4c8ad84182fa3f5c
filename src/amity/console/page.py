"""Declaration of a page of the console: its paths, its handlers, its place in the navigation."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import Response

from amity.console.context import Console

Handler = Callable[[Console], Awaitable[Response]]
MOST_FORM_BYTES: Final = 65_536


@dataclass(frozen=True, slots=True)
class Post:
    """What a POST does. A body of more than ``most_bytes`` is refused."""

    handler: Handler
    most_bytes: int = MOST_FORM_BYTES
    needs_token: bool = True
    """Whether it must have the session's token, if there is a session. A login has none yet: it has the secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, at ``/console/NAME``, and what belongs to it, below.

    ``gets`` and ``posts`` are handlers by the rest of the path: ``""`` is the page itself, ``"samples.json"`` is
    ``/console/NAME/samples.json``. ``title`` is a key of the catalogue. ``place`` orders the navigation, from 1; with 0
    the page is not in it. Files beside ``page.py`` that end in ``.html`` are its templates, in ``.js`` and ``.css`` its
    static files.
    """

    name: str
    title: str
    place: int = 0
    gets: Mapping[str, Handler] = field(default_factory=dict)
    posts: Mapping[str, Post] = field(default_factory=dict)
    is_open: bool = False
    """Whether it is for those who are not logged in, too."""
    is_polled: bool = False
    """Whether its paths that end in ``.json`` are fetched by the page itself: that is no use of the session."""

    @property
    def path(self) -> str:
        return f"/console/{self.name}"
