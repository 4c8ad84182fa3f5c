"""Which connections users have, and at which process: the rows of all processes, and nothing else."""

from collections.abc import Sequence

from amity.storage import Database, Transaction


async def forget_all(tx: Transaction, process: str) -> list[str]:
    """Delete the connections of a process that is no more, and return whose they were, each user once."""
    rows = await tx.fetch("delete from connections where process = $1 returning user_id", process)
    return list(dict.fromkeys(row[0] for row in rows))


async def processes_of(database: Database, user_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return where these users are connected: each user with each process."""
    rows = await database.fetch(
        "select distinct user_id, process from connections where user_id in (select value from EACH_TEXT($1))",
        list(user_ids),
    )
    return [(row[0], row[1]) for row in rows]
