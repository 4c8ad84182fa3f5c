"""The request and answer about the history of imports. Times are milliseconds since 1970.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


class ImportLogEntry(Response):
    """What became of one call.

    ``verdict``: *allowed*, *modified* (the business server gave another list), *rejected* (it refused, with
    ``err_code`` and ``reason``), *failed* (it gave no usable answer, or the database failed) or *refused* (by the
    server's own checks and limits). ``asked``, ``imported``, ``existing`` and ``skipped`` are numbers of friends.
    ``caller`` is who called. ``job`` is the number of the import of a file that called, 0 for everybody else.
    """

    time: int = 0
    owner_user_id: str = ""
    caller: str = ""
    job: int = 0
    operation_id: str = ""
    asked: int = 0
    imported: int = 0
    existing: int = 0
    skipped: int = 0
    verdict: str = ""
    err_code: int = 0
    reason: str = ""


class GetImportLogRequest(Request):
    """Which entries; an empty field means all."""

    owner_user_id: str = ""
    verdict: str = ""
    pagination: Pagination | None = None


class GetImportLogResponse(Response):
    """Newest first."""

    total: int = 0
    entries: list[ImportLogEntry] = msgspec.field(default_factory=list)


FRIEND_GET_IMPORT_LOG = Operation("/friend/get_import_log", GetImportLogRequest, GetImportLogResponse)
"""Show what became of imports, newest first, page by page."""
