"""What the courier has in memory: a lane for each owner that is being served, a queue for each kind of event.

Memory is bounded by lanes, not by the outbox. An owner without a lane is found again in one of three ways: the
reader of arrivals has not come to its head yet, the head has a time (``next_at``), or the queue it goes to was full
and remembers from where to read again. An owner with a lane is looked up anew each time its lane runs empty, and the
lane is given up only when nothing is found.
"""

import itertools
from collections import deque

from amity.callbacks.telling import store
from amity.callbacks.telling.arrivals import Arrivals
from amity.callbacks.telling.kind_queue import ROOM, START, Lane, Target, targets_of
from amity.callbacks.telling.store import Event
from amity.clock import Clock
from amity.settings import Callbacks
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


class Lanes:
    """The lanes and what fills them. Only ``advance``, ``release`` and the queues are used between two ``fill``."""

    def __init__(self, database: Database, clock: Clock, settings: Callbacks) -> None:
        self._database = database
        self._clock = clock
        self.targets = targets_of(settings, clock.monotonic)
        self._arrivals = Arrivals(database, clock)
        self._lanes: dict[str, Lane] = {}
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
        for target in self.targets.values():
            if target.loaded and target.opens_at > now:
                rest = min(rest, target.opens_at - now)
        rest = max(0.0, rest)
        return min(rest, _YOUNG_GAP_SECONDS) if self._arrivals.young_gaps else rest

    async def fill(self) -> None:
        """Read what has become of the owners that ran empty, what is due, and what is new, as far as there is room."""
        self.again = False
        now = self._clock.now()
        if self._clock.monotonic() >= self._polled_at + POLL_SECONDS or now * 1000 >= self._next_due:
            await self._poll(int(now * 1000))
        for target in self.targets.values():
            if target.due_now is not None:
                await self._take_due(target, target.due_now)
        await self._look_up(int(now * 1000))
        await self._take_arrivals()
        for target in self.targets.values():
            if target.behind is not None:
                await self._catch_up(target, target.behind)
            await self._load(target)

    # Called as deliveries end

    def advance(self, lane: Lane) -> Target | None:
        """Make the next event of a lane its head and queue it; ``None`` where the lane has run empty."""
        self._forget(lane.head)
        lane.head = lane.chain.popleft() if lane.chain else None
        return None if lane.head is None else self._queue(lane, lane.head)

    def release(self, lane: Lane) -> None:
        """Drop the events of a lane, which stays until its owner is freed or held."""
        self._forget(lane.head)
        for event in lane.chain:
            self._forget(event)
        lane.chain.clear()
        lane.head = None

    def free(self, owner: str) -> None:
        """Look up what an owner has next: what it had is settled in the database."""
        self._freed.append(owner)

    def hold(self, owner: str) -> None:
        """Give up an owner's lane: its head has a time."""
        lane = self._lanes.pop(owner, None)
        if lane is not None:
            lane.target.lanes -= 1
            self.release(lane)

    def discard(self, event_id: str) -> None:
        """Mark an event that was deleted, if it is in memory."""
        for lane in self._lanes.values():
            for event in _events(lane):
                if event.event_id == event_id:
                    event.discarded = True

    # Reading

    async def _poll(self, now: int) -> None:
        self._next_due = float("inf")  # before the reads: what is said to be due meanwhile is looked for again
        first = await store.next_due(self._database, 0)
        if first is not None and first <= now:
            for target in self.targets.values():
                if target.due_now is None:
                    target.due_now, target.due_behind = now, START
            first = await store.next_due(self._database, now)
        if first is not None:
            self.due_at(first)
        self._polled_at = self._clock.monotonic()
        self.news()

    async def _take_due(self, target: Target, now: int) -> None:
        if ROOM - target.lanes < _PAGE // 2:
            return
        page = await store.due(self._database, target.command, now, target.due_behind, _PAGE)
        for due in page:
            if not target.has_room:
                break
            if due.owner not in self._lanes:
                self._open(Lane(due.owner, target))
                self.free(due.owner)
            target.due_behind = (due.next_at, due.seq)
        else:
            if len(page) < _PAGE:
                target.due_now = None
                return
        self.again = self.again or target.has_room

    async def _look_up(self, now: int) -> None:
        while self._freed:
            owners = [self._freed[index] for index in range(min(_PAGE, len(self._freed)))]
            chains = await store.chains(self._database, owners, CHAIN)
            # Without a lane a crowded one would be lost from sight; with a time it is found again when there is room.
            crowded = {chain[0].seq for owner, chain in chains.items() if self._is_crowded(owner, chain[0])}
            if crowded:
                await store.mark(self._database, list(crowded), now)
                self.due_at(now)
            for owner in owners:
                self._freed.popleft()
                self._serve(self._lanes[owner], chains.get(owner, []), now, crowded)

    def _is_crowded(self, owner: str, head: Event) -> bool:
        """Whether an event follows one of another kind, to a queue that is overfull."""
        target = self.targets.get(head.command)
        return target is not None and target is not self._lanes[owner].target and target.lanes >= 2 * ROOM

    def _serve(self, lane: Lane, events: list[Event], now: int, crowded: set[int]) -> None:
        """Put what was found of an owner into its lane, up to the first event whose time has not come."""
        if events and events[0].next_at > now:
            self.due_at(events[0].next_at)
        elif events and events[0].seq not in crowded and events[0].command in self.targets:
            lane.chain.extend(itertools.takewhile(lambda event: event.next_at <= now, events))
            self.advance(lane)
            return
        self.hold(lane.owner)

    async def _take_arrivals(self) -> None:
        if not any(target.has_room for target in self.targets.values()):
            return
        for event in await self._arrivals.read(_PAGE):
            target = self.targets.get(event.command)
            if target is None or event.owner in self._lanes:
                continue
            if target.has_room:
                self._open(Lane(event.owner, target, event))
            elif target.behind is None or target.behind >= event.seq:
                target.behind = event.seq - 1
        self.again = self.again or self._arrivals.more

    async def _catch_up(self, target: Target, behind: int) -> None:
        if ROOM - target.lanes < _PAGE // 2:
            return
        page = await store.after(self._database, behind, _PAGE)
        for row in page:
            event = row.startable
            if event is not None and event.command == target.command and event.owner not in self._lanes:
                if not target.has_room:
                    target.behind = row.seq - 1
                    return
                self._open(Lane(event.owner, target, event))
            target.behind = row.seq
        if len(page) < _PAGE or page[-1].seq >= self._arrivals.place:
            target.behind = None
        else:
            self.again = self.again or target.has_room

    async def _load(self, target: Target) -> None:
        """Read bodies ahead, up to a number of lanes and of bytes."""
        while target.ready and len(target.loaded) < _LOADED and (self._bytes < _MOST_BYTES or not target.loaded):
            lanes: list[Lane] = []
            wanted: list[int] = []
            while len(wanted) < _BODIES and len(lanes) < len(target.ready):
                lane = target.ready[len(lanes)]
                lanes.append(lane)
                wanted += [event.seq for event in _events(lane)]
            bodies = await store.bodies(self._database, wanted)
            for lane in lanes:
                target.ready.popleft()
                self._give_bodies(lane, bodies)

    def _give_bodies(self, lane: Lane, bodies: dict[int, bytes]) -> None:
        events = [event for event in _events(lane) if event.seq in bodies]
        for event in events:
            event.body = bodies[event.seq]
            self._bytes += len(event.body)
        lane.head, lane.chain = None, deque(events)
        if events:
            self.advance(lane)
        else:
            self.free(lane.owner)  # all were discarded since they were read
            self.again = True

    # Lanes and queues

    def _open(self, lane: Lane) -> None:
        self._lanes[lane.owner] = lane
        lane.target.lanes += 1
        if lane.head is not None:
            self._queue(lane, lane.head)

    def _queue(self, lane: Lane, head: Event) -> Target | None:
        """Queue a lane where its head goes; ``None`` where that is nowhere, and the lane is to be looked up."""
        target = self.targets.get(head.command)
        if target is None:
            self.release(lane)
            return None
        if target is not lane.target:
            lane.target.lanes -= 1
            target.lanes += 1
            lane.target = target
        if head.body is None:
            target.ready.append(lane)
        else:
            target.loaded.append((lane, head))
        return target

    def _forget(self, event: Event | None) -> None:
        if event is not None and event.body is not None:
            self._bytes -= len(event.body)
            event.body = None


def _events(lane: Lane) -> list[Event]:
    return [*lane.chain] if lane.head is None else [lane.head, *lane.chain]
