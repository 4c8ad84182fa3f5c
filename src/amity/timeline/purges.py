"""The SQL of timelines from which messages that nobody may see are taken out of the database."""

from collections.abc import Sequence

from amity.storage import Database, Transaction


async def plan(tx: Transaction, timeline: int, due_at: int) -> None:
    """Note that a timeline has messages that nobody may see, and when to look for them, in milliseconds since 1970."""
    await tx.fetch(
        "insert into purges (timeline, due_at) values ($1, $2) on conflict (timeline)"
        " do update set due_at = excluded.due_at",
        timeline,
        due_at,
    )


async def done(tx: Transaction, timeline: int) -> None:
    """Note that a timeline has none any more."""
    await tx.fetch("delete from purges where timeline = $1", timeline)


async def due(database: Database, now: int, most: int) -> list[int]:
    """Return up to ``most`` timelines that are due, the longest first."""
    rows = await database.fetch("select timeline from purges where due_at <= $1 order by due_at limit $2", now, most)
    return [row[0] for row in rows]


async def note_cleared(tx: Transaction, timeline: int, sent_until: int) -> None:
    """Note that what was sent up to a time, in milliseconds since 1970, has been deleted for everybody."""
    await tx.fetch(
        "insert into cleared_timelines (timeline, sent_until) values ($1, $2) on conflict (timeline)"
        " do update set sent_until = excluded.sent_until where cleared_timelines.sent_until < excluded.sent_until",
        timeline,
        sent_until,
    )


async def is_any_cleared(tx: Transaction) -> bool:
    """Return whether ``cleared`` finds anything."""
    return bool(await tx.fetch("select 1 from cleared_timelines limit 1"))


async def cleared(tx: Transaction, timelines: Sequence[int]) -> dict[int, int]:
    """Return up to when what was sent in these timelines has been deleted for everybody."""
    rows = await tx.fetch(
        "select timeline, sent_until from cleared_timelines where timeline in (select value from EACH_INT($1))",
        list(timelines),
    )
    return {row[0]: row[1] for row in rows}
