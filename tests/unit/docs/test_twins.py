"""A page that is there in English and in Chinese says the same in both, and neither is changed alone."""

import re

import pytest

from tests.unit.docs.pages import PAGES, name, text
from tests.unit.docs.twins import CHINESE_ALONE, TWINS, changed_sections, differences

QUICKSTART = "docs/quickstart.md"
RELAY = "docs/relay.md"


@pytest.mark.parametrize("page", TWINS)
def test_a_page_and_its_twin_have_the_same_blocks_code_numbers_links_and_images(page):
    assert differences(text(page), text(TWINS[page]), page=page) == []


@pytest.mark.parametrize("page", TWINS)
def test_a_twin_was_read_against_what_its_page_says_now(page):
    assert changed_sections(page, text(page)) == [], f"bring {TWINS[page]} after {page}, then say so with: make twins"


@pytest.mark.parametrize("page", TWINS)
def test_a_reader_changes_the_language_in_the_first_line(page):
    for one, other, language in ((page, TWINS[page], "中文"), (TWINS[page], page, "English")):
        found = re.match(rf"# .*\n\n\[{language}\]\(([^)]+)\)", text(one))
        assert found, one
        assert name((next(each for each in PAGES if name(each) == one).parent / found[1]).resolve()) == other


def test_every_chinese_page_is_a_twin_but_the_glossary():
    chinese = {name(page) for page in PAGES if "/zh/" in name(page) or name(page).endswith(".zh.md")}
    assert chinese - {CHINESE_ALONE} == set(TWINS.values())


@pytest.mark.parametrize("is_english", [True, False], ids=["in English", "in Chinese"])
@pytest.mark.parametrize(
    ("page", "old", "new"),
    [
        (QUICKSTART, "\namity doctor\n", "\namity doctor --online\n"),
        (QUICKSTART, "<!-- stop uvicorn -->", "<!-- stop amity -->"),
        (QUICKSTART, "\n## 11.", "\n### 11."),
        (QUICKSTART, "\n- [2.", " [2."),
        (QUICKSTART, "`clientImport`", "`clientsImport`"),
        (QUICKSTART, "files.md)", "groups.md)"),
        (QUICKSTART, "settings.md#the-server", "settings.md#callbacks"),
        (QUICKSTART, "`client-sdk` 0.0.14", "`client-sdk` 0.0.15"),
        (QUICKSTART, "`login({userID, token})`", "`login({userID})`"),
        (RELAY, "| `beforeUserRegister` |", "|"),
        (RELAY, "\n2. ", "\n- "),
        ("README.md", "docs/flow.svg", "docs/web-client.png"),
        ("README.md", "**", ""),
    ],
)
def test_a_change_of_one_side_alone_is_noticed(page, old, new, is_english):
    english, chinese = text(page), text(TWINS[page])
    changed = (english if is_english else chinese).replace(old, new, 1)
    assert changed not in (english, chinese)
    assert differences(*((changed, chinese) if is_english else (english, changed)), page=page) != []


def test_a_chinese_link_to_an_english_page_that_has_a_twin_is_noticed():
    chinese = text(TWINS[QUICKSTART])
    changed = chinese.replace("](relay.md)", "](../relay.md)")
    assert changed != chinese
    assert differences(text(QUICKSTART), changed, page=QUICKSTART) != []


def test_a_chinese_link_to_another_place_of_the_same_page_is_noticed():
    chinese = text(TWINS[QUICKSTART])
    changed = chinese.replace("](#4-第一次导入)", "](#3-服务端)")
    assert changed != chinese
    assert differences(text(QUICKSTART), changed, page=QUICKSTART) != []


def test_a_change_of_english_words_alone_is_noticed_in_its_section():
    english = text(QUICKSTART)
    changed = english.replace("Friendships are two-way", "Friendships are one-way")
    assert changed != english
    assert changed_sections(QUICKSTART, changed) == ["4. A first import"]
