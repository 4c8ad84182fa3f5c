"""Which chats of a user have one id."""

from itertools import combinations, product

import pytest

from amity.wire.conversation_ids import single_id, twins


def test_it_is_none_where_no_id_can_be_read_in_two_ways():
    for user in ("ann", "a_b", "_", "_a", "a_", "x" * 128, "_" * 128):
        assert twins(user) == []


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5, 6])
def test_all_pairs_are_found_that_there_are(length):
    others = ["".join(each) for size in range(1, 7) for each in product("ab_", repeat=size)]
    for user in ("".join(each) for each in product("ab_", repeat=length)):
        by_id: dict[str, list[str]] = {}
        for other in others:
            by_id.setdefault(single_id(user, other), []).append(other)
        expected = {frozenset(pair) for same in by_id.values() for pair in combinations(same, 2)}
        assert {frozenset(pair) for pair in twins(user)} == expected
