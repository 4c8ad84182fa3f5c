"""The SQL of the lists of users' groups, and nothing else: the rows are those of the groups' members."""

from collections.abc import Sequence

from amity.groups.stored import groups
from amity.groups.stored.groups import Group, group_of
from amity.groups.stored.roles import Role
from amity.storage import Database, Transaction
from amity.sync.lists import EMPTY_VERSION
from amity.sync.versioned_list import Change, VersionedList

MOST_CHANGES = 200
"""Changes of a list above which a client fetches the whole list, as with OpenIM's server: its Go core blocks itself on
more than some 500 at once."""
_FEW = 64
"""Groups of a user that are looked up on the event loop."""
JOINED = VersionedList(
    "group_members",
    alias="m",
    owner="user_seq",
    item="group_seq",
    prefix="joined_",
    most_changes=MOST_CHANGES,
)
"""The groups of a user."""
_JOINED = f"group_members as m join chat_groups as g on g.group_seq = m.group_seq{groups.USERS}"


async def changes(database: Database, user: int, since: int, most: int) -> list[Change[Group]]:
    """Return the changes of a user's groups above version ``since``, oldest first: at most ``most``, and either all
    rows of a version or none."""
    rows = await database.fetch_long(
        f"select {groups.COLUMNS}, {JOINED.row_versions} from {_JOINED} where {JOINED.where_changed}"
        f" order by {JOINED.by_version}",
        user,
        since,
        most,
    )
    return [JOINED.change(group, group.group_id, row, groups.WIDTH) for row in rows for group in [group_of(row)]]


async def page(database: Database, user: int, offset: int, limit: int) -> list[Group]:
    """Return some of a user's groups, in the order of names and then of age."""
    rows = await database.fetch_long(
        f"select {groups.COLUMNS} from {_JOINED} where m.user_seq = $1 and m.deleted = 0"
        " order by g.group_name, g.created_at, g.group_id limit $2 offset $3",
        user,
        limit,
        offset,
    )
    return [group_of(row) for row in rows]


async def count(database: Database, user: int) -> int:
    """Return how many groups a user is in."""
    rows = await database.fetch_long(
        "select count(*) from group_members where user_seq = $1 and deleted = 0",
        user,
    )
    return int(rows[0][0])


async def in_too_many(tx: Transaction, group: int, users: Sequence[int], most: int) -> set[int]:
    """Return which of these users, who have just come into a group, are in more than ``most`` groups.

    Each coming and going raises the version of a user's list, so that only who has a version above the limit is
    counted.
    """
    rows = await tx.fetch(
        "select user_seq from group_members where group_seq = $1 and joined_version > $3"
        " and user_seq in (select value from EACH_INT($2))",
        group,
        list(users),
        most + EMPTY_VERSION,
    )
    if not rows:
        return set()
    rows = await tx.fetch(
        "select user_seq from group_members where user_seq in (select value from EACH_INT($1)) and deleted = 0"
        " group by user_seq having count(*) > $2",
        [row[0] for row in rows],
        most,
    )
    return {row[0] for row in rows}


async def roles(database: Database, user: int, group_seqs: Sequence[int]) -> dict[int, int]:
    """Return a user's roles in those of these groups that it is in, by the groups' numbers."""
    read = database.fetch if len(group_seqs) <= _FEW else database.fetch_long
    rows = await read(
        "select group_seq, role_level from group_members where user_seq = $1 and deleted = 0"
        " and group_seq in (select value from EACH_INT($2))",
        user,
        list(group_seqs),
    )
    return {row[0]: row[1] for row in rows}


async def ids(database: Database, user: int) -> list[str]:
    """Return the ids of all of a user's groups, in the order of ``page``."""
    rows = await database.fetch_long(
        "select g.group_id from group_members as m join chat_groups as g on g.group_seq = m.group_seq"
        " where m.user_seq = $1 and m.deleted = 0 order by g.group_name, g.created_at, g.group_id",
        user,
    )
    return [row[0] for row in rows]


async def managed_by(database: Database, user: int) -> list[int]:
    """Return the numbers of the groups that a user manages."""
    rows = await database.fetch_long(
        f"select group_seq from group_members where user_seq = $1 and deleted = 0 and role_level > {Role.ORDINARY:d}",
        user,
    )
    return [row[0] for row in rows]
