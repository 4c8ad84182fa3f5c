"""Every link from one page to another, or to a place in it, leads somewhere."""

import re

import pytest

from tests.unit.docs.pages import PAGES, anchor, name, without_blocks

LINK = re.compile(r"!?\[[^]]*\]\(([^)\s]+)\)")


def anchors(page):
    """The places that a page has, named as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", without_blocks(page.read_text(encoding="utf-8")), re.MULTILINE)
    return {anchor(heading) for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_relative_link_leads_somewhere(page):
    for link in LINK.findall(without_blocks(page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, place = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if place:
            assert place in anchors(target), link


def test_every_page_can_be_reached_from_the_readme():
    start = next(page for page in PAGES if name(page) == "README.md")
    reached, waiting = {start}, [start]
    while waiting:
        page = waiting.pop()
        for link in LINK.findall(without_blocks(page.read_text(encoding="utf-8"))):
            target = (page.parent / link.partition("#")[0]).resolve()
            if target in PAGES and target not in reached:
                reached.add(target)
                waiting.append(target)
    # What lies beside packed data explains it where it lies.
    assert {name(page) for page in PAGES if page not in reached} <= {"src/amity/cli/data/README.md"}
