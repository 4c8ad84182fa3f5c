"""The SQL of who has read messages of groups."""

from collections.abc import Sequence

from amity.storage import Database

# Who came in later may see the message, and its read mark is above it: what was written before counts as read.
_OTHERS = (
    "from group_members as m join conversations as c on c.owner_seq = m.user_seq and c.timeline = $2"
    " where m.group_seq = $1 and m.deleted = 0 and m.user_seq <> $4 and c.came_seq < $3"
)
_IS_READ = "case when c.read_seq >= $3 then 1 else 0 end"


async def totals(database: Database, group: int, timeline: int, seq: int, sender: int) -> tuple[int, int]:
    """Return how many members a message is for, its sender left out, and how many of them have read it."""
    rows = await database.fetch_long(
        f"select count(*), coalesce(sum({_IS_READ}), 0) {_OTHERS}", group, timeline, seq, sender
    )
    return int(rows[0][0]), int(rows[0][1])


async def page(
    database: Database, group: int, timeline: int, seq: int, sender: int, offset: int, limit: int
) -> Sequence[tuple[str, bool]]:
    """Return some of the members whom a message is for, with whether each has read it, in the order of lists."""
    rows = await database.fetch_long(
        f"select u.user_id, other.is_read from (select m.user_seq, m.role_level, m.joined_at, {_IS_READ} as is_read"
        f" {_OTHERS}) as other join users as u on u.user_seq = other.user_seq"
        " order by other.role_level desc, other.joined_at, u.user_id limit $5 offset $6",
        group,
        timeline,
        seq,
        sender,
        limit,
        offset,
    )
    return [(row[0], bool(row[1])) for row in rows]
