"""What every page of the console declares."""

from pathlib import Path
from typing import Any, cast

import amity.console.pages
from amity.console.audit.service import Audit
from amity.console.context import Operations
from amity.console.ground import ConsoleGround
from amity.console.history.history import History
from amity.console.history.sampling import SERIES
from amity.console.imports.service import Imports
from amity.console.pages import build_pages
from amity.console.pages.overview.page import CHARTS
from amity.console.rendering import Rendering
from amity.console.sessions.attempts import Attempts
from amity.console.sessions.service import Sessions
from amity.console.texts.catalogue import read_texts
from tests.unit.console.test_history import sources

NOTHING = cast(Any, None)
GROUND = ConsoleGround(
    database=NOTHING,
    sessions=Sessions(NOTHING, "secret", []),
    attempts=Attempts(),
    audit=Audit(NOTHING, 0),
    history=History(sources()),
    imports=Imports(NOTHING, Operations({}), 1),
    searches_texts=False,
    identify=NOTHING,
)
PAGES = build_pages(GROUND)


def test_every_folder_is_a_page_that_is_listed():
    folders = {path.parent.name for path in Path(amity.console.pages.__file__).parent.glob("*/page.py")}
    assert {page.name for page in PAGES} == folders
    assert len({page.name for page in PAGES}) == len(PAGES)


def test_every_page_has_its_title_and_a_place_of_its_own():
    assert all(page.title in read_texts()["en"] for page in PAGES)
    places = [page.place for page in PAGES if page.place]
    assert len(set(places)) == len(places)


def test_only_the_login_is_open():
    assert [page.name for page in PAGES if page.is_open] == ["login"]
    assert [(page.name, rest) for page in PAGES for rest, post in page.posts.items() if not post.needs_token] == [
        ("login", "")
    ]


def test_every_template_compiles_and_static_files_have_names_of_their_own():
    static = Rendering(PAGES).static
    files = [
        path.name for path in Path(amity.console.__file__).parent.rglob("*.*") if path.suffix in {".js", ".css", ".svg"}
    ]
    assert sorted(files) == sorted(static)


def test_every_chart_and_line_has_its_words():
    words = read_texts()["en"]
    assert all(f"charts.{name}" in words for name in CHARTS)
    shown = [series for form in CHARTS.values() for series in form.series]
    assert all(f"series.{name}" in words for name in shown)
    assert set(shown) <= set(SERIES)
