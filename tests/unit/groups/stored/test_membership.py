"""The order of a group's members, made of an earlier one and what has changed."""

import random

from amity.groups.stored.membership import Members
from amity.groups.stored.roles import Role

GONE, THERE = 1, 0
ROWS = [
    (1, "ann", Role.ORDINARY, 30, THERE),
    (2, "bob", Role.OWNER, 40, THERE),
    (3, "cid", Role.ORDINARY, 20, THERE),
    (4, "dan", Role.ADMIN, 50, THERE),
    (5, "abe", Role.ORDINARY, 30, THERE),
]


def ids(places):
    return [place.user_id for place in places]


def test_the_highest_role_comes_first_then_who_is_longest_there_then_the_id():
    assert ids(Members(0, {}).changed(1, ROWS).in_order) == ["bob", "dan", "cid", "abe", "ann"]


def test_roles_are_a_part_of_the_order():
    members = Members(0, {}).changed(1, ROWS)
    assert ids(members.managers) == ["bob", "dan"]
    assert ids(members.with_roles(Role.ADMIN, Role.ORDINARY)) == ["dan", "cid", "abe", "ann"]
    assert ids(members.with_roles(Role.ADMIN, Role.ADMIN)) == ["dan"]
    assert ids(members.with_roles(Role.OWNER, Role.ORDINARY)) == ids(members.in_order)


def test_an_order_that_is_kept_up_is_that_of_a_sort():
    chance = random.Random(1)
    members = Members(0, {})
    for version in range(1, 300):
        rows = [
            (number, f"u{number}", chance.choice(list(Role)), chance.randrange(5), chance.choice((GONE, THERE)))
            for number in chance.sample(range(50), chance.choice((1, 2, 20)))
        ]
        members = members.changed(version, rows)
        assert list(members.in_order) == sorted(members.in_order)
        assert set(ids(members.in_order)) == members.ids
        assert len(members.in_order) == len(members)


def test_an_order_of_before_stays_as_it_was():
    before = Members(0, {}).changed(1, ROWS)
    order = ids(before.in_order)
    before.changed(2, [(2, "bob", Role.OWNER, 40, GONE)])
    assert ids(before.in_order) == order
