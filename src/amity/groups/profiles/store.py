"""The SQL of groups that have still to be told of a user's new nickname or picture, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.storage import Database, Transaction

_SHOWN_BY = (
    "group_members as m where m.user_seq in (select value from EACH_INT($1)) and m.deleted = 0"
    " and (m.nickname = '' or m.face_url = '')"
)


class Waiting(NamedTuple):
    """A group that has still to be told of a user; ``operator`` is empty if no client is told."""

    user: int
    group: int
    group_id: str
    operator: str
    operation_id: str


async def put(tx: Transaction, users: Sequence[int], operator: str, operation_id: str) -> bool:
    """Store all groups that show what these users are called, or their pictures; return whether there are any. The
    transaction must have locked the users: nobody brings them into a group meanwhile."""
    ((count,),) = await tx.fetch(f"select count(*) from {_SHOWN_BY}", list(users))
    if not count:
        return False
    await tx.expect(count)
    await tx.fetch(
        "insert into group_profiles (user_seq, group_seq, operator, operation_id)"
        f" select m.user_seq, m.group_seq, cast($2 as text), cast($3 as text) from {_SHOWN_BY}"
        " on conflict (user_seq, group_seq) do update set operator ="
        " case when excluded.operator = '' then group_profiles.operator else excluded.operator end,"
        " operation_id = excluded.operation_id",
        list(users),
        operator,
        operation_id,
    )
    return True


async def next_of(database: Database, after: tuple[int, int]) -> Waiting | None:
    """Return the first group, by user and group, after these numbers."""
    rows = await database.fetch(
        "select p.user_seq, p.group_seq, g.group_id, p.operator, p.operation_id from group_profiles as p"
        " join chat_groups as g on g.group_seq = p.group_seq where (p.user_seq, p.group_seq) > ($1, $2)"
        " order by p.user_seq, p.group_seq limit 1",
        *after,
    )
    return Waiting._make(rows[0]) if rows else None


async def waits(tx: Transaction, user: int, group: int) -> bool:
    """Return whether a group has still to be told of a user. The transaction must have locked the group."""
    return bool(
        await tx.fetch("select user_seq from group_profiles where user_seq = $1 and group_seq = $2", user, group)
    )


async def remove(tx: Transaction, user: int, group: int) -> None:
    """Note that a group was told of a user. The transaction must have locked the group."""
    await tx.fetch("delete from group_profiles where user_seq = $1 and group_seq = $2", user, group)
