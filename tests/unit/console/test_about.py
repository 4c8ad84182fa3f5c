"""What an entry of the audit log is about."""

import pytest

from amity.console.audit.about import about
from amity.console.audit.service import MOST_CHARACTERS


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        (["club"], "club"),
        (["club", "ann", "bob"], "club ann bob"),
        (["a" * 250, "b" * 249], "a" * 250 + " " + "b" * 249),
        (["a" * 250, "b" * 250], "a" * 250 + " +1"),
        (["a" * 600, "b"], "a" * 600 + " +1"),
    ],
)
def test_ids_are_named_whole_as_far_as_there_is_room_and_the_rest_is_counted(ids, expected):
    assert about(ids) == expected


@pytest.mark.parametrize("length", range(1, 129))
def test_many_ids_fit_into_an_entry_and_none_is_lost(length):
    ids = [f"{number:04}".rjust(length, "u") for number in range(1000)]
    *named, rest = about(ids).split()
    assert named == ids[: len(named)]
    assert rest == f"+{1000 - len(named)}"
    assert len(about(ids)) <= MOST_CHARACTERS
