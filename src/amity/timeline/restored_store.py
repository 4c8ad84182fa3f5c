"""The SQL of timelines whose first messages came from another server with their numbers, and nothing else."""

from collections.abc import Mapping, Sequence

from amity.storage import Transaction
from amity.storage.over_rows import OverRows

_NOTE = OverRows(
    "insert into restored_timelines (timeline, last_seq) ROWS"
    " on conflict (timeline) do update set last_seq = excluded.last_seq"
    " where restored_timelines.last_seq < excluded.last_seq",
    *("integer", "integer"),
)


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
    await _NOTE.fetch(tx, sorted(last_of.items()))
