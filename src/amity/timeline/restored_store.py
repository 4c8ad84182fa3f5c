"""The SQL of timelines whose first messages came from another server with their numbers, and nothing else."""

from collections.abc import Mapping, Sequence

from amity.storage import Transaction
from amity.storage.values import SIZES, parts, values

_NOTE = {
    rows: (
        "insert into restored_timelines (timeline, last_seq)"
        f" select column1, column2 from ({values(rows, 2, 'integer')}) as v where true"
        " on conflict (timeline) do update set last_seq = excluded.last_seq"
        " where restored_timelines.last_seq < excluded.last_seq"
    )
    for rows in SIZES
}


async def last_of(tx: Transaction, timelines: Sequence[int]) -> dict[int, int]:
    """Return the last number of each of these timelines up to which all are those of another server, if there is
    one."""
    rows = await tx.fetch(
        "select timeline, last_seq from restored_timelines where timeline in (select value from EACH_INT($1))",
        list(timelines),
    )
    return {row[0]: row[1] for row in rows}


async def note(tx: Transaction, last_of: Mapping[int, int]) -> None:
    """Note up to which number of timelines all are those of another server. What was noted is not taken back."""
    for part, size in parts(sorted(last_of.items())):
        await tx.fetch(_NOTE[size], *[value for row in part for value in row])
