"""No page has somebody install what an index may have under this name: it is another program there, or none."""

import re

import pytest

from tests.unit.docs.pages import PAGES, name

INSTALLS = re.compile(r"\b(?:pip|uv|uv pip|pipx) (?:install|add|tool install)\b[^\n`]*?(?<![\w./-])amity\b(?!/)")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_installs_amity_from_an_index(page):
    assert INSTALLS.findall(page.read_text(encoding="utf-8")) == []


def test_what_this_looks_for_is_found():
    assert INSTALLS.search("pip install amity")
    assert INSTALLS.search("pip install --no-deps amity && pip install msgspec")
    assert not INSTALLS.search("pip install ../amity")
    assert not INSTALLS.search("/opt/amity/bin/pip install --no-deps .")
