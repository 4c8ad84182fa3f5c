"""Every rule by which answers are judged: in words in each language, and in the documentation."""

import re
from pathlib import Path

import pytest

from amity.callbacks.admin.in_force import _OF_AFTER, _OF_BEFORE
from amity.callbacks.rules import Rule, section_of
from amity.console.pages.callbacks.in_force import KINDS
from amity.console.pages.callbacks.log import VERDICTS
from amity.console.pages.callbacks.shown import COMMANDS, ROWS, body_of, in_lines, ruled
from amity.console.texts.catalogue import LANGUAGES, read_texts
from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import BeforeEvent

ROOT = Path(__file__).parents[3]
TEXTS = read_texts()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", Rule)
def test_a_rule_has_its_sentence(language, rule):
    assert f"callback_rules.{rule}" in TEXTS[language]


@pytest.mark.parametrize("rule", Rule)
def test_the_documentation_states_a_rule_where_it_is_said_to(rule):
    page, section = section_of(rule)
    stated = re.split(rf"^## {re.escape(section)}$", (ROOT / page).read_text("utf-8"), flags=re.MULTILINE)[1]
    assert f"`{rule}`" in stated.partition("\n## ")[0]


@pytest.mark.parametrize("verdict", sorted({*VERDICTS, *_OF_BEFORE, *_OF_AFTER}))
def test_a_verdict_has_its_word(verdict):
    assert f"callback_verdicts.{verdict}" in TEXTS["en"]


def test_an_entry_of_an_older_version_has_no_rule_and_an_unknown_one_its_name():
    assert ruled("", TEXTS["en"]) is None
    unknown = ruled("of tomorrow", TEXTS["en"])
    assert unknown is not None
    assert unknown.text == "of tomorrow"


def test_the_callbacks_of_a_kind_fit_on_a_page():
    of_before = sum(issubclass(event, BeforeEvent) for event in EVENTS)
    assert len(KINDS) == 2
    assert max(of_before, len(EVENTS) - of_before) <= ROWS
    assert len(COMMANDS) == len(EVENTS)


@pytest.mark.parametrize(
    ("text", "whole", "shown", "note"),
    [
        ("", 0, "", "Nothing."),
        ("", 7, "", TEXTS["en"]("callbacks.not_kept")),
        ('{"a":1}', 7, '{\n  "a": 1\n}', ""),
        ("OK", 2, "OK", ""),
        ('{"a":', 5, '{"a":', ""),
        ('{"a":"' + "x" * 4090, 9999, '{"a":"' + "x" * 4090, "The first 4,096 of 9,999 bytes."),
    ],
)
def test_a_body_is_shown_in_lines_with_what_there_is_not_of_it(text, whole, shown, note):
    assert body_of(text, whole, TEXTS["en"]) == (shown, note)


def test_very_long_json_is_cut():
    assert len(in_lines(b'{"a":"' + b"x" * 100_000 + b'"}')) < 17_000
