"""docs/compatibility.md has a line for every difference that the comparison with recorded answers lists."""

import json
import re
import tomllib
from fnmatch import fnmatchcase

import pytest

from tests.support.recorded_answers import differences
from tests.unit.docs.pages import ROOT, text

FOLDER = ROOT / "tests/integration/compatibility"
PAGE = text("docs/compatibility.md")
LISTED = [
    listed
    for file in (
        "differences.toml",
        "conversation_differences.toml",
        "message_differences.toml",
        "message_call_differences.toml",
        "frame_differences.toml",
        "told_differences.toml",
        "stranger_differences.toml",
    )
    for listed in differences(tomllib.loads((FOLDER / file).read_text(encoding="utf-8")))
]
OF_ALL_OPERATIONS = {"http-and-json", "who-is-told-and-when", "identifiers", "handshake", "frames"}
"""Sections to which no row leads, as they are about all operations."""


def section_of(passage):
    """The anchor of the section in which a text stands."""
    headings = re.findall(r"^#+ (.*)$", PAGE[: PAGE.index(passage)], re.MULTILINE)
    return re.sub(r"[^\w-]", "", headings[-1].lower().replace(" ", "-"))


def paths():
    """The path of every recorded case, without its query, by the case's name."""
    lines = [line for file in FOLDER.glob("*.jsonl") for line in file.read_text(encoding="utf-8").split("\n") if line]
    return {case["case"]: case["path"].partition("?")[0] for case in map(json.loads, lines)}


@pytest.mark.parametrize("listed", LISTED, ids=lambda listed: listed.cases[0])
def test_a_listed_difference_has_its_line(listed):
    assert listed.documented in PAGE


def test_an_operation_with_differences_of_its_own_leads_to_them():
    cases = paths()
    for listed in LISTED:
        section = section_of(listed.documented)
        if section in OF_ALL_OPERATIONS:
            continue
        for path in {cases[name] for pattern in listed.cases for name in cases if fnmatchcase(name, pattern)}:
            row = re.search(rf"^\| `{path}` \|.*\|(.*)\|$", PAGE, re.MULTILINE)
            assert row, path
            assert f"(#{section})" in row[1], (path, section)
