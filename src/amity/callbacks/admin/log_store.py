"""The SQL behind the administrator's view of the callback log. Reads are long ones, off the event loop."""

from typing import NamedTuple

from amity.callbacks.admin.models import LogEntry
from amity.callbacks.admin.store import matches
from amity.storage import Database, Row
from amity.storage.paging import equal, page_of_rows

_COLUMNS = (
    "log_seq, at, command, owner, operation_id, event_id, verdict, err_code, reason, http_status, duration_ms, rule"
)
_WITH_BODIES = f"select {_COLUMNS}, request, request_bytes, answer, answer_bytes from callback_log where log_seq = $1"


class Bodies(NamedTuple):
    """The beginnings of what was sent and answered, each with the bytes of the whole."""

    request: str
    request_bytes: int
    answer: str
    answer_bytes: int


def _entry(row: Row) -> LogEntry:
    return LogEntry(
        seq=row[0],
        time=row[1],
        callback_command=row[2],
        owner_user_id=row[3],
        operation_id=row[4],
        event_id=row[5],
        verdict=row[6],
        err_code=row[7],
        reason=row[8],
        http_status=row[9],
        duration_ms=row[10],
        rule=row[11],
    )


async def entries(
    database: Database,
    wanted: dict[str, str],
    offset: int,
    limit: int,
    *,
    before: int = 0,
    after: int = 0,
    newest_first: bool = True,
) -> tuple[int, list[LogEntry]]:
    """Return how many entries of the log fit, by column and value, and a page of them. ``before`` and ``after`` bound
    their numbers, and 0 does not."""
    conditions, values = equal(wanted, matches)
    for sign, bound in (("<", before), (">", after)):
        if bound:
            values.append(bound)
            conditions.append(f"log_seq {sign} ${len(values)}")
    total, rows = await page_of_rows(
        database,
        _COLUMNS,
        "callback_log",
        conditions,
        values,
        order="log_seq desc" if newest_first else "log_seq",
        offset=offset,
        limit=limit,
    )
    return total, [_entry(row) for row in rows]


async def entry(database: Database, seq: int) -> tuple[LogEntry, Bodies] | None:
    """Return one entry of the log with its bodies."""
    rows = await database.fetch_long(_WITH_BODIES, seq)
    return (_entry(rows[0]), Bodies(rows[0][12], rows[0][13], rows[0][14], rows[0][15])) if rows else None
