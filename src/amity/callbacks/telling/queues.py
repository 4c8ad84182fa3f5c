"""What the courier has in memory: a queue for each owner that is being served, and one for each kind of event.

Memory is bounded by owners, not by the outbox. An owner without a queue is found again in one of three ways: the
reader of arrivals has not come to its head yet, the head has a time (``next_at``), or the queue it goes to was full
and remembers from where to read again. An owner with a queue is looked up anew each time its queue runs empty, and the
queue is given up only when nothing is found.

Of several processes each has queues for the owners of its shares, and passes over the others' events.
"""

import itertools
from collections import deque
from collections.abc import Callable

from amity.callbacks.telling import store
from amity.callbacks.telling.arrivals import Arrivals
from amity.callbacks.telling.kind_queue import ROOM, START, KindQueue, KindQueues, OwnerQueue
from amity.callbacks.telling.routes import Routes
from amity.callbacks.telling.store import Event
from amity.clock import Clock
from amity.storage import Database

CHAIN = 8
"""Events of one owner that are read at a time."""
POLL_SECONDS = 1.0
"""How often to look for what another process has written."""
_PAGE = 256
_BODIES = 256
_LOADED = 128
_MOST_BYTES = 16 << 20
_YOUNG_GAP_SECONDS = 0.02


class OwnerQueues:
    """The queues and what fills them. Only ``advance``, ``release`` and the queues are used between two ``fill``.

    ``serves`` says of an owner whether it is to have a queue. When its answers change, ``start_over`` is called.
    """

    def __init__(self, database: Database, clock: Clock, routes: Routes, serves: Callable[[str], bool]) -> None:
        self._database = database
        self._serves = serves
        self._clock = clock
        self.kinds = KindQueues(routes, clock)
        self._arrivals = Arrivals(database, clock)
        self._owners: dict[str, OwnerQueue] = {}
        self._freed: deque[str] = deque()
        self._next_due = 0.0  # milliseconds since 1970; a time that has come makes the next fill look
        self._polled_at = float("-inf")  # monotonic: it is read again in time, whatever is done to the time of day
        self._bytes = 0
        self.again = False
        """Whether there is more to be read right away."""

    def news(self) -> None:
        """Say that events may have been written."""
        self._arrivals.more = True

    def due_at(self, time: float) -> None:
        """Say that something is due at a time, in milliseconds since 1970."""
        self._next_due = min(self._next_due, time)

    def seconds_until_next(self) -> float:
        """Return how long nothing will have to be read, unless there are news."""
        if self.again:
            return 0.0
        now = self._clock.monotonic()
        rest = min(self._polled_at + POLL_SECONDS - now, self._next_due / 1000 - self._clock.now())
        for kind in self.kinds:
            if kind.loaded and kind.opens_at > now:
                rest = min(rest, kind.opens_at - now)
        rest = max(0.0, rest)
        return min(rest, _YOUNG_GAP_SECONDS) if self._arrivals.young_gaps else rest

    @property
    def has_left(self) -> bool:
        """Whether nothing is under way of owners that are not served any more."""
        return all(map(self._serves, self._owners))

    def start_over(self) -> None:
        """Forget what was read, and read the outbox from its beginning. What is under way goes on: its owners' next
        events are looked up when it is settled."""
        idle = [*self._freed]
        for kind in self.kinds:
            idle += [queue.owner for queue in kind.ready]
            idle += [queue.owner for queue, _ in kind.loaded]
            kind.start_over()
        self._freed.clear()
        for owner in idle:
            self.hold(owner)
        for queue in self._owners.values():
            for event in queue.chain:
                self._forget(event)
            queue.chain.clear()
        self._arrivals = Arrivals(self._database, self._clock)
        self.due_at(0)

    async def fill(self) -> None:
        """Read what has become of the owners that ran empty, what is due, and what is new, as far as there is room."""
        self.again = False
        now = self._clock.now()
        if self._clock.monotonic() >= self._polled_at + POLL_SECONDS or now * 1000 >= self._next_due:
            await self._poll(int(now * 1000))
        for kind in self.kinds:
            if kind.due_now is not None:
                await self._take_due(kind, kind.due_now)
        await self._look_up(int(now * 1000))
        await self._take_arrivals()
        for kind in self.kinds:
            if kind.behind is not None:
                await self._catch_up(kind, kind.behind)
            await self._load(kind)

    # Called as deliveries end

    def advance(self, queue: OwnerQueue) -> KindQueue | None:
        """Make the next event of a queue its head and queue it; ``None`` where the queue has run empty."""
        self._forget(queue.head)
        queue.head = queue.chain.popleft() if queue.chain else None
        return None if queue.head is None else self._queue(queue, queue.head)

    def release(self, queue: OwnerQueue) -> None:
        """Drop the events of a queue, which stays until its owner is freed or held."""
        self._forget(queue.head)
        for event in queue.chain:
            self._forget(event)
        queue.chain.clear()
        queue.head = None

    def free(self, owner: str) -> None:
        """Look up what an owner has next: what it had is settled in the database."""
        self._freed.append(owner)

    def hold(self, owner: str) -> None:
        """Give up an owner's queue: its head has a time."""
        queue = self._owners.pop(owner, None)
        if queue is not None:
            queue.kind.owners -= 1
            self.release(queue)

    def discard(self, event_id: str) -> None:
        """Mark an event that was deleted, if it is in memory."""
        for queue in self._owners.values():
            for event in _events(queue):
                if event.event_id == event_id:
                    event.discarded = True

    # Reading

    async def _poll(self, now: int) -> None:
        self._next_due = float("inf")  # before the reads: what is said to be due meanwhile is looked for again
        first = await store.next_due(self._database, 0)
        if first is not None and first <= now:
            for kind in self.kinds:
                if kind.due_now is None:
                    kind.due_now, kind.due_behind = now, START
            first = await store.next_due(self._database, now)
        if first is not None:
            self.due_at(first)
        self._polled_at = self._clock.monotonic()
        self.news()

    async def _take_due(self, kind: KindQueue, now: int) -> None:
        if ROOM - kind.owners < _PAGE // 2:
            return
        page = await store.due(self._database, kind.command, now, kind.due_behind, _PAGE)
        for due in page:
            if not kind.has_room:
                break
            if self._is_new(due.owner):
                self._open(OwnerQueue(due.owner, kind))
                self.free(due.owner)
            kind.due_behind = (due.next_at, due.seq)
        else:
            if len(page) < _PAGE:
                kind.due_now = None
                return
        self.again = self.again or kind.has_room

    async def _look_up(self, now: int) -> None:
        while self._freed:
            owners = [self._freed[index] for index in range(min(_PAGE, len(self._freed)))]
            chains = await store.chains(self._database, [*filter(self._serves, owners)], CHAIN)
            # Without a queue a crowded one would be lost from sight; with a time it is found again when there is room.
            crowded = {chain[0].seq for owner, chain in chains.items() if self._is_crowded(owner, chain[0])}
            if crowded:
                await store.mark(self._database, list(crowded), now)
                self.due_at(now)
            for owner in owners:
                self._freed.popleft()
                self._serve(self._owners[owner], chains.get(owner, []), now, crowded)

    def _is_crowded(self, owner: str, head: Event) -> bool:
        """Whether an event follows one of another kind, to a queue that is overfull."""
        kind = self.kinds.get(head.command)
        return kind is not None and kind is not self._owners[owner].kind and kind.owners >= 2 * ROOM

    def _serve(self, queue: OwnerQueue, events: list[Event], now: int, crowded: set[int]) -> None:
        """Put what was found of an owner into its queue, up to the first event whose time has not come."""
        if events and events[0].next_at > now:
            self.due_at(events[0].next_at)
        elif events and events[0].seq not in crowded and self.kinds.get(events[0].command) is not None:
            queue.chain.extend(itertools.takewhile(lambda event: event.next_at <= now, events))
            self.advance(queue)
            return
        self.hold(queue.owner)

    async def _take_arrivals(self) -> None:
        if not any(kind.has_room for kind in self.kinds):
            return
        for event in await self._arrivals.read(_PAGE):
            kind = self.kinds.get(event.command)
            if kind is None or not self._is_new(event.owner):
                continue
            if kind.has_room:
                self._open(OwnerQueue(event.owner, kind, event))
            elif kind.behind is None or kind.behind >= event.seq:
                kind.behind = event.seq - 1
        self.again = self.again or self._arrivals.more

    async def _catch_up(self, kind: KindQueue, behind: int) -> None:
        if ROOM - kind.owners < _PAGE // 2:
            return
        page = await store.after(self._database, behind, _PAGE)
        for row in page:
            event = row.startable
            if event is not None and event.command == kind.command and self._is_new(event.owner):
                if not kind.has_room:
                    kind.behind = row.seq - 1
                    return
                self._open(OwnerQueue(event.owner, kind, event))
            kind.behind = row.seq
        if len(page) < _PAGE or page[-1].seq >= self._arrivals.place:
            kind.behind = None
        else:
            self.again = self.again or kind.has_room

    async def _load(self, kind: KindQueue) -> None:
        """Read bodies ahead, up to a number of queues and of bytes."""
        while kind.ready and len(kind.loaded) < _LOADED and (self._bytes < _MOST_BYTES or not kind.loaded):
            queues: list[OwnerQueue] = []
            wanted: list[int] = []
            while len(wanted) < _BODIES and len(queues) < len(kind.ready):
                queue = kind.ready[len(queues)]
                queues.append(queue)
                wanted += [event.seq for event in _events(queue)]
            bodies = await store.bodies(self._database, wanted)
            for queue in queues:
                kind.ready.popleft()
                self._give_bodies(queue, bodies)

    def _give_bodies(self, queue: OwnerQueue, bodies: dict[int, tuple[bytes, str]]) -> None:
        events = [event for event in _events(queue) if event.seq in bodies]
        for event in events:
            event.body, event.query = bodies[event.seq]
            self._bytes += len(event.body)
        queue.head, queue.chain = None, deque(events)
        if events:
            self.advance(queue)
        else:
            self.free(queue.owner)  # all were discarded since they were read
            self.again = True

    # OwnerQueues and queues

    def _is_new(self, owner: str) -> bool:
        return owner not in self._owners and self._serves(owner)

    def _open(self, queue: OwnerQueue) -> None:
        self._owners[queue.owner] = queue
        queue.kind.owners += 1
        if queue.head is not None:
            self._queue(queue, queue.head)

    def _queue(self, queue: OwnerQueue, head: Event) -> KindQueue | None:
        """Queue a queue where its head goes; ``None`` where that is nowhere, and the queue is to be looked up."""
        kind = self.kinds.get(head.command)
        if kind is None:
            self.release(queue)
            return None
        if kind is not queue.kind:
            queue.kind.owners -= 1
            kind.owners += 1
            queue.kind = kind
        if head.body is None:
            kind.ready.append(queue)
        else:
            kind.loaded.append((queue, head))
        return kind

    def _forget(self, event: Event | None) -> None:
        if event is not None and event.body is not None:
            self._bytes -= len(event.body)
            event.body = None


def _events(queue: OwnerQueue) -> list[Event]:
    return [*queue.chain] if queue.head is None else [queue.head, *queue.chain]
