"""With whom a user may have a conversation, by its id."""

from itertools import product

import pytest

from amity.wire.conversation_ids import (
    account_id,
    group_notices_id,
    is_told_to_group,
    pairs_in,
    peers_in,
    peers_in_each,
    single_id,
    users_of_pairs,
)
from amity.wire.notification import conversation_of

USERS = ["".join(each) for size in range(1, 5) for each in product("ab_", repeat=size)]


@pytest.mark.parametrize("user", ["a", "b", "_", "ab", "a_", "_a", "a_b", "b_a", "a_a", "ab_a", "_a_b"])
def test_they_are_all_those_whose_chat_with_the_user_has_this_id(user):
    by_id: dict[str, set[str]] = {}
    for other in USERS:
        by_id.setdefault(single_id(user, other), set()).add(other)
    for conversation_id, others in by_id.items():
        found = peers_in(conversation_id, user)
        assert others <= set(found)
        assert len(found) == len(set(found))
        assert all(single_id(user, peer) == conversation_id for peer in found)


@pytest.mark.parametrize("user", ["a", "a_", "_a", "a_b", "a_a"])
def test_an_account_may_be_named_before_or_after_the_user(user):
    for other in USERS:
        assert other in peers_in(account_id(other, user), user)
        assert other in peers_in(f"sn_{user}_{other}", user)
        assert other in peers_in(f"sn_{other}_{user}", user)


@pytest.mark.parametrize("conversation_id", ["", "si_", "n_", "si_a", "n_a", "si_b_c", "sg_a_b", "a_b", "si_ab_c"])
def test_nobody_has_the_conversation_of_others_nor_that_of_a_group(conversation_id):
    assert peers_in(conversation_id, "a") == []


def test_several_ids_are_each_read_as_one_alone():
    ids = [*(single_id("a_b", other) for other in USERS), "sg_1", "n_a_b_c", "sn_a_b_x"]
    together = [(name, peer) for _, name, peer in peers_in_each(ids, "a_b")]
    assert together == [(name, peer) for name in ids for peer in peers_in(name, "a_b")]


def test_every_pair_of_a_chat_finds_the_other_user():
    for one, other in pairs_in("si_a_b_a_b"):
        assert other in peers_in("si_a_b_a_b", one)
        assert one in peers_in("si_a_b_a_b", other)


@pytest.mark.parametrize("group", ["a", "_", "a_", "_a", "a_b", "b_a", "a_b_a", "__", "a__b", "a_a"])
def test_what_is_told_to_a_group_never_has_the_id_of_what_is_told_to_a_member_and_another_user(group):
    notices = group_notices_id(group)
    of_pairs = {user for user in USERS if any(conversation_of(user, other) == notices for other in USERS)}
    assert {user for user in USERS if not is_told_to_group(notices, user)} == of_pairs
    assert users_of_pairs(notices) == of_pairs
