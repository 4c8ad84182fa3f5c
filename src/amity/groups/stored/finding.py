"""The SQL that finds groups by their names and ids, and nothing else."""

import re
from typing import NamedTuple

from amity.groups.stored import groups
from amity.groups.stored.groups import Group, group_of
from amity.groups.stored.status import Status
from amity.storage import Database

_PATTERN = re.compile(r"[!%_]")


class Found(NamedTuple):
    """A group that was found, and its owner's name as members see it."""

    group: Group
    owner_name: str


async def page(
    database: Database, user: int | None, group_id: str, name: str, offset: int, limit: int
) -> tuple[int, list[Found]]:
    """Return how many groups there are, and some of them, the newest first: those of a user, or all for ``None``; the
    one of an id where that is not empty; those whose names contain a text. Groups that have ended are left out."""
    tables, wheres, args = "chat_groups as g", [f"g.status <> {Status.DISMISSED:d}"], list[object]()
    if user is not None:
        args.append(user)
        tables = "group_members as own join chat_groups as g on g.group_seq = own.group_seq"
        wheres += [f"own.user_seq = ${len(args)}", "own.deleted = 0"]
    if group_id:
        args.append(group_id)
        wheres.append(f"g.group_id = ${len(args)}")
    if folded := groups.folded(name):
        args.append(f"%{_PATTERN.sub(lambda found: f'!{found[0]}', folded)}%")
        wheres.append(f"g.folded_name like ${len(args)} escape '!'")
    at = len(args)
    rows = await database.fetch_scan(
        f"with found as materialized (select g.group_seq, g.created_at from {tables} where {' and '.join(wheres)}),"
        " page as (select group_seq, created_at from found order by created_at desc, group_seq desc"
        f" limit ${at + 1} offset ${at + 2})"
        f" select counted.total, {groups.COLUMNS},"
        " case when coalesce(m.nickname, '') = '' then coalesce(owner.nickname, '') else m.nickname end"
        " from (select count(*) as total from found) as counted left join page on true"
        f" left join chat_groups as g on g.group_seq = page.group_seq{groups.USERS}"
        " left join group_members as m on m.group_seq = g.group_seq and m.user_seq = g.owner_seq and m.deleted = 0"
        " order by page.created_at desc, page.group_seq desc",
        *args,
        limit,
        offset,
    )
    return rows[0][0], [Found(group_of(row, 1), row[1 + groups.WIDTH]) for row in rows if row[1] is not None]
