"""The SQL of listing and searching users, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.storage import Database, Transaction
from amity.storage.substrings import Query
from amity.users.models import User
from amity.users.search_index import ORDINARY
from amity.users.store import COLUMNS, user_of

_ORDINARY = f"app_manger_level in {ORDINARY}"


class Beyond(NamedTuple):
    """How many users there are beyond a number, and the largest of their numbers."""

    users: int
    last: int


async def page_found(database: Database, found: Query, offset: int, limit: int) -> tuple[int, list[User]]:
    """Return how many users a query finds, and a page of them."""
    page, place = (f"${len(found.args) + index}" for index in (1, 2))
    of_user = ", ".join(f"u.{column}" for column in COLUMNS.split(", "))
    rows = await database.fetch_scan(
        f"with found as materialized ({found.sql}),"
        f" page as (select number from found order by number limit {page} offset {place})"
        f" select {of_user}, counted.total from (select count(*) as total from found) as counted"
        " left join page on true left join users as u on u.user_seq = page.number order by page.number",
        *found.args,
        limit,
        offset,
    )
    return rows[0][7], [user_of(row) for row in rows if row[0] is not None]


async def count_beyond(database: Database, number: int, *, ordinary: bool) -> Beyond:
    """Count all users beyond a number, or the ordinary ones."""
    rows = await database.fetch_scan(
        "select count(*), coalesce(max(user_seq), $1) from users where user_seq > $1" + _and(ordinary), number
    )
    return Beyond(rows[0][0], rows[0][1])


async def page_beyond(database: Database, number: int, offset: int, limit: int) -> list[tuple[int, User]]:
    """Return a page of the ordinary users beyond a number, with their numbers."""
    rows = await database.fetch_scan(
        f"select {COLUMNS}, user_seq from users where user_seq > $1{_and(True)} order by user_seq limit $2 offset $3",
        number,
        limit,
        offset,
    )
    return [(row[7], user_of(row)) for row in rows]


async def ids_beyond(database: Database, number: int, offset: int, limit: int) -> list[tuple[int, str]]:
    """Return a page of the ids of all users beyond a number, with their numbers."""
    rows = await database.fetch_scan(
        "select user_seq, user_id from users where user_seq > $1 order by user_seq limit $2 offset $3",
        number,
        limit,
        offset,
    )
    return [(row[0], row[1]) for row in rows]


def _and(ordinary: bool) -> str:
    return f" and {_ORDINARY}" if ordinary else ""


# How far the index has come, among the facts: by which folding users are folded, and, as long as not all of them are,
# the number of the last who is.
_FOLDING = "search_folding"
_CURSOR = "search_cursor"


async def folding(reader: Database | Transaction) -> tuple[str, bool]:
    """Return by which folding users are folded (empty: by none), and whether all are."""
    rows = await reader.fetch("select name, value from facts where name in ($1, $2)", _FOLDING, _CURSOR)
    facts = {row[0]: row[1] for row in rows}
    return facts.get(_FOLDING, ""), _FOLDING in facts and _CURSOR not in facts


async def begin_filling(tx: Transaction, name: str) -> None:
    """Have all users folded by a folding."""
    for fact, value in ((_FOLDING, name), (_CURSOR, "0")):
        await tx.fetch(
            "insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
            fact,
            value,
        )


async def next_to_fill(tx: Transaction, most: int) -> Sequence[tuple[int, User]] | None:
    """Return the next users who are to be folded, locked with their turn; ``None`` if somebody has come to the end."""
    cursor = await tx.fetch("select value from facts where name = $1 FOR_UPDATE", _CURSOR)
    if not cursor:
        return None
    rows = await tx.fetch(
        f"select {COLUMNS}, user_seq from users where user_seq > $1 order by user_seq limit $2 FOR_UPDATE",
        int(cursor[0][0]),
        most,
    )
    return [(row[7], user_of(row)) for row in rows]


async def filled_up_to(tx: Transaction, number: int | None) -> None:
    """Store the number of the last user who is folded, or that all are."""
    if number is None:
        await tx.fetch("delete from facts where name = $1", _CURSOR)
    else:
        await tx.fetch("update facts set value = $2 where name = $1", _CURSOR, str(number))
