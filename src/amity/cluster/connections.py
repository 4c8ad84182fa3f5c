"""Which connections users have, and at which process: the rows of all processes, and nothing else.

Only PostgreSQL has such rows.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.storage import Database, Transaction
from amity.storage.over_rows import OverRows
from amity.wire.platforms import ANDROID, IOS


class Login(NamedTuple):
    """A connection of a user. ``token`` is the hash of its token."""

    user_id: str
    conn_id: str
    process: str
    platform_id: int
    token: str
    is_background: bool
    is_core: bool


# Only while the process has its lease, which is not deleted meanwhile: whoever deletes it deletes these rows, too. Each
# row takes the time at which it is written.
_INSERT: Final = OverRows(
    "insert into connections (user_id, conn_id, process, platform, token_hash, is_background, is_core, opened_at)"
    " select column1, column2, process, column4, column5, column6, column7,"
    # The order of a user's logins, also where the clock was set back.
    " GREATEST(SHARED_NOW, coalesce("
    "(select max(opened_at) + 1 from connections as earlier where earlier.user_id = given.column1), 0))"
    " from (ROWS) as given join processes on process = column3 for key share of processes"
    " on conflict (user_id, conn_id) do update set process = excluded.process"
    " returning conn_id",
    *("text", "text", "text", "integer", "text", "integer", "integer"),
)
_DELETE: Final = OverRows(
    "delete from connections using (ROWS) as given where user_id = column1 and conn_id = column2", "text", "text"
)
_SET_BACKGROUND: Final = OverRows(
    "update connections set is_background = column3 from (ROWS) as given where user_id = column1 and conn_id = column2",
    *("text", "text", "integer"),
)
# A process that others may end at any moment is still alive for itself.
_OF_USERS: Final = (
    "select user_id, conn_id, process, platform, token_hash, is_background, is_core"
    " from connections join processes using (process)"
    " where user_id IN_TEXTS($1) and (until >= SHARED_NOW or process = $2) order by opened_at, conn_id"
)


async def insert(tx: Transaction, logins: Sequence[Login]) -> set[str]:
    """Insert connections, and return those that are there now: all, unless others have ended their process."""
    rows = await _INSERT.fetch(tx, [(*login[:5], int(login.is_background), int(login.is_core)) for login in logins])
    return {row[0] for row in rows}


async def delete(tx: Transaction, keys: Sequence[tuple[str, str]]) -> None:
    """Delete connections, given by their users and ids."""
    await _DELETE.fetch(tx, keys)


async def set_background(tx: Transaction, changes: Sequence[tuple[str, str, bool]]) -> None:
    """Note for connections, given by their users and ids, whether their apps are in the background."""
    await _SET_BACKGROUND.fetch(tx, [(user_id, conn_id, int(is_set)) for user_id, conn_id, is_set in changes])


async def of_users(database: Database, user_ids: Sequence[str], own_process: str) -> list[Login]:
    """Return the connections of these users to the processes that run, oldest first."""
    rows = await database.fetch(_OF_USERS, list(user_ids), own_process)
    return [Login(row[0], row[1], row[2], row[3], row[4], bool(row[5]), bool(row[6])) for row in rows]


async def of_process(database: Database, process: str) -> list[tuple[str, str]]:
    """Return the connections of a process: each with its user, and its id."""
    rows = await database.fetch_long("select user_id, conn_id from connections where process = $1", process)
    return [(row[0], row[1]) for row in rows]


async def forget_all(tx: Transaction, process: str) -> list[str]:
    """Delete the connections of a process that is no more, and return whose they were, each user once."""
    rows = await tx.fetch("delete from connections where process = $1 returning user_id", process)
    return list(dict.fromkeys(row[0] for row in rows))


async def processes_of(database: Database, user_ids: Sequence[str], *, but: str) -> list[tuple[str, str]]:
    """Return where these users are connected, one process left out: each user with each process."""
    # User by user, by the index: of a table without statistics PostgreSQL would read all for a hundred of them.
    rows = await database.fetch(
        "select distinct c.user_id, c.process from EACH_TEXT($1) cross join lateral"
        " (select user_id, process from connections where user_id = value and process <> $2 offset 0) as c",
        list(user_ids),
        but,
    )
    return [(row[0], row[1]) for row in rows]


async def with_phones(reader: Database | Transaction, user_ids: Sequence[str]) -> set[str]:
    """Return those of these users who have a phone connected anywhere that can be sent something: one whose app is in
    the background on iOS cannot."""
    rows = await reader.fetch(
        "select distinct user_id from connections where user_id IN_TEXTS($1)"
        f" and (platform = {ANDROID:d} or platform = {IOS:d} and is_background = 0)"
        " and process in (select process from processes where until >= SHARED_NOW)",
        list(user_ids),
    )
    return {row[0] for row in rows}


async def has_core(database: Database, user_id: str, platform: int) -> bool:
    """Return whether a client on OpenIM's Go core is connected anywhere as this user on this platform."""
    rows = await database.fetch(
        "select 1 from connections where user_id = $1 and platform = $2 and is_core = 1 limit 1", user_id, platform
    )
    return bool(rows)


async def of_numbers(database: Database, users: Sequence[int], groups: Sequence[int]) -> list[tuple[str, str]]:
    """Return where these users, and the members of these groups, are connected: each user with each process."""
    rows = await database.fetch_long(
        "select c.user_id, c.process from connections as c join users as u on u.user_id = c.user_id"
        " where u.user_seq IN_INTS($1)"
        " union select c.user_id, c.process from connections as c join users as u on u.user_id = c.user_id"
        " join group_members as m on m.user_seq = u.user_seq where m.group_seq IN_INTS($2) and m.deleted = 0",
        list(users),
        list(groups),
    )
    return [(row[0], row[1]) for row in rows]
