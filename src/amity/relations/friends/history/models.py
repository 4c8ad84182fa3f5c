"""The request and answer about the history of imports. Times are milliseconds since 1970."""

from typing import Final, Literal, get_args

from amity.calls.call import Request, Response
from amity.calls.page import Pagination

Verdict = Literal["allowed", "modified", "rejected", "failed", "refused"]
VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)


class ImportLogEntry(Response):
    """What became of one call.

    ``verdict``: *allowed*, *modified* (the business server gave another list), *rejected* (it refused, with
    ``err_code`` and ``reason``), *failed* (it gave no usable answer, or the database failed) or *refused* (by the
    server's own checks and limits). ``asked``, ``imported``, ``existing`` and ``skipped`` are numbers of friends.
    ``caller`` is who called. ``job`` is the number of the import of a file that called, 0 for everybody else.
    """

    time: int
    owner_user_id: str
    caller: str
    job: int
    operation_id: str
    asked: int
    imported: int
    existing: int
    skipped: int
    verdict: str
    err_code: int
    reason: str


class GetImportLogRequest(Request):
    """Which entries; an empty field means all."""

    owner_user_id: str = ""
    verdict: Literal["", Verdict] = ""
    pagination: Pagination | None = None


class GetImportLogResponse(Response):
    """Newest first."""

    total: int
    entries: list[ImportLogEntry]
