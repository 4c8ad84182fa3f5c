"""The callback log: what became of callbacks, in the database, the newest ten thousand entries."""

from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage import Database
from amity.storage.late_rows import LateRows

_ROUTINE: Final = frozenset({"approved", "modified", "delivered"})
_COLUMNS: Final = {
    "at": "integer",
    "command": "text",
    "owner": "text",
    "operation_id": "text",
    "event_id": "text",
    "verdict": "text",
    "err_code": "integer",
    "reason": "text",
    "http_status": "integer",
    "duration_ms": "integer",
}


class CallbackLog(LateRows):
    """Takes notes and writes them a quarter second later, many at once: nobody waits for the log."""

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        super().__init__(database, "callback log", table="callback_log", key="log_seq", columns=_COLUMNS, clock=clock)

    def note(
        self,
        *,
        command: str,
        owner: str,
        operation_id: str,
        event_id: str,
        verdict: str,
        err_code: int = 0,
        reason: str = "",
        http_status: int = 0,
        duration_ms: int = 0,
    ) -> None:
        """Note what became of a callback. Of what went as it should, only some is noted on a busy server; all of it is
        counted in the metrics.

        ``verdict`` is approved, modified, rejected or failed of a before-callback; delivered, retrying, dead,
        replayed or discarded of an after-callback. ``http_status`` is 0 where there was no answer.
        """
        at = self._clock.now_ms()
        self.add(
            (at, command, owner, operation_id, event_id, verdict, err_code, reason, http_status, duration_ms),
            is_routine=verdict in _ROUTINE and not reason,
        )
