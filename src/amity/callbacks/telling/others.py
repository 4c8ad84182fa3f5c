"""What the couriers of several processes tell each other: that there is something to read in the outbox.

Nothing depends on it but the time that it takes: what is not told is found by the next poll, within a second.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from amity.cluster.exchange import Exchange, Told

GAP_SECONDS: Final = 0.02
"""From one message about committed events to the next, at the least: one says as much as many."""


class EventsCommitted(Told):
    """Events were committed to the outbox."""


class EventsDue(Told):
    """Events in the outbox have become due: after a replay, or after a discard."""


class EventDiscarded(Told):
    """An event was deleted from the outbox, and is not to be sent."""

    event_id: str


class OutboxMeasured(Told):
    """How much is in the outbox: events that wait, the age of the oldest in seconds, events that were given up."""

    waiting: int
    age: float
    dead: int


class OtherCouriers:
    """The couriers of other processes. ``are_there`` says whether any deliver. Without an ``exchange`` nothing is told.

    ``committed``, ``due``, ``discarded`` and ``measured`` are called when others tell of that.
    """

    def __init__(
        self,
        exchange: Exchange | None,
        are_there: Callable[[], bool],
        *,
        committed: Callable[[], None],
        due: Callable[[], None],
        discarded: Callable[[str], None],
        measured: Callable[[OutboxMeasured], None],
    ) -> None:
        self._exchange = exchange
        self._are_there = are_there
        self._gap: asyncio.TimerHandle | None = None
        self._has_more = False
        if exchange is not None:
            exchange.on(EventsCommitted, lambda _, __: committed())
            exchange.on(EventsDue, lambda _, __: due())
            exchange.on(EventDiscarded, lambda told, __: discarded(told.event_id))
            exchange.on(OutboxMeasured, lambda told, __: measured(told))

    def tell_committed(self) -> None:
        """Tell that events were committed: at once, or with others' as soon as ``GAP_SECONDS`` have passed."""
        if self._gap is not None:
            self._has_more = True
        elif self._tell(EventsCommitted()):
            self._gap = asyncio.get_running_loop().call_later(GAP_SECONDS, self._end_gap)

    def tell_due(self) -> None:
        """Tell that events have become due."""
        self._tell(EventsDue())

    def tell_discarded(self, event_id: str) -> None:
        """Tell that an event was deleted."""
        self._tell(EventDiscarded(event_id))

    def tell_measured(self, measured: OutboxMeasured) -> None:
        """Tell how much is in the outbox."""
        self._tell(measured)

    def stop(self) -> None:
        """Tell what was not told yet."""
        if self._gap is not None:
            self._gap.cancel()
            self._gap = None
        if self._has_more:
            self._has_more = False
            self._tell(EventsCommitted())

    def _end_gap(self) -> None:
        self._gap = None
        if self._has_more:
            self._has_more = False
            self.tell_committed()

    def _tell(self, told: Told) -> bool:
        if self._exchange is None or not self._are_there():
            return False
        self._exchange.tell_all(told)
        return True
