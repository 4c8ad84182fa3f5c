"""What is said of one thing on many pages is said with the same words."""

import re

from tests.unit.docs.pages import ROOT

WHO_WAITS = "Who waits for the managers: 0 who applies, 1 also whom an ordinary member invites, 2 nobody"


def test_who_waits_for_the_managers_is_said_with_the_same_words_everywhere():
    tables = re.compile(r'^(?:\| `needVerification` \|.*? \| |needVerification = ")(.*)', re.MULTILINE)
    files = [*ROOT.glob("docs/callbacks/*.md"), *ROOT.glob("src/amity/api/reference/*.toml")]
    said = [meaning for file in files for meaning in tables.findall(file.read_text(encoding="utf-8"))]
    assert len(said) > 10
    assert [meaning for meaning in said if not meaning.startswith(WHO_WAITS)] == []
