"""Templates and static files, read and compiled once at the start, in a thread."""

import functools
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from jinja2 import DictLoader, Environment, StrictUndefined

from amity.console.context import Console
from amity.console.page import Page
from amity.console.texts.catalogue import LANGUAGES

_KINDS: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

_NAMING: Final = frozenset({"id", "conversation", "user", "seq", "callback", "next"})
"""Fields of forms that name what a page is about, as its address does."""
_LAST_MOMENT: Final = 253_402_300_799_000
"""The end of the year 9999."""


class Static(NamedTuple):
    """A static file: its content, type, and the version by which browsers keep it."""

    content: bytes
    kind: str
    version: str


class Rendering:
    """The compiled templates and the static files, for these pages. Creating the first one takes tenths of a second."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._pages = sorted((page for page in pages if page.place), key=lambda page: page.place)
        self._environment, self.static = _compiled()

    def page(self, console: Console, template: str, values: Mapping[str, Any]) -> bytes:
        """Return a page. Its template sees ``t``, the texts, ``session`` and ``csrf`` besides ``values``."""
        text = self._environment.get_template(template).render(
            t=console.texts,
            languages=LANGUAGES,
            pages=self._pages,
            path=console.path,
            here=_here(console),
            session=console.session,
            csrf=console.session.csrf,
            said=console.query.get("said", ""),
            **values,
        )
        return text.encode()


@functools.cache
def _compiled() -> tuple[Environment, Mapping[str, Static]]:
    """Read and compile all templates, and read the static files. They are the program's own and never change."""
    sources: dict[str, str] = {}
    static: dict[str, Static] = {}
    _read(resources.files("amity.console"), "", sources, static)
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )
    environment.filters["moment"] = moment
    environment.globals["static"] = lambda name: f"/console/static/{name}?v={static[name].version}"
    for name in sources:
        environment.get_template(name)
    return environment, static


def _read(folder: Traversable, prefix: str, sources: dict[str, str], static: dict[str, Static]) -> None:
    for each in sorted(folder.iterdir(), key=lambda entry: entry.name):
        ending = each.name[each.name.rfind(".") :]
        if each.is_dir():
            _read(each, f"{prefix}{each.name}/", sources, static)
        elif ending == ".html":
            sources[prefix + each.name] = each.read_text("utf-8")
        elif ending in _KINDS:
            content = each.read_bytes()
            static[each.name] = Static(content, _KINDS[ending], hashlib.sha256(content).hexdigest()[:16])


def _here(console: Console) -> str:
    """Return the address of a page, without what was said. Of the answer to a form it is the one that a GET finds."""
    if console.place != console.path:
        return console.place
    named = {name: value for name, value in console.form.items() if name in _NAMING}
    query = urlencode({name: value for name, value in {**console.query, **named}.items() if name != "said"})
    return f"{console.path}?{query}" if query else console.path


def moment(at: int) -> str:
    """Return a time of day, in milliseconds since 1970, as ISO 8601 has it, in UTC. One that has no year is
    the first or the last that has one."""
    return datetime.fromtimestamp(min(max(at, 0), _LAST_MOMENT) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
