"""Which connections users have, and at which process: the rows of all processes, and nothing else."""

from collections.abc import Sequence

from amity.storage import Database, Transaction
from amity.wire.platforms import ANDROID, IOS


async def forget_all(tx: Transaction, process: str) -> list[str]:
    """Delete the connections of a process that is no more, and return whose they were, each user once."""
    rows = await tx.fetch("delete from connections where process = $1 returning user_id", process)
    return list(dict.fromkeys(row[0] for row in rows))


async def processes_of(database: Database, user_ids: Sequence[str], *, but: str) -> list[tuple[str, str]]:
    """Return where these users are connected, one process left out: each user with each process."""
    rows = await database.fetch(
        "select distinct user_id, process from connections where user_id IN_TEXTS($1) and process <> $2",
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
