"""The callback log: what became of callbacks, in the database, the newest ten thousand entries.

An entry has the rule that decided, and the beginnings of what was sent and answered. These hold texts of users, and are
deleted after a time; push tokens in them are masked.
"""

from typing import Final

from amity.callbacks.masking import masked
from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage import LARGE, Database, Transaction
from amity.storage.late_rows import LateRows

BODY_BYTES: Final = 4096
"""Of each body in it; the rest is cut off."""
BODY_HOURS: Final = 72
"""For how long bodies are kept, if the settings say nothing else."""

_ROUTINE: Final = frozenset({"approved", "modified", "delivered"})
_HOUR_MS: Final = 3_600_000
_SWEPT_AT_ONCE: Final = 200
_CLEAR: Final = (
    "update callback_log set request = '', answer = '' where log_seq in (select log_seq from callback_log"
    " where at < $1 and (request <> '' or answer <> '') order by log_seq limit $2) returning log_seq"
)
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
    "rule": "text",
    "request_bytes": "integer",
    "answer_bytes": "integer",
    "request": "text",
    "answer": "text",
}


class CallbackLog(LateRows):
    """Takes notes and writes them a quarter second later, many at once: nobody waits for the log.

    What was sent and answered is kept for ``body_hours``; with 0 it is not written at all.
    """

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK, *, body_hours: int = BODY_HOURS) -> None:
        super().__init__(database, "callback log", table="callback_log", key="log_seq", columns=_COLUMNS, clock=clock)
        self._body_hours = body_hours

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
        rule: str = "",
        request: bytes = b"",
        answer: bytes = b"",
    ) -> None:
        """Note what became of a callback. Of what went as it should, only some is noted on a busy server; all of it is
        counted in the metrics.

        ``verdict`` is approved, modified, rejected or failed of a before-callback; delivered, retrying, dead,
        replayed or discarded of an after-callback. ``http_status`` is 0 where there was no answer.
        ``rule`` is the one that decided (``Rule``); ``request`` and ``answer`` are the bodies.
        """
        if verdict in _ROUTINE and not reason and not self.takes_routine():
            return
        at, sizes = self._clock.now_ms(), (len(request), len(answer))
        request, answer = masked(request[:BODY_BYTES]), masked(answer[:BODY_BYTES])
        if not self._body_hours or not self.has_room(len(request) + len(answer)):
            request = answer = b""
        told = (at, command, owner, operation_id, event_id, verdict, err_code, reason, http_status, duration_ms)
        self.add((*told, rule, *sizes, request, answer))

    async def sweep(self) -> int:
        """Delete bodies that are too old, and return of how many entries. Raises ``ImError``, ``DATABASE`` (90002)."""
        oldest = self._clock.now_ms() - self._body_hours * _HOUR_MS
        total = 0
        while True:
            cleared = await self._database.write(lambda tx: _clear(tx, oldest), rows=LARGE)
            total += cleared
            if cleared < _SWEPT_AT_ONCE:
                return total


async def _clear(tx: Transaction, oldest: int) -> int:
    return len(await tx.fetch(_CLEAR, oldest, _SWEPT_AT_ONCE))
