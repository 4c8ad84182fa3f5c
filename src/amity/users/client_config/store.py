"""The SQL of settings for clients, and nothing else."""

from collections.abc import Mapping, Sequence

from amity.storage import Database, Transaction
from amity.users.client_config.models import ClientConfigEntry

_FROM = """
    from client_configs as c left join users as u on u.user_seq = c.user_seq
    where ($1 < 0 or c.user_seq = $1) and ($2 = '' or c.name = $2)
"""


async def settings_of(database: Database, user_seq: int) -> dict[str, str]:
    """Return the settings of a number: a user's, or 0 for everybody's."""
    rows = await database.fetch_long(
        "select name, value from client_configs where user_seq = $1 order by name", user_seq
    )
    return {row[0]: row[1] for row in rows}


async def count(tx: Transaction, user_seq: int) -> int:
    """Return the count of the settings of a number."""
    rows = await tx.fetch("select count(*) from client_configs where user_seq = $1", user_seq)
    return int(rows[0][0])


async def put(tx: Transaction, user_seq: int, settings: Mapping[str, str]) -> None:
    """Set these settings of a number."""
    await tx.execute_many(
        "insert into client_configs (user_seq, name, value) values ($1, $2, $3)"
        " on conflict (user_seq, name) do update set value = excluded.value",
        [(user_seq, name, settings[name]) for name in sorted(settings)],
    )


async def delete(tx: Transaction, user_seq: int, names: Sequence[str]) -> None:
    """Delete these settings of a number."""
    await tx.fetch(
        "delete from client_configs where user_seq = $1 and name in (select value from EACH_TEXT($2))",
        user_seq,
        list(names),
    )


async def page(
    database: Database, user_seq: int, name: str, offset: int, limit: int
) -> tuple[int, list[ClientConfigEntry]]:
    """Return the count of the settings of a number with a name, and one page of them. -1 stands for any number, an
    empty name for any name."""
    total = await database.fetch_scan(f"select count(*) {_FROM}", user_seq, name)
    rows = await database.fetch_scan(
        f"select c.name, coalesce(u.user_id, ''), c.value {_FROM} order by c.user_seq, c.name limit $3 offset $4",
        user_seq,
        name,
        limit,
        offset,
    )
    return total[0][0], [ClientConfigEntry(key=row[0], user_id=row[1], value=row[2]) for row in rows]
