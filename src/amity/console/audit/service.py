"""The audit log: written before an action is carried out, or in its transaction; read by page; deleted after a time."""

import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Final

from amity import metrics
from amity.clock import DAY_MS, SYSTEM_CLOCK, Clock
from amity.console.audit import store
from amity.console.audit.models import Entry, Filters, Outcome
from amity.console.refusing import SERVER_FAULTS
from amity.errors import ImError
from amity.storage import Database, Transaction
from amity.texts import cut, storable

PAGE: Final = 50
"""Entries of a page."""
LOOKED_THROUGH: Final = 20_000
"""Entries that a page looks through for those about somebody."""
MOST_CHARACTERS: Final = 500
"""Characters of each text of an entry."""
_NEWEST: Final = (1 << 63) - 1
_SWEPT_AT_ONCE: Final = 200
_log = logging.getLogger(__name__)


class Audit:
    """The log. It keeps entries for ``keep_days``; 0 is for ever."""

    def __init__(self, database: Database, keep_days: int, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._keep_ms = keep_days * DAY_MS
        self._clock = clock

    async def record(
        self, tx: Transaction, admin: str, action: str, *, about: str = "", operation_id: str, detail: str = ""
    ) -> None:
        """Write an entry in the transaction that does what it says. It counts once that is committed."""
        await store.insert(tx, self._entry(admin, action, about, operation_id, Outcome.DONE, detail))
        tx.after_commit(lambda: metrics.console_action(action, Outcome.DONE))

    @contextlib.asynccontextmanager
    async def around(self, admin: str, action: str, *, about: str = "", operation_id: str) -> AsyncIterator[None]:
        """Write an entry before the block, and its outcome after it: refused or failed with an ``ImError``, failed with
        any other error, which is raised again.

        Raises ``ImError``, ``DATABASE`` (90002), where the entry cannot be written: nothing is done then. Where the
        outcome cannot be written, it stays unknown in the log.
        """
        entry = self._entry(admin, action, about, operation_id, Outcome.BEGUN, "")
        seq = await self._database.write(lambda tx: store.insert(tx, entry))
        outcome, detail = Outcome.FAILED, ""
        try:
            yield
            outcome = Outcome.DONE
        except ImError as error:
            outcome = Outcome.FAILED if error.code in SERVER_FAULTS else Outcome.REFUSED
            detail = _bounded(f"{error.code} {error.detail or error.message}")
            raise
        finally:
            metrics.console_action(action, outcome)
            await self._conclude(seq, outcome, detail)

    async def page(self, filters: Filters, before: int = 0) -> list[Entry]:
        """Return up to ``PAGE`` entries with smaller numbers than ``before``, or the newest, and one more if there are
        more. Raises ``ImError``, ``DATABASE`` (90002)."""
        return await store.page(self._database, filters, before or _NEWEST, PAGE + 1, LOOKED_THROUGH)

    async def looked_to(self, filters: Filters, before: int = 0) -> int:
        """Return the number before which ``page`` did not look for what entries are about; 0 if it has looked through
        all. Raises ``ImError``, ``DATABASE`` (90002)."""
        return await store.looked_to(self._database, filters, before or _NEWEST, LOOKED_THROUGH)

    async def sweep(self) -> int:
        """Delete entries that are too old, and return how many. Raises ``ImError``, ``DATABASE`` (90002)."""
        if not self._keep_ms:
            return 0
        oldest = self._clock.now_ms() - self._keep_ms
        total = 0
        while True:
            deleted = await self._database.write(
                lambda tx: store.delete_older(tx, oldest, _SWEPT_AT_ONCE), rows=_SWEPT_AT_ONCE
            )
            total += deleted
            if deleted < _SWEPT_AT_ONCE:
                return total

    async def _conclude(self, seq: int, outcome: Outcome, detail: str) -> None:
        try:
            await self._database.write(lambda tx: store.conclude(tx, seq, outcome, detail))
        except ImError as error:
            _log.warning("console: the outcome of an action (%s) is not in the audit log: %s", outcome, error)

    def _entry(self, admin: str, action: str, about: str, operation_id: str, outcome: str, detail: str) -> Entry:
        texts = (admin, action, about, operation_id, outcome, detail)
        return Entry(0, self._clock.now_ms(), *map(_bounded, texts))


def _bounded(text: str) -> str:
    return cut(storable(text), MOST_CHARACTERS)
