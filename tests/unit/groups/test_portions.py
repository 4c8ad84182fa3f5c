"""How members are parted among notifications."""

from amity.groups.portions import AT_ONCE, MOST_CHARACTERS, parted


def test_nobody_is_in_no_part():
    assert list(parted([])) == []


def test_members_with_short_texts_are_parted_by_their_number():
    parts = list(parted([(number, 10) for number in range(120)]))
    assert [len(part) for part in parts] == [AT_ONCE, AT_ONCE, 20]
    assert [each for part in parts for each in part] == list(range(120))
    assert [len(part) for part in parted([(number, 10) for number in range(120)], 100)] == [100, 20]


def test_members_with_long_texts_are_parted_by_these():
    half = MOST_CHARACTERS // 2
    assert list(parted([("a", half), ("b", half), ("c", 1), ("d", MOST_CHARACTERS), ("e", 0)])) == [
        ["a", "b"],
        ["c"],
        ["d", "e"],
    ]


def test_who_has_longer_texts_than_one_notification_has_room_for_is_named_alone():
    assert list(parted([("a", 1), ("b", 2 * MOST_CHARACTERS), ("c", 1)])) == [["a"], ["b"], ["c"]]
