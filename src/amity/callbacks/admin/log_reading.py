"""What an administrator reads of the callback log."""

import logging
from typing import Final

from amity.callbacks.admin import log_store
from amity.callbacks.admin.models import (
    CallbackLogEntryRequest,
    CallbackLogEntryResponse,
    CallbackLogRequest,
    CallbackLogResponse,
    LogEntry,
)
from amity.callbacks.log import CallbackLog
from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.storage import Database
from amity.storage.late_rows import KEPT

MOST_SHOWN: Final = 1000
"""Entries of a page."""
_log = logging.getLogger(__name__)


class LogReading:
    """Its methods ``log`` and ``entry`` are handlers of operations."""

    def __init__(self, database: Database, log: CallbackLog) -> None:
        self._database = database
        self._journal = log

    async def log(self, _call: Call, request: CallbackLogRequest) -> CallbackLogResponse:
        """Return a page of the callback log, newest first."""
        offset, limit = page_of(request.pagination, MOST_SHOWN)
        await self._write_log()
        wanted = {
            "verdict": request.verdict,
            "command": request.callback_command,
            "owner": request.owner_user_id,
            "event_id": request.event_id,
            "operation_id": request.operation_id,
        }
        total, entries = await log_store.entries(
            self._database, wanted, offset, limit, before=request.before, after=request.after
        )
        return CallbackLogResponse(total=total, entries=entries)

    async def entry(self, _call: Call, request: CallbackLogEntryRequest) -> CallbackLogEntryResponse:
        """Return one entry with its bodies. Raises 1004 where it is not in the log (any more)."""
        await self._write_log()
        found = await log_store.entry(self._database, request.seq)
        if found is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"there is no entry {request.seq} in the callback log")
        entry, bodies = found
        return CallbackLogEntryResponse(entry=entry, **bodies._asdict())

    async def attempts(self, event_id: str) -> list[LogEntry]:
        """Return what the log still has of an event, the oldest first."""
        await self._write_log()
        _, attempts = await log_store.entries(self._database, {"event_id": event_id}, 0, KEPT, newest_first=False)
        return attempts

    async def _write_log(self) -> None:
        """Write what was noted in the last quarter second, so that it is seen; without it, the answer is older."""
        try:
            await self._journal.flush()
        except ImError as error:
            _log.warning("the callback log cannot be written: %s", error.detail)
