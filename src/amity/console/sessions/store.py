"""The SQL of the console's sessions, and nothing else. Times in milliseconds since 1970."""

from amity.console.sessions.models import Stored
from amity.storage import Database, Transaction

_COLUMNS = "id_hash, user_id, token_hash, opened_at, used_at, ends_at"


async def find(database: Database, id_hash: str) -> Stored | None:
    """Return a session, or ``None``."""
    rows = await database.fetch(f"select {_COLUMNS} from console_sessions where id_hash = $1", id_hash)
    return Stored(*rows[0]) if rows else None


async def newer(database: Database, session: Stored, most: int) -> int:
    """Return how many sessions of the same administrator are newer, ``most`` at most."""
    rows = await database.fetch(
        "select 1 from console_sessions where user_id = $1 and (opened_at > $2 or (opened_at = $2 and id_hash > $3))"
        " limit $4",
        session.user_id,
        session.opened_at,
        session.id_hash,
        most,
    )
    return len(rows)


async def of_user(database: Database, user_id: str, most: int) -> list[Stored]:
    """Return up to ``most`` sessions of an administrator, newest first."""
    rows = await database.fetch(
        f"select {_COLUMNS} from console_sessions where user_id = $1 order by opened_at desc, id_hash desc limit $2",
        user_id,
        most,
    )
    return [Stored(*row) for row in rows]


async def insert(tx: Transaction, session: Stored) -> None:
    await tx.fetch(
        f"insert into console_sessions ({_COLUMNS}) values ($1, $2, $3, $4, $5, $6)",
        session.id_hash,
        session.user_id,
        session.token_hash,
        session.opened_at,
        session.used_at,
        session.ends_at,
    )


async def delete_surplus(tx: Transaction, user_id: str, keep: int) -> None:
    """Delete the sessions of an administrator beyond the newest ``keep``."""
    await tx.fetch(
        "delete from console_sessions where user_id = $1 and id_hash not in"
        " (select id_hash from console_sessions where user_id = $1 order by opened_at desc, id_hash desc limit $2)",
        user_id,
        keep,
    )


async def use(tx: Transaction, id_hash: str, now: int) -> None:
    """Note that a session was used."""
    await tx.fetch("update console_sessions set used_at = GREATEST(used_at, $2) where id_hash = $1", id_hash, now)


async def delete(tx: Transaction, id_hash: str) -> None:
    await tx.fetch("delete from console_sessions where id_hash = $1", id_hash)


async def delete_all(tx: Transaction, user_id: str) -> int:
    """Delete the sessions of an administrator; return how many."""
    return len(await tx.fetch("delete from console_sessions where user_id = $1 returning id_hash", user_id))


async def delete_ended(tx: Transaction, now: int, most: int) -> int:
    """Delete up to ``most`` sessions that ended by ``now``; return how many."""
    rows = await tx.fetch(
        "delete from console_sessions where id_hash in"
        " (select id_hash from console_sessions where ends_at <= $1 order by ends_at limit $2) returning id_hash",
        now,
        most,
    )
    return len(rows)
