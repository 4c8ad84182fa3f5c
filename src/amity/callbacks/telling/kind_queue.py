"""The queue of one kind of event, and the queues of the owners in it."""

from collections import deque
from collections.abc import Iterator

from amity.callbacks.breaker import Breaker
from amity.callbacks.telling.routes import Route, Routes
from amity.callbacks.telling.store import Event
from amity.clock import Clock

IN_FLIGHT = 64
"""Deliveries under way at a time, of one kind of event."""
FEWEST_IN_FLIGHT = 16
"""To a receiver that answers faster than the courier goes round: more would only make everybody else wait for the
event loop, the imports too."""
ROOM = 512
"""Owners that one kind of event serves at a time."""
START = (0, 0)


class OwnerQueue:
    """One owner: the event whose turn it is, and some of those behind it."""

    __slots__ = ("chain", "head", "kind", "owner")

    def __init__(self, owner: str, kind: "KindQueue", head: Event | None = None) -> None:
        self.owner = owner
        self.kind = kind
        self.head = head
        self.chain: deque[Event] = deque()


class KindQueue:
    """One kind of event, by its ``command`` in the outbox, and what is to be sent of it. ``ready`` waits for bodies,
    ``loaded`` for its turn."""

    def __init__(self, command: str, route: Route, clock: Clock) -> None:
        self.command = command
        self.route = route
        self.breaker = Breaker(clock)
        self.opens_at = 0.0  # the breaker's time until which it admits nothing
        self.ready: deque[OwnerQueue] = deque()
        self.loaded: deque[tuple[OwnerQueue, Event]] = deque()
        self.owners = 0
        self.in_flight = 0
        self.window = FEWEST_IN_FLIGHT  # deliveries that may be under way now
        self.ended = 0  # deliveries that have ended since the window was set
        self.behind: int | None = None  # from where to read again what there was no room for
        self.due_now: int | None = None  # the time up to which what is due is being taken
        self.due_behind = START

    @property
    def has_room(self) -> bool:
        return self.owners < ROOM

    @property
    def is_crowded(self) -> bool:
        """Whether more is waiting than the window lets out, and the window can be wider."""
        return bool(self.loaded) and self.in_flight >= self.window and self.window < IN_FLIGHT

    def start_over(self) -> None:
        """Forget what was read. What is under way and the breaker stay."""
        self.ready.clear()
        self.loaded.clear()
        self.behind = self.due_now = None
        self.due_behind = START

    def adjust_window(self) -> None:
        """Widen the window where few deliveries have ended since the last time, narrow it where many have."""
        if self.is_crowded and self.ended < self.window:
            self.window = min(IN_FLIGHT, 2 * self.window)
        elif self.ended >= 2 * self.window:
            self.window = max(FEWEST_IN_FLIGHT, self.window // 2)
        self.ended = 0


class KindQueues:
    """The queues of all kinds of events that have a route."""

    def __init__(self, routes: Routes, clock: Clock) -> None:
        self._routes = routes
        self._clock = clock
        self._kinds = {command: KindQueue(command, route, clock) for command, route in routes.known.items()}

    def __iter__(self) -> Iterator[KindQueue]:
        return iter(tuple(self._kinds.values()))

    def get(self, command: str) -> KindQueue | None:
        """Return the queue of a command; ``None`` if its events have no route."""
        kind = self._kinds.get(command)
        if kind is None and (route := self._routes.of(command)) is not None:
            kind = self._kinds[command] = KindQueue(command, route, self._clock)
        return kind
