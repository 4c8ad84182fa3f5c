"""The SQL of blacklists, and nothing else. A blacklist is a versioned list, as a friend list is."""

from amity.relations.pair.lists import BLACKS
from amity.relations.pair.models import Black
from amity.relations.pair.store import BLACK, BLACK_FROM, black_of
from amity.storage import Database, Transaction
from amity.sync.versioned_list import Change

_NEXT = BLACKS.next_version("$1")


async def page(database: Database, owner: int, owner_id: str, offset: int, limit: int) -> tuple[int, list[Black]]:
    """Return how many users an owner has blacklisted, and one page of them, oldest first."""
    total = await database.fetch_long("select count(*) from blacks where owner_seq = $1 and deleted = 0", owner)
    rows = await database.fetch_long(
        f"select {BLACK} from {BLACK_FROM} and b.deleted = 0 order by b.created_at, b.black_seq limit $2 offset $3",
        owner,
        limit,
        offset,
    )
    return total[0][0], [black_of(owner_id, row) for row in rows]


async def add(tx: Transaction, owner: int, black: int, operator: int, ex: str, now: int) -> None:
    """Add a user to an owner's blacklist, unless it is there already."""
    await tx.fetch(
        "insert into blacks (owner_seq, black_seq, created_at, version, added_version, operator_seq, ex)"
        f" select user_seq, $2, $3, {_NEXT}, {_NEXT}, $4, $5 from users where user_seq = $1"
        " on conflict (owner_seq, black_seq) do update set created_at = excluded.created_at,"
        " version = excluded.version, added_version = excluded.added_version, deleted = 0,"
        " operator_seq = excluded.operator_seq, ex = excluded.ex where blacks.deleted = 1",
        owner,
        black,
        now,
        operator,
        ex,
    )


async def remove(tx: Transaction, owner: int, black: int) -> bool:
    """Remove a user from an owner's blacklist; return whether it was there."""
    removed = await tx.fetch(
        f"update blacks set deleted = 1, version = {_NEXT}"
        " where owner_seq = $1 and black_seq = $2 and deleted = 0 returning black_seq",
        owner,
        black,
    )
    return bool(removed)


async def changes(database: Database, owner: int, owner_id: str, since: int, most: int) -> list[Change[Black]]:
    """Return the changes of a blacklist above version ``since``, oldest first: at most ``most``, and either all rows of
    a version or none."""
    rows = await database.fetch_long(
        f"select {BLACK}, {BLACKS.row_versions} from {BLACK_FROM} and {BLACKS.where_changed} order by"
        f" {BLACKS.by_version}",
        owner,
        since,
        most,
    )
    return [BLACKS.change(black_of(owner_id, row), row[1], row, 8) for row in rows]
