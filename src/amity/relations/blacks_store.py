"""The SQL of blacklists, and nothing else. A blacklist is a list of its owner's with versions, as a friend list is."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.relations.models import Black
from amity.storage import Database, Row, Transaction
from amity.sync.lists import EMPTY_VERSION
from amity.users.models import PublicUser

_BLACK = """
    b.created_at, u.user_id, u.nickname, u.face_url, u.ex, b.add_source, coalesce(operator.user_id, ''), b.ex
"""
_FROM = """
    blacks as b join users as u on u.user_seq = b.black_seq left join users as operator
    on operator.user_seq = b.operator_seq where b.owner_seq = $1
"""
_NEXT_VERSION = "coalesce((select max(version) from blacks as list where list.owner_seq = $1), 1) + 1"


class Change(NamedTuple):
    """A row of a blacklist with the versions at which it last changed and was added."""

    black: Black
    version: int
    added_version: int
    deleted: bool


async def page(database: Database, owner: int, owner_id: str, offset: int, limit: int) -> tuple[int, list[Black]]:
    """Return how many users an owner has blacklisted, and one page of them, the first first."""
    total = await database.fetch_long("select count(*) from blacks where owner_seq = $1 and deleted = 0", owner)
    rows = await database.fetch_long(
        f"select {_BLACK} from {_FROM} and b.deleted = 0 order by b.created_at, b.black_seq limit $2 offset $3",
        owner,
        limit,
        offset,
    )
    return total[0][0], [_black(owner_id, row) for row in rows]


async def these(database: Database, owner: int, owner_id: str, users: Sequence[int]) -> dict[str, Black]:
    """Return those of ``users`` whom an owner has blacklisted, by their ids."""
    rows = await database.fetch_long(
        f"select {_BLACK} from {_FROM} and b.deleted = 0 and b.black_seq in (select value from EACH_INT($2))",
        owner,
        list(users),
    )
    return {row[1]: _black(owner_id, row) for row in rows}


async def who_blacklisted(reader: Database | Transaction, owner: int, friends: Sequence[int]) -> set[int]:
    """Return those of ``friends`` who have the owner on their blacklist."""
    rows = await reader.fetch(
        "select owner_seq from blacks"
        " where owner_seq in (select value from EACH_INT($1)) and black_seq = $2 and deleted = 0",
        list(friends),
        owner,
    )
    return {row[0] for row in rows}


async def has(reader: Database | Transaction, owner: int, user: int) -> bool:
    """Whether an owner has blacklisted a user."""
    rows = await reader.fetch(
        "select 1 from blacks where owner_seq = $1 and black_seq = $2 and deleted = 0", owner, user
    )
    return bool(rows)


async def add(tx: Transaction, owner: int, black: int, operator: int, ex: str, now: int) -> None:
    """Put a user on an owner's blacklist where it is not on it."""
    await tx.fetch(
        "insert into blacks (owner_seq, black_seq, created_at, version, added_version, operator_seq, ex)"
        f" select user_seq, $2, $3, {_NEXT_VERSION}, {_NEXT_VERSION}, $4, $5 from users where user_seq = $1"
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
    """Take a user from an owner's blacklist; return whether it was on it."""
    removed = await tx.fetch(
        f"update blacks set deleted = 1, version = {_NEXT_VERSION}"
        " where owner_seq = $1 and black_seq = $2 and deleted = 0 returning black_seq",
        owner,
        black,
    )
    return bool(removed)


async def list_version(database: Database, owner: int) -> int:
    """Return the version of an owner's blacklist."""
    rows = await database.fetch("select max(version) from blacks where owner_seq = $1", owner)
    return rows[0][0] or EMPTY_VERSION


async def changes(database: Database, owner: int, owner_id: str, since: int, most: int) -> list[Change]:
    """Return the rows of a blacklist above a version, the oldest change first, at most ``most`` of them."""
    rows = await database.fetch_long(
        f"select {_BLACK}, b.version, b.added_version, b.deleted from {_FROM} and b.version > $2"
        " order by b.version, b.black_seq limit $3",
        owner,
        since,
        most,
    )
    return [Change(_black(owner_id, row), row[8], row[9], bool(row[10])) for row in rows]


def _black(owner_id: str, row: Row) -> Black:
    return Black(
        owner_user_id=owner_id,
        create_time=row[0],
        black_user_info=PublicUser(user_id=row[1], nickname=row[2], face_url=row[3], ex=row[4]),
        add_source=row[5],
        operator_user_id=row[6],
        ex=row[7],
    )
