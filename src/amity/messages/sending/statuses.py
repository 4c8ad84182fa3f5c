"""Whether a call has sent its message, for who asks by its operationID when no answer came.

A note is stored in the transaction of the message. Administrators ask for each other, users for themselves.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.messages.sending.models import CheckMsgIsSendSuccessRequest, CheckMsgIsSendSuccessResponse
from amity.storage import Database, Transaction

KEPT_MS: Final = 24 * 3600 * 1000
SWEPT: Final = 200
"""Notes that one transaction deletes."""
_NOT_KNOWN, _SENT = 0, 2


class Note(NamedTuple):
    """The operationID of a call that sends. ``caller`` is empty for an administrator."""

    caller: str
    operation_id: str


def note_of(call: Call) -> Note:
    """Return the note of a call."""
    return Note("" if call.is_admin else call.user_id, call.operation_id)


async def remember(tx: Transaction, notes: Collection[Note], now: int) -> None:
    """Store notes, in one order whoever stores."""
    for note in sorted(notes):
        await tx.fetch(
            "insert into sent_operations (caller, operation_id, sent_at) values ($1, $2, $3)"
            " on conflict (caller, operation_id) do update set sent_at = excluded.sent_at",
            *note,
            now,
        )


class Statuses:
    """Answers whether a call has sent, for 24 hours."""

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._clock = clock

    async def check(self, call: Call, request: CheckMsgIsSendSuccessRequest) -> CheckMsgIsSendSuccessResponse:
        """Return whether a message was sent with the operationID of this call."""
        rows = await self._database.fetch(
            "select 1 from sent_operations where caller = $1 and operation_id = $2 and sent_at > $3",
            *note_of(call),
            self._clock.now_ms() - KEPT_MS,
        )
        return CheckMsgIsSendSuccessResponse(status=_SENT if rows else _NOT_KNOWN)

    async def sweep(self) -> None:
        """Delete notes that are older than 24 hours, a bounded number at a time."""
        swept = SWEPT
        while swept == SWEPT:
            swept = await self._database.write(self._delete_some, rows=SWEPT)

    async def _delete_some(self, tx: Transaction) -> int:
        deleted = await tx.fetch(
            "delete from sent_operations where (caller, operation_id) in (select caller, operation_id"
            f" from sent_operations where sent_at <= $1 order by sent_at limit {SWEPT}) returning sent_at",
            self._clock.now_ms() - KEPT_MS,
        )
        return len(deleted)
