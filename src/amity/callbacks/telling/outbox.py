"""After-events are written to the outbox in the transaction of what they tell of: both exist, or neither does."""

import secrets
from collections.abc import Callable, Sequence
from typing import NamedTuple

from amity.callbacks.filters import Filter, Subject
from amity.clock import SYSTEM_CLOCK, Clock
from amity.settings import Callbacks
from amity.storage import ROW_BYTES, Transaction
from amity.storage.over_rows import OverRows
from amity.wire.events.catalogue import payload
from amity.wire.events.event import AfterEvent

_INSERT = OverRows(
    "insert into outbox (event_id, owner, command, operation_id, created_at, body, query, state, attempts, next_at,"
    " last_error) select column1, column2, column3, column4, column5, column6, column7, 0, 0, 0, '' from (ROWS) as v"
    " where true on conflict (event_id) do nothing",
    *("text", "text", "text", "text", "integer", "text", "text"),
)


class Told(NamedTuple):
    """An event as it is stored. ``query`` is added to that of its URL.

    An event that has an ``event_id`` is stored once, however often that is tried; others are given a new one.
    """

    owner: str
    command: str
    operation_id: str
    body: str
    query: str = ""
    event_id: str = ""


def new_event_id(now: float) -> str:
    """Return a new event's id, which is its ``webhook-id`` on every attempt.

    Ids of one time stand side by side in the index: with random ones every insert into a long outbox would touch a
    page of its own.
    """
    return f"evt_{int(now * 1_000_000):014x}{secrets.token_hex(8)}"


class Outbox:
    """What the domains know of after-callbacks."""

    def __init__(self, settings: Callbacks, clock: Clock = SYSTEM_CLOCK) -> None:
        self._enabled = {key: Filter.of(callback) for key, callback in settings.events.items() if callback.enable}
        self._documented_names = settings.documented_names
        self._clock = clock
        self._wake: Callable[[], None] | None = None

    def enabled(self, event_type: type[AfterEvent]) -> bool:
        """Whether this callback is switched on in the settings."""
        return event_type.setting in self._enabled

    def wants(self, event_type: type[AfterEvent], subject: Subject) -> bool:
        """Return whether the business server is told of that kind of event about this message."""
        admitting = self._enabled.get(event_type.setting)
        return admitting is not None and admitting.admits(subject)

    async def record(self, tx: Transaction, event: AfterEvent, operation_id: str) -> bool:
        """Store an event to be delivered once the transaction is committed; ``False`` where it is switched off.

        The transaction must have locked the event's owner, or written to what only one transaction of that owner
        can write to: this is what orders the events of one owner. Events that have no order need no such lock: each
        member's read marks in a group, and messages of a group that are not stored. Those of transactions that do not
        overlap come in their order, others in any, and none is lost.
        """
        if event.setting not in self._enabled:
            return False
        await self.store(tx, [self._told(event, operation_id)])
        return True

    async def record_all(self, tx: Transaction, events: Sequence[tuple[AfterEvent, str]]) -> None:
        """Store events with their operationIDs as ``record`` does, in few statements."""
        if told := [self._told(event, operation_id) for event, operation_id in events if self.enabled(type(event))]:
            await self.store(tx, told)

    def _told(self, event: AfterEvent, operation_id: str) -> Told:
        body = payload(event, documented_names=self._documented_names).decode()
        return Told(event.owner(), event.command, operation_id, body, event.query())

    async def store(self, tx: Transaction, events: Sequence[Told]) -> None:
        """Store events as they will be sent, in this order, to be delivered once the transaction is committed.

        What holds for the transaction of ``record`` holds for this one.
        """
        now = self._clock.now()
        created_at = int(now * 1000)
        if (size := sum([len(event.body) for event in events])) > ROW_BYTES:
            await tx.expect(size // ROW_BYTES)
        rows = [(each.event_id or new_event_id(now), *each[:3], created_at, each.body, each.query) for each in events]
        await _INSERT.fetch(tx, rows)
        if self._wake is not None:
            tx.after_commit(self._wake)

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Name who is to wake up after the commit of a transaction that has recorded an event: the courier."""
        self._wake = wake
