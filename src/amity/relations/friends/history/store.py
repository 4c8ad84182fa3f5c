"""The SQL that reads the log of imports, and nothing else."""

from amity.relations.friends.history.models import ImportLogEntry
from amity.storage import Database
from amity.storage.paging import equal, page_of_rows

_ENTRY = "at, owner, caller, job, operation_id, asked, imported, existing, skipped, verdict, err_code, reason"
_NAMES = ImportLogEntry.__struct_fields__


async def entries(
    database: Database, owner: str, verdict: str, offset: int, limit: int
) -> tuple[int, list[ImportLogEntry]]:
    """Return how many entries fit, and a page of them, newest first. An empty text is all."""
    conditions, values = equal({"owner": owner, "verdict": verdict})
    total, rows = await page_of_rows(
        database, _ENTRY, "import_log", conditions, values, order="log_seq desc", offset=offset, limit=limit
    )
    return total, [ImportLogEntry(**dict(zip(_NAMES, row, strict=True))) for row in rows]
