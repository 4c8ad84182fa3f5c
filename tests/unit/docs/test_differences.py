"""docs/compatibility.md has a line for every difference that the comparison with recorded answers lists."""

import re
from fnmatch import fnmatchcase

import pytest

from tests.integration.compatibility.recordings import RECORDINGS
from tests.integration.compatibility.replay import recorded_cases
from tests.unit.docs.pages import text

PAGE = text("docs/compatibility.md")
LISTED = [(recording, listed) for recording in RECORDINGS for listed in recording.listed()]
OF_ALL_OPERATIONS = {
    "http-and-json",
    "who-is-told-and-when",
    "who-is-told-of-groups",
    "identifiers",
    "handshake",
    "frames",
}
"""Sections to which no row leads, as they are about all operations."""


def section_of(passage):
    """The anchor of the section in which a text stands."""
    headings = re.findall(r"^#+ (.*)$", PAGE[: PAGE.index(passage)], re.MULTILINE)
    return re.sub(r"[^\w-]", "", headings[-1].lower().replace(" ", "-"))


def paths(recording):
    """The path of every case of a recording, without its query, by the case's name."""
    return {case.name: case.path.partition("?")[0] for case in recorded_cases(recording.files)}


@pytest.mark.parametrize("listed", [listed for _, listed in LISTED], ids=lambda listed: listed.cases[0])
def test_a_listed_difference_has_its_line(listed):
    assert listed.documented in PAGE


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.name)
def test_an_operation_with_differences_of_its_own_leads_to_them(recording):
    cases = paths(recording)
    for listed in (listed for one, listed in LISTED if one is recording):
        section = section_of(listed.documented)
        if section in OF_ALL_OPERATIONS:
            continue
        for path in {cases[name] for pattern in listed.cases for name in cases if fnmatchcase(name, pattern)}:
            row = re.search(rf"^\| `{path}` \|.*\|(.*)\|$", PAGE, re.MULTILINE)
            assert row, path
            assert f"(#{section})" in row[1], (path, section)
