"""What is kept of who is in groups, and how it is read."""

import pytest

from amity.groups.stored.groups import Group
from amity.groups.stored.membership import Memberships
from amity.groups.stored.roles import Role

COST = 4
"""Members that a group counts for besides its own."""


class Stored:
    """Groups with so many members each, and how they were read: on the event loop, or not."""

    def __init__(self) -> None:
        self.read: list[tuple[int, str]] = []
        self.rows: dict[int, list[tuple[int, str, int, int, int]]] = {}

    def group(self, seq: int, members: int, version: int = 2) -> Group:
        """Store a group; its members are all as new as it is."""
        self.rows[seq] = [(number, f"u{number}", Role.ORDINARY, 1, 0) for number in range(members)]
        blank = Group._make(["" if kind is str else 0 for kind in Group.__annotations__.values()])
        return blank._replace(seq=seq, member_count=members, version=version)

    async def fetch(self, sql: str, group: int, since: int):
        self.read.append((group, "loop"))
        limit = int(sql.rpartition(" limit ")[2])
        return self.rows[group][:limit]

    async def fetch_long(self, sql: str, group: int, since: int):
        self.read.append((group, "thread"))
        return self.rows[group]


@pytest.fixture
def stored() -> Stored:
    return Stored()


async def test_who_was_asked_for_last_is_kept(stored):
    memberships = Memberships(2 * (3 + COST))
    first, second, third = [stored.group(seq, 3) for seq in (1, 2, 3)]
    for group in (first, second, first, third):
        await memberships.at(stored, group)
    stored.read.clear()
    for group in (first, third, second):
        await memberships.at(stored, group)
    assert [seq for seq, _ in stored.read] == [2]


async def test_groups_without_members_are_not_kept_for_ever(stored):
    memberships = Memberships(10 * COST)
    groups = [stored.group(seq, 0) for seq in range(11)]
    for group in groups:
        await memberships.at(stored, group)
    stored.read.clear()
    for group in reversed(groups):
        await memberships.at(stored, group)
    assert [seq for seq, _ in stored.read] == [0]


async def test_one_group_with_more_members_than_are_kept_is_read_once(stored):
    memberships = Memberships(100)
    group = stored.group(1, 200)
    for _ in range(2):
        assert len(await memberships.at(stored, group)) == 200
    assert stored.read == [(1, "loop")]


async def test_very_many_who_went_while_as_many_came_are_not_read_on_the_event_loop(stored):
    memberships = Memberships()
    await memberships.at(stored, stored.group(1, 3))
    stored.read.clear()
    later = stored.group(1, 3, version=9)
    stored.rows[1] = [(number, f"u{number}", Role.ORDINARY, 1, int(number > 2)) for number in range(2000)]
    assert (await memberships.at(stored, later)).ids == {"u0", "u1", "u2"}
    # The event loop read so few of them that it can tell.
    assert stored.read == [(1, "loop"), (1, "thread")]
