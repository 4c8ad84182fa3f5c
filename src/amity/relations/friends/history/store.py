"""The SQL that reads the log of imports, and nothing else."""

from amity.relations.friends.history.models import ImportLogEntry
from amity.storage import Database

_ENTRY = (
    "select at, owner, caller, job, operation_id, asked, imported, existing, skipped, verdict, err_code, reason"
    " from import_log"
)
_NAMES = ImportLogEntry.__struct_fields__


async def entries(
    database: Database, owner: str, verdict: str, offset: int, limit: int
) -> tuple[int, list[ImportLogEntry]]:
    """Return how many entries fit, and a page of them, newest first. An empty text is all."""
    given = {column: value for column, value in {"owner": owner, "verdict": verdict}.items() if value}
    conditions = " and ".join(f"{column} = ${place}" for place, column in enumerate(given, 1))
    where = f" where {conditions}" if given else ""
    total: int = (await database.fetch_scan(f"select count(*) from import_log{where}", *given.values()))[0][0]
    place = len(given)
    sql = f"{_ENTRY}{where} order by log_seq desc limit ${place + 1} offset ${place + 2}"
    rows = await database.fetch_scan(sql, *given.values(), limit, offset)
    found = [ImportLogEntry(**dict(zip(_NAMES, row, strict=True))) for row in rows]
    # A count that was taken before the page was read says no less than the page shows.
    return max(total, offset + len(found)) if found else total, found
