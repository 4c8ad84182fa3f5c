"""The SQL that lists and searches users, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.storage import Database, Transaction
from amity.storage.substrings import Query
from amity.users.models import User
from amity.users.search_index import ORDINARY
from amity.users.store import COLUMNS, user_of

_ORDINARY = f"app_manger_level in {ORDINARY}"


class Counted(NamedTuple):
    """The count of the users after a number, and the largest of their numbers."""

    users: int
    last: int


async def page_found(
    database: Database, found: Query, offset: int, limit: int, *, newest_first: bool = False
) -> tuple[int, list[User]]:
    """Return the number of users that a query finds, and a page of them."""
    order = "desc" if newest_first else "asc"
    page, place = (f"${len(found.args) + index}" for index in (1, 2))
    of_user = ", ".join(f"u.{column}" for column in COLUMNS.split(", "))
    rows = await database.fetch_scan(
        f"with found as materialized ({found.sql}),"
        f" page as (select number from found order by number {order} limit {page} offset {place})"
        f" select {of_user}, counted.total from (select count(*) as total from found) as counted"
        f" left join page on true left join users as u on u.user_seq = page.number order by page.number {order}",
        *found.args,
        limit,
        offset,
    )
    return rows[0][7], [user_of(row) for row in rows if row[0] is not None]


async def count_after(database: Database, number: int, *, ordinary: bool) -> Counted:
    """Count all users after a number, or the ordinary ones."""
    rows = await database.fetch_scan(
        "select count(*), coalesce(max(user_seq), $1) from users where user_seq > $1" + _and_ordinary(ordinary), number
    )
    return Counted(rows[0][0], rows[0][1])


async def page_after(database: Database, number: int, offset: int, limit: int) -> list[tuple[int, User]]:
    """Return a page of the ordinary users after a number, with their numbers."""
    rows = await database.fetch_scan(
        f"select {COLUMNS}, user_seq from users where user_seq > $1{_and_ordinary(True)}"
        " order by user_seq limit $2 offset $3",
        number,
        limit,
        offset,
    )
    return [(row[7], user_of(row)) for row in rows]


async def ids_after(database: Database, number: int, offset: int, limit: int) -> list[tuple[int, str]]:
    """Return a page of the ids of all users after a number, with their numbers."""
    rows = await database.fetch_scan(
        "select user_seq, user_id from users where user_seq > $1 order by user_seq limit $2 offset $3",
        number,
        limit,
        offset,
    )
    return [(row[0], row[1]) for row in rows]


def _and_ordinary(ordinary: bool) -> str:
    return f" and {_ORDINARY}" if ordinary else ""


# Two facts describe the state of the index: the version of the folding that it is made with and, until all users are in
# it, the number of the last user who is.
_FOLDING = "search_folding"
_CURSOR = "search_cursor"


async def folding(reader: Database | Transaction) -> tuple[str, bool]:
    """Return the version of the index's folding (empty if there is no index), and whether all users are in it."""
    rows = await reader.fetch("select name, value from facts where name in ($1, $2)", _FOLDING, _CURSOR)
    facts = {row[0]: row[1] for row in rows}
    return facts.get(_FOLDING, ""), _FOLDING in facts and _CURSOR not in facts


async def begin_filling(tx: Transaction, name: str) -> None:
    """Begin to fold all users anew, with the folding of this version."""
    for fact, value in ((_FOLDING, name), (_CURSOR, "0")):
        await tx.fetch(
            "insert into facts (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value",
            fact,
            value,
        )


async def next_to_fill(tx: Transaction, most: int) -> Sequence[tuple[int, User]] | None:
    """Return the next users to add to the index, and lock them and the cursor; ``None`` if the index is complete."""
    cursor = await tx.fetch("select value from facts where name = $1 FOR_UPDATE", _CURSOR)
    if not cursor:
        return None
    rows = await tx.fetch(
        f"select {COLUMNS}, user_seq from users where user_seq > $1 and erased_at = 0"
        " order by user_seq limit $2 FOR_UPDATE",
        int(cursor[0][0]),
        most,
    )
    return [(row[7], user_of(row)) for row in rows]


async def filled_up_to(tx: Transaction, number: int | None) -> None:
    """Store the number of the last user in the index; ``None`` says that the index is complete."""
    if number is None:
        await tx.fetch("delete from facts where name = $1", _CURSOR)
    else:
        await tx.fetch("update facts set value = $2 where name = $1", _CURSOR, str(number))
