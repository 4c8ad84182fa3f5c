"""The SQL of users, and nothing else."""

from collections.abc import Sequence

from amity.storage import Database, Row, Transaction
from amity.users.models import User
from amity.users.search_index import index

MOST_ON_LOOP = 1000
"""The most users whose numbers are read on the event loop."""
MOST_PROFILES_ON_LOOP = 200
ROWS_OF_A_USER = 3
"""Rows that are written for a new user: the user, and its texts in the search index."""
COLUMNS = "user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt"


def user_of(row: Row) -> User:
    """Make a user from a row with the columns of ``COLUMNS``."""
    return User(
        user_id=row[0],
        nickname=row[1],
        face_url=row[2],
        ex=row[3],
        create_time=row[4],
        app_manger_level=row[5],
        global_recv_msg_opt=row[6],
    )


async def numbers_of(database: Database, user_ids: Sequence[str], *, erased: bool = False) -> dict[str, int]:
    """Return the numbers of the users that exist, by their ids; with ``erased`` also of those who were erased."""
    read = database.fetch if len(user_ids) <= MOST_ON_LOOP else database.fetch_long
    rows = await read(
        "select user_id, user_seq from users where user_id in (select value from EACH_TEXT($1))"
        + ("" if erased else " and erased_at = 0"),
        list(user_ids),
    )
    return {row[0]: row[1] for row in rows}


async def level_of(database: Database, user_id: str) -> int | None:
    """Return a user's ``appMangerLevel``, or ``None`` if the user does not exist, or was erased."""
    rows = await database.fetch("select app_manger_level from users where user_id = $1 and erased_at = 0", user_id)
    return rows[0][0] if rows else None


async def insert(tx: Transaction, users: Sequence[User]) -> dict[str, int]:
    """Insert users, and add them to the search index; return the numbers of those that were new, by their ids."""
    new: dict[str, int] = {}
    for user in users:
        rows = await tx.fetch(
            f"insert into users ({COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7)"
            " on conflict (user_id) do nothing returning user_id, user_seq",
            user.user_id,
            user.nickname,
            user.face_url,
            user.ex,
            user.create_time,
            user.app_manger_level,
            user.global_recv_msg_opt,
        )
        new.update((row[0], row[1]) for row in rows)
    await index(tx, {new[user.user_id]: user for user in users if user.user_id in new})
    return new


async def by_ids(database: Database, user_ids: Sequence[str]) -> list[User]:
    """Return the users that exist, in the order of registration."""
    read = database.fetch if len(user_ids) <= MOST_PROFILES_ON_LOOP else database.fetch_long
    rows = await read(
        f"select {COLUMNS} from users where user_id in (select value from EACH_TEXT($1)) order by user_seq",
        list(user_ids),
    )
    return [user_of(row) for row in rows]


async def faces(database: Database, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Return the nicknames and the addresses of the pictures of users, by their numbers."""
    read = database.fetch if len(numbers) <= MOST_PROFILES_ON_LOOP else database.fetch_long
    rows = await read(
        "select user_seq, nickname, face_url from users where user_seq in (select value from EACH_INT($1))",
        list(numbers),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def update(tx: Transaction, number: int, user: User) -> None:
    """Store the fields of a user that may change, and update the search index."""
    await tx.fetch(
        "update users set nickname = $2, face_url = $3, ex = $4, global_recv_msg_opt = $5 where user_seq = $1",
        number,
        user.nickname,
        user.face_url,
        user.ex,
        user.global_recv_msg_opt,
    )
    await index(tx, {number: user})


async def lock(tx: Transaction, user_id: str) -> tuple[int, User] | None:
    """Lock a user until this transaction ends; return the user and its number, or ``None`` if it is unknown, or was
    erased."""
    rows = await tx.fetch(
        f"select {COLUMNS}, user_seq, erased_at from users where user_id = $1 FOR_UPDATE",
        user_id,
    )
    return (rows[0][7], user_of(rows[0])) if rows and not rows[0][8] else None


async def nicknames(database: Database, numbers: Sequence[int]) -> dict[int, str]:
    """Return the nicknames of users, by their numbers."""
    rows = await database.fetch_long(
        "select user_seq, nickname from users where user_seq in (select value from EACH_INT($1))", list(numbers)
    )
    return {row[0]: row[1] for row in rows}
