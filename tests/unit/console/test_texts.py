"""The texts of the console: the same keys and places in every language, and no text of a template beside them."""

import re
import string
from html.parser import HTMLParser
from pathlib import Path

import pytest

import amity.console
from amity.console.texts.catalogue import LANGUAGES, read_texts, wanted

ROOT = Path(amity.console.__file__).parent
TEXTS = read_texts()
TEMPLATES = sorted(ROOT.rglob("*.html"))
SCRIPTS = sorted(ROOT.rglob("*.js"))
SHOWN = {"alt", "title", "placeholder", "aria-label", "aria-description", "content", "label"}
"""Attributes whose text is read by people."""
KEY = re.compile(r"""\bt(?:\.counted)?\(\s*"([a-z0-9_.]+)"(?!\s*~)""")


def places(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_the_same_keys(language):
    assert TEXTS[language].names == TEXTS[LANGUAGES[0]].names


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_same_places_and_says_something(language):
    for key in TEXTS[LANGUAGES[0]].names:
        text = TEXTS[language](key)
        assert text.strip(), key
        assert places(text) == places(TEXTS[LANGUAGES[0]](key)), key


class Shown(HTMLParser):
    """Collects what people read of a template."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_meta = tag == "meta"
        self.texts += [value or "" for name, value in attrs if name in SHOWN and not is_meta]


def shown_in(source):
    shown = Shown()
    shown.feed(re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", source, flags=re.DOTALL))
    shown.close()
    return [text.strip() for text in shown.texts if re.search(r"\w", text)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_shows_no_text_but_that_of_the_catalogue(template):
    assert not shown_in(template.read_text("utf-8"))


@pytest.mark.parametrize(
    "source", ["<p>Hello</p>", '<p title="Hello"></p>', "<p>{{ t('a.b') }} and more</p>", "<p>你好</p>"]
)
def test_such_a_text_would_be_noticed(source):
    assert shown_in(source)


def test_every_key_that_is_used_is_there():
    sources = [path.read_text("utf-8") for path in [*TEMPLATES, *ROOT.rglob("*.py")]]
    used = {key for source in sources for key in KEY.findall(source)}
    used |= {
        key for source in sources for key in re.findall(r'(?:title|said|problem)\s?=\s?"([a-z_]+\.[a-z_]+)"', source)
    }
    used |= {key for source in sources for key in re.findall(r"\?said=(said\.\w+)", source)}
    used |= {f"{key}_one" for source in sources for key in re.findall(r'\.counted\("([a-z_.]+)"', source)}
    assert used
    assert used <= TEXTS["en"].names


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_has_no_text_for_people(script):
    code = re.sub(r"//[^\n]*", "", script.read_text("utf-8"))
    assert not re.findall(r'"[A-Z][a-z]+ [^"]*"', code)


@pytest.mark.parametrize(
    ("chosen", "header", "language"),
    [
        ("", "", "en"),
        ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("", "fr-FR, en;q=0.7, zh;q=0.9", "zh"),
        ("", "de", "en"),
        ("", "zh;q=0", "en"),
        ("", "zh;q=nonsense", "en"),
        ("", "en;q=0.5;level=1, zh;q=0.4", "zh"),
        ("en", "zh", "en"),
        ("zh", "", "zh"),
        ("xx", "zh", "zh"),
        ("", ",;,=;q=," * 200 + "zh", "en"),
    ],
)
def test_the_language_is_the_chosen_one_or_what_the_browser_likes_best(chosen, header, language):
    assert wanted(chosen, header) == language
