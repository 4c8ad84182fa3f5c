"""The tables of all callbacks are those that follow from the declarations."""

import shutil

import pytest

from amity.wire.events.catalogue import EVENTS
from tests.support.event_tables import DOCS, generate, page_of

PAGES = ("callbacks/README.md", "business-kit.md", "settings.md", "compatibility.md")
LAST = EVENTS[-1]


@pytest.fixture
def docs(tmp_path):
    """The pages in a folder where a test may change them."""
    for page in (*PAGES, *(f"callbacks/{path.name}" for path in (DOCS / "callbacks").glob("*.md"))):
        (tmp_path / page).parent.mkdir(exist_ok=True)
        shutil.copy(DOCS / page, tmp_path / page)
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_what_stands_in_a_page_is_what_is_written(page):
    assert (DOCS / page).read_text(encoding="utf-8") == generate()[page], "make events writes it anew"


@pytest.mark.parametrize(("page", "shown"), [(page, f"`{LAST.setting}`") for page in (PAGES[0], PAGES[2])])
def test_an_event_that_is_no_more_is_listed_no_more(page, shown):
    assert shown in generate()[page]
    assert shown not in generate(EVENTS[:-1])[page]


def test_an_event_that_is_new_has_its_rows(docs):
    for page, text in generate(EVENTS[:-1]).items():
        (docs / page).write_text(text, encoding="utf-8")
    compatibility = docs / "compatibility.md"
    said = compatibility.read_text(encoding="utf-8")
    page = page_of(LAST)
    link = f"`{LAST.setting}` | groups | [yes](callbacks/{page}) |"
    assert link in said
    compatibility.write_text(said.replace(link, f"`{LAST.setting}` | groups | not yet |"), encoding="utf-8")
    written = generate(EVENTS, docs)
    assert {page: written[page] for page in PAGES[:3]} == {page: generate()[page] for page in PAGES[:3]}
    assert link in written["compatibility.md"]


def test_a_changed_title_is_shown_in_the_index(docs):
    (docs / "callbacks/after-user-kick-off.md").write_text("# After a user is thrown out\n", encoding="utf-8")
    assert "| [After a user is thrown out](after-user-kick-off.md) |" in generate(EVENTS, docs)["callbacks/README.md"]


def test_an_event_without_a_page_is_named(docs):
    (docs / "callbacks/after-user-kick-off.md").unlink()
    with pytest.raises(ValueError, match=r"^docs/callbacks/after-user-kick-off\.md: AfterUserKickOff has no page yet$"):
        generate(EVENTS, docs)


def test_a_page_without_its_table_is_not_written(docs):
    (docs / "business-kit.md").write_text("# The business kit\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^no table with the head \| Decorator"):
        generate(EVENTS, docs)
