"""The SQL of what decides whether users may write in groups."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from amity.groups.stored.groups import Group
from amity.storage import Database, Transaction
from amity.storage.over_rows import OverRows


class Writer(NamedTuple):
    """Who writes in which group, and the number of the group's timeline, 0 where nothing was written yet."""

    sender: int
    group: int
    timeline: int


class GroupStanding(NamedTuple):
    """What lets a user write in a group: the group, and the user in it. ``nickname`` and ``face_url`` are those that
    members see. ``role`` is 0 for who is no member; ``muted_until`` in milliseconds since 1970. ``sender_has``: whether
    the user has the conversation, and ``sender_read`` how far it has read there."""

    group: Group
    nickname: str
    face_url: str
    role: int
    muted_until: int
    sender_has: bool
    sender_read: int

    @property
    def is_member(self) -> bool:
        """Whether the user is in the group."""
        return self.role > 0


_STANDINGS = OverRows(
    "select v.column4, case when coalesce(m.nickname, '') = '' then s.nickname else m.nickname end,"
    " case when coalesce(m.face_url, '') = '' then s.face_url else m.face_url end, coalesce(m.role_level, 0),"
    " coalesce(m.muted_until, 0), own.owner_seq is not null, coalesce(own.read_seq, 0)"
    " from (ROWS) as v join users as s on s.user_seq = v.column1"
    " left join group_members as m on m.group_seq = v.column2 and m.user_seq = v.column1 and m.deleted = 0"
    " left join conversations as own on own.owner_seq = v.column1 and own.timeline = v.column3 and own.deleted = 0",
    *["integer"] * 4,
)


async def standings(
    reader: Database | Transaction, writers: Sequence[Writer], groups: Mapping[int, Group]
) -> list[GroupStanding]:
    """Return how each user stands in its group, in the order of ``writers``. All users must exist; ``groups`` has all
    groups by their numbers."""
    found: dict[int, GroupStanding] = {}
    rows = [(*writer, index) for index, writer in enumerate(writers)]
    for row in await _STANDINGS.fetch(reader, rows):
        group = groups[writers[row[0]].group]
        found[row[0]] = GroupStanding(group, row[1], row[2], row[3], row[4], bool(row[5]), row[6])
    return [found[index] for index in range(len(writers))]
