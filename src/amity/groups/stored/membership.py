"""Who is in groups, kept in memory under the version of the list of members: a message finds its receivers there, and
lists their order.

What was read at a version stays true for that version. A newer one is made of it and the rows that changed since.
"""

from bisect import bisect_left, bisect_right, insort
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from typing import Final, NamedTuple

from amity.groups.stored.groups import Group
from amity.groups.stored.roles import Role
from amity.storage import Database, Row, Transaction

_MOST_MOVED: Final = 64
"""Members that are put into their places of an order; above that it is sorted anew."""
_FEW: Final = 256
"""Members, or changes of the list, that are read on the event loop."""
MOST_KEPT: Final = 500_000
"""Members of all groups together that are kept, up to 340 bytes each with their ids and their order."""
_OF_A_GROUP: Final = 4
"""Members that a group counts for besides its own: one without any has 770 bytes."""


class Place(NamedTuple):
    """What a member's place in lists depends on: they are sorted by it. ``below_owner`` is the role, negative."""

    below_owner: int
    joined_at: int
    user_id: str
    user: int


class Members:
    """The members of a group at a version."""

    def __init__(self, version: int, places: Mapping[int, Place]) -> None:
        self.version = version
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, user: int) -> bool:
        return user in self._places

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of all members."""
        return frozenset([place.user_id for place in self._places.values()])

    def ids_of(self, users: Iterable[int]) -> frozenset[str]:
        """Return the ids of those of these users who are members."""
        return frozenset([self._places[user].user_id for user in users if user in self._places])

    @cached_property
    def in_order(self) -> Sequence[Place]:
        """All members in the order of lists: the highest role first, then the longest there, then by id."""
        return sorted(self._places.values())

    @cached_property
    def managers(self) -> Sequence[Place]:
        """The owner, and then the administrators."""
        return self.with_roles(Role.OWNER, Role.ADMIN)

    def with_roles(self, highest: Role, lowest: Role) -> Sequence[Place]:
        """Return the members whose roles are in this range, in order."""
        order = self.in_order
        begin = bisect_left(order, -highest, key=_below_owner)
        return order[begin : bisect_right(order, -lowest, key=_below_owner)]

    def changed(self, version: int, rows: Sequence[tuple[int, str, int, int, int]]) -> "Members":
        """Return the members at a later version: ``rows`` have number, id, role, time of joining, and whether gone."""
        places = dict(self._places)
        # Sorting ten thousand members takes longer than all else that a page of them needs.
        order = list(self.in_order) if "in_order" in self.__dict__ and len(rows) <= _MOST_MOVED else None
        for user, user_id, role, joined_at, is_gone in rows:
            before = places.pop(user, None)
            if order is not None and before is not None:
                del order[bisect_left(order, before)]
            if not is_gone:
                place = places[user] = Place(-role, joined_at, user_id, user)
                if order is not None:
                    insort(order, place)
        members = Members(version, places)
        if order is not None:
            members.__dict__["in_order"] = order
        return members


def _below_owner(place: Place) -> int:
    return place.below_owner


async def _changed_since(reader: Database | Transaction, group: Group, since: Members) -> Sequence[Row]:
    """Return the rows of a group's members that changed after a version; all that are there if that is 0."""
    # A version brings up to 2,001 members, and takes 50 away: neither the versions nor the members alone say how many
    # rows there are, and both together do not where as many came as went.
    about = max(group.version - since.version, abs(group.member_count - len(since)))
    if about <= _FEW:
        rows = await reader.fetch(f"{_CHANGED} limit {_FEW + 1}", group.seq, since.version)
        if len(rows) <= _FEW:
            return rows
    return await reader.fetch_long(_CHANGED, group.seq, since.version)


_CHANGED: Final = (
    "select m.user_seq, u.user_id, m.role_level, m.joined_at, m.deleted from group_members as m"
    " join users as u on u.user_seq = m.user_seq where m.group_seq = $1 and m.version > $2"
    " and (m.deleted = 0 or $2 > 0)"
)


class Memberships:
    """The members of the groups that were asked for last. ``most`` of them are kept, and of the last group all."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: OrderedDict[int, Members] = OrderedDict()
        self._count = 0

    async def at(self, reader: Database | Transaction, group: Group) -> Members:
        """Return the members of a group at the version that it has for the reader.

        In a transaction that changes the group this comes before the change. What a transaction reads is kept once that
        is committed: earlier ones that it has seen may be rolled back together with it.
        """
        known = self._kept.get(group.seq)
        if known is not None and known.version == group.version:
            # A transaction may be in a thread, and the entry be dropped meanwhile.
            with suppress(KeyError):
                self._kept.move_to_end(group.seq)
            return known
        since = known if known is not None and known.version < group.version else Members(0, {})
        rows = await _changed_since(reader, group, since)
        members = since.changed(group.version, [(row[0], row[1], row[2], row[3], row[4]) for row in rows])
        if hasattr(reader, "after_commit"):
            reader.after_commit(partial(self._keep, group.seq, members))
        else:
            self._keep(group.seq, members)
        return members

    def _keep(self, group: int, members: Members) -> None:
        self._count += _size(members) - _size(self._kept.pop(group, None))
        self._kept[group] = members
        while self._count > self._most and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._count -= _size(dropped)


def _size(members: Members | None) -> int:
    return 0 if members is None else len(members) + _OF_A_GROUP
