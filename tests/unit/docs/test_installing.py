"""amity is in no package index: no page, help text or message says to install it from one by its name."""

import re

import pytest

from tests.unit.docs.pages import PAGES, ROOT, name, rows, text

BY_NAME = re.compile(
    r"\b(?:pip3?|pipx|uv|poetry|pdm)\b[^\n|`]*?\b(?:install|add)\b[^\n`]*?(?<![\w./-])amity(?![\w./-])"
)
INDEX = "is in no package index, and a package of that name in one is another program"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_installs_amity_by_its_name(page):
    assert BY_NAME.findall(page.read_text(encoding="utf-8")) == []


def test_nothing_that_the_program_says_installs_amity_by_its_name():
    for folder in ("src", "examples"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".html", ".toml", ".js") and "node_modules" not in path.parts:
                assert BY_NAME.findall(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize(
    "line",
    [
        "pip install amity",
        "pip install --no-deps amity && pip install msgspec",
        "python -m pip install -U amity",
        "pip install uvicorn amity==0.1.0",
        "uv add amity",
    ],
)
def test_a_name_would_be_noticed(line):
    assert BY_NAME.search(line)


@pytest.mark.parametrize(
    "line",
    ["pip install ../amity", "pip wheel --no-deps ../amity", "/opt/amity/bin/pip install --no-deps .", "amity init"],
)
def test_a_path_is_no_name(line):
    assert not BY_NAME.search(line)


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md", "docs/business-kit.md"])
def test_a_page_that_installs_amity_says_that_no_index_has_it(page):
    assert INDEX in " ".join(text(page).split())


@pytest.mark.parametrize("page", ["README.md", "docs/quickstart.md"])
def test_a_page_that_begins_with_a_clone_says_how_to_get_one(page):
    assert re.search(r"^git clone ", text(page), re.MULTILINE)


def test_each_sdk_of_openim_has_its_first_calls():
    table = rows(text("docs/quickstart.md"), "10. Connect a client")
    sdks = ("iOS", "Android", "Flutter", "React Native", "uni-app", "Electron", "Browser", "Browser and mini programs")
    assert [sdk.partition(", ")[0] for sdk, *_ in table] == list(sdks)
    for sdk, first, login, _ in table:
        calls = first if "none" not in first else login
        assert all(word in calls for word in ("apiAddr", "wsAddr")), sdk
        assert all(re.search(word, login) for word in ("login", "userID", "token")), sdk
