"""The SQL of users, and nothing else."""

from collections.abc import Sequence

from amity.storage import Database, Row, Transaction
from amity.users.models import User

MOST_ON_LOOP = 1000
"""Users whose numbers are read on the event loop at most."""
MOST_PROFILES_ON_LOOP = 200
_COLUMNS = "user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt"


def user_of(row: Row) -> User:
    """Make a user of a row that holds the columns of a user, in their order."""
    return User(
        user_id=row[0],
        nickname=row[1],
        face_url=row[2],
        ex=row[3],
        create_time=row[4],
        app_manger_level=row[5],
        global_recv_msg_opt=row[6],
    )


async def numbers_of(database: Database, user_ids: Sequence[str]) -> dict[str, int]:
    """Return the numbers of those users that exist."""
    read = database.fetch if len(user_ids) <= MOST_ON_LOOP else database.fetch_long
    rows = await read(
        "select user_id, user_seq from users where user_id in (select value from EACH_TEXT($1))", list(user_ids)
    )
    return {row[0]: row[1] for row in rows}


async def insert(tx: Transaction, users: Sequence[User]) -> dict[str, int]:
    """Insert users and return the numbers of those that were new, by their ids."""
    new: dict[str, int] = {}
    for user in users:
        rows = await tx.fetch(
            f"insert into users ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7)"
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
    return new


async def by_ids(database: Database, user_ids: Sequence[str]) -> list[User]:
    """Return those of the users that exist, in the order in which they were registered."""
    read = database.fetch if len(user_ids) <= MOST_PROFILES_ON_LOOP else database.fetch_long
    rows = await read(
        f"select {_COLUMNS} from users where user_id in (select value from EACH_TEXT($1)) order by user_seq",
        list(user_ids),
    )
    return [user_of(row) for row in rows]


_MATCHING = """
    app_manger_level in (0, 1)
    and (($1 = '' and $2 = '')
        or ($1 <> '' and lower(user_id) like $1 escape '!')
        or ($2 <> '' and lower(nickname) like $2 escape '!'))
"""


async def page_matching(
    database: Database, user_id: str, nickname: str, offset: int, limit: int
) -> tuple[int, list[User]]:
    """Return how many ordinary users have one of the texts in their id or nickname, and one page of them."""
    patterns = _contains(user_id), _contains(nickname)
    total = await database.fetch_long(f"select count(*) from users where {_MATCHING}", *patterns)
    rows = await database.fetch_long(
        f"select {_COLUMNS} from users where {_MATCHING} order by user_seq limit $3 offset $4",
        *patterns,
        limit,
        offset,
    )
    return total[0][0], [user_of(row) for row in rows]


async def page_of_ids(database: Database, offset: int, limit: int) -> tuple[int, list[str]]:
    """Return how many users there are, and one page of their ids."""
    total = await database.fetch_long("select count(*) from users")
    rows = await database.fetch_long("select user_id from users order by user_seq limit $1 offset $2", limit, offset)
    return total[0][0], [row[0] for row in rows]


async def update(tx: Transaction, user: User) -> None:
    """Write back what may change of a user."""
    await tx.fetch(
        "update users set nickname = $2, face_url = $3, ex = $4, global_recv_msg_opt = $5 where user_id = $1",
        user.user_id,
        user.nickname,
        user.face_url,
        user.ex,
        user.global_recv_msg_opt,
    )


async def lock(tx: Transaction, user_id: str) -> tuple[int, User] | None:
    """Return a user and its number, which nobody else changes until this transaction ends; ``None`` if unknown."""
    rows = await tx.fetch(f"select {_COLUMNS}, user_seq from users where user_id = $1 FOR_UPDATE", user_id)
    return (rows[0][7], user_of(rows[0])) if rows else None


def _contains(text: str) -> str:
    """Return the LIKE pattern for "has this in it, in any case", with the text's own wildcards taken literally."""
    if not text:
        return ""
    escaped = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
