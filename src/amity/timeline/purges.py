"""The SQL of timelines from which messages that nobody may see are still to be taken out of the database."""

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
