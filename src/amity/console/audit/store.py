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


async def page(database: Database, filters: Filters, before: int, most: int, looked: int) -> list[Entry]:
    """Return up to ``most`` entries with numbers below ``before``, newest first. With ``filters.about``, of the first
    ``looked`` entries that the other filters let through: no index has the words of a text. 20,000 take
    a tenth of a second."""
    chosen, values = _chosen(filters, before)
    if filters.about:
        values.extend([_words(filters.about), looked])
        # Both databases compare as it is written here; like and instr differ between them.
        spaced = "' ' || replace(about, '=', ' ') || ' '"
        chosen = f"(select {_COLUMNS} {chosen} order by audit_seq desc limit ${len(values)}) as looked"
        chosen = f"from {chosen} where {spaced} <> replace({spaced}, ${len(values) - 1}, '')"
    values.append(most)
    rows = await database.fetch_long(
        f"select {_COLUMNS} {chosen} order by audit_seq desc limit ${len(values)}", *values
    )
    return [Entry(*row) for row in rows]


async def looked_to(database: Database, filters: Filters, before: int, looked: int) -> int:
    """Return the number of the last of the ``looked`` entries that ``page`` looks through; 0 if there are no more."""
    chosen, values = _chosen(filters, before)
    rows = await database.fetch_long(
        f"select audit_seq {chosen} order by audit_seq desc limit 1 offset ${len(values) + 1}", *values, looked - 1
    )
    return rows[0][0] if rows else 0


def _chosen(filters: Filters, before: int) -> tuple[str, list[object]]:
    """Return from where entries are chosen by all but ``about``, with the values of its places."""
    text = "from console_audit where audit_seq < $1"
    values: list[object] = [before]
    for column, value in (("admin", filters.admin), ("action", filters.action)):
        if value:
            values.append(value)
            text += f" and {column} = ${len(values)}"
    return text, values


def _words(text: str) -> str:
    """Return a text between spaces, as it stands in an entry about it and others: ``group user``, ``sender=user``."""
    return f" {text.replace('=', ' ')} "


async def delete_older(tx: Transaction, at: int, most: int) -> int:
    """Delete up to ``most`` entries from before a time; return how many."""
    rows: Sequence[object] = await tx.fetch(
        "delete from console_audit where audit_seq in"
        " (select audit_seq from console_audit where at < $1 order by at limit $2) returning audit_seq",
        at,
        most,
    )
    return len(rows)
