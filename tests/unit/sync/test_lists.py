"""What a client is told to fetch, and the hash by which it compares."""

import pytest

from amity.sync.lists import changes_from, id_hash


@pytest.mark.parametrize(
    ("version_id", "version", "expected"),
    [
        ("here", 3, 3),
        ("here", 7, 7),
        ("here", 0, None),
        ("here", -1, None),
        ("here", 8, None),
        ("", 3, None),
        ("elsewhere", 3, None),
    ],
)
def test_a_client_reads_on_only_from_a_version_that_this_list_had(version_id, version, expected):
    assert changes_from(version_id, version, current_id="here", current=7) == expected


def test_the_hash_of_no_ids_is_zero():
    assert id_hash([]) == 0


def test_the_hash_is_the_first_half_of_the_md5_of_the_compact_json():
    # printf %s '["a","b"]' | md5sum
    assert id_hash(["a", "b"]) == int("e53f04d1bcc1428d", 16)


def test_the_hash_depends_on_the_order():
    assert id_hash(["a", "b"]) != id_hash(["b", "a"])
