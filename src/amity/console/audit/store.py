"""The SQL of the audit log, and nothing else. Times in milliseconds since 1970."""

from collections.abc import Sequence

from amity.console.audit.models import Entry, Filters
from amity.storage import Database, Transaction

_COLUMNS = "audit_seq, at, admin, action, about, operation_id, outcome, detail"


async def insert(tx: Transaction, entry: Entry) -> int:
    """Store an entry; return its number. Its own is not used."""
    rows = await tx.fetch(
        "insert into console_audit (at, admin, action, about, operation_id, outcome, detail)"
        " values ($1, $2, $3, $4, $5, $6, $7) returning audit_seq",
        *entry[1:],
    )
    number: int = rows[0][0]
    return number


async def conclude(tx: Transaction, seq: int, outcome: str, detail: str) -> None:
    await tx.fetch("update console_audit set outcome = $2, detail = $3 where audit_seq = $1", seq, outcome, detail)


async def page(database: Database, filters: Filters, before: int, most: int) -> list[Entry]:
    """Return up to ``most`` entries with numbers below ``before``, newest first."""
    given = {"admin": filters.admin, "action": filters.action, "about": filters.about}
    conditions: list[str] = []
    values: list[object] = [before, most]
    for column, value in given.items():
        if value:
            values.append(value)
            conditions.append(f" and {column} = ${len(values)}")
    rows = await database.fetch_long(
        f"select {_COLUMNS} from console_audit where audit_seq < $1{''.join(conditions)}"
        " order by audit_seq desc limit $2",
        *values,
    )
    return [Entry(*row) for row in rows]


async def delete_older(tx: Transaction, at: int, most: int) -> int:
    """Delete up to ``most`` entries from before a time; return how many."""
    rows: Sequence[object] = await tx.fetch(
        "delete from console_audit where audit_seq in"
        " (select audit_seq from console_audit where at < $1 order by at limit $2) returning audit_seq",
        at,
        most,
    )
    return len(rows)
