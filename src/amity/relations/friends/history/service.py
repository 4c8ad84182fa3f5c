"""What an administrator sees of past imports."""

import logging

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import ImError
from amity.relations.friends.history import store
from amity.relations.friends.history.log import ImportLog
from amity.relations.friends.history.models import GetImportLogRequest, GetImportLogResponse
from amity.storage import Database

MOST_SHOWN = 1000
"""Entries of a page."""
_log = logging.getLogger(__name__)


class ImportHistory:
    """``POST /friend/get_import_log``."""

    def __init__(self, database: Database, log: ImportLog) -> None:
        self._database = database
        self._import_log = log

    async def get_import_log(self, _call: Call, request: GetImportLogRequest) -> GetImportLogResponse:
        """Return a page of the log, newest first. Raises 1001 where the page is absent or invalid."""
        offset, limit = page_of(request.pagination, MOST_SHOWN)
        try:
            # What was noted in the last quarter second is seen then; without it, the answer is older.
            await self._import_log.flush()
        except ImError as error:
            _log.warning("the import log cannot be written: %s", error.detail)
        total, entries = await store.entries(self._database, request.owner_user_id, request.verdict, offset, limit)
        return GetImportLogResponse(total=total, entries=entries)
