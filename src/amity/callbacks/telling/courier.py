"""Deliver after-events at least once: each owner's events one at a time and in order, different owners concurrently.

The courier reads the outbox ahead (``queues``), sends, and stores outcomes in batches. A delivered event is deleted. A
failed one gets the time of its next attempt, so that a restart keeps the schedule. An event that was delivered but not
deleted when the process was killed is delivered again, with the same ``webhook-id``.

All waiting events are delivered, whether or not their callback is still enabled, if it has a URL in the settings. An
event without a URL stays in the outbox, is counted in the statistics, and delays its owner's later events.

Each kind of event has a breaker: after ten failures in a row nothing of that kind is sent for ten seconds, then one
event is tried. Unlike a before-callback, an event that waits for the breaker has not failed and has used no attempt.

The processes on one PostgreSQL database divide the owners among them (``cluster/shares.py``). When the shares of this
one change, it reads the outbox anew. A share that it gives up is another's when what was under way is stored; one that
it has lost, as after a stop of the whole process, may be another's already, so that nothing of it is sent any more.

States of an owner, and what ends each:

- *unread*: its events are in the outbox only. The reader of arrivals reaches the first of them: *ready*.
- *ready*: it has a queue, and the body of the first event is not in memory. The body is read: *loaded*.
- *loaded*: its first event waits. The window and the breaker of its kind admit the event: *in flight*.
- *in flight*: the event is being sent. Delivered: *ready* with the next event, or *empty*. Failed: *settling*. The
  process ends: *unread*. The process was stopped for longer than its lease before it was sent: *empty*.
- *empty*: the outcome is stored, and the outbox is read once more. Events found: *ready*. None: the queue is removed.
- *settling*: the failure is being stored. Attempts are left: *held*. None is left: *empty*, and the event is dead.
- *held*: its first event has a time in the outbox, and the owner has no queue. The time comes, or a replay: *ready*.

When the shares change, *ready*, *loaded* and *held* owners are *unread* again, and *empty* ones of others' shares.
"""

import asyncio
import logging
import random as random_module
from collections.abc import Callable

from amity import metrics
from amity.callbacks.breaker import OPEN_SECONDS
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.callbacks.telling.attempt import Attempt, attempt
from amity.callbacks.telling.backlog import Backlog
from amity.callbacks.telling.kind_queue import KindQueue, OwnerQueue
from amity.callbacks.telling.others import OtherCouriers
from amity.callbacks.telling.queues import OwnerQueues
from amity.callbacks.telling.routes import Routes, catalogue_routes
from amity.callbacks.telling.schedule import next_delay
from amity.callbacks.telling.settlement import Ended, Settlement
from amity.callbacks.telling.store import DEAD, WAITING, Event, Failure
from amity.callbacks.telling.timetable import Timetable
from amity.clock import SYSTEM_CLOCK, Clock, monotonic
from amity.cluster.exchange import Exchange
from amity.cluster.shares import Shares
from amity.errors import ImError
from amity.settings import Callbacks
from amity.storage import Database
from amity.texts import count

GRACE_SECONDS = 5.0
"""How long a stop waits for deliveries under way."""
_CYCLE_SECONDS = 0.004  # from one cycle to the next, at the least: what ends meanwhile is settled in one transaction
_STARTS = 2
"""Deliveries that are started in one turn of the event loop. A turn stays short, so that whoever needs several turns,
as every request that writes, does not wait for many deliveries in each."""
_PAUSE = 1.0  # seconds to wait where the database fails or others deliver
_OF_WHOLE = 0
"""Who holds this share also does what is done once for the whole outbox."""

_log = logging.getLogger(__name__)


class Courier:
    """Delivers what is in the outbox from ``start`` to ``stop``.

    ``random`` returns numbers from 0 to below 1. Without ``routes`` those of the catalogue's events are taken. Without
    an ``exchange`` others' events are found by polling, each second.
    """

    def __init__(
        self,
        database: Database,
        settings: Callbacks,
        sender: Sender,
        log: CallbackLog,
        clock: Clock = SYSTEM_CLOCK,
        random: Callable[[], float] = random_module.random,
        *,
        routes: Routes | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._sender = sender
        self._journal = log
        self._clock = clock
        self._random = random
        self._routes = catalogue_routes(settings) if routes is None else routes
        self._shares = Shares(database, "courier", self._clock)
        self._queues = OwnerQueues(database, self._clock, self._routes, self._shares.serves)
        self._timetable = self._new_timetable()
        self.backlog = Backlog(database, self._clock, self.reaches)
        self._others = OtherCouriers(
            exchange,
            lambda: bool(self._shares.others),
            committed=self._wake_up,
            due=self._look_again,
            discarded=self._queues.discard,
            measured=self.backlog.noted,
        )
        self._wake = asyncio.Event()
        self._stop = asyncio.Event()
        self._settlement = Settlement(database, self._queues)
        self._deliveries: set[asyncio.Task[None]] = set()
        self._started = 0  # deliveries in this turn of the loop
        self._postponed: dict[str, KindQueue] = {}  # kinds that wait for the next turn
        self._task: asyncio.Task[None] | None = None
        self.delivered = 0
        """Events delivered since the start."""
        self.failed = 0
        """Attempts that failed since the start."""
        self.dead = 0
        """Events given up since the start."""

    @property
    def in_flight(self) -> int:
        """Deliveries under way."""
        return len(self._deliveries)

    def reaches(self, command: str) -> bool:
        """Whether events of this kind have a URL to go to."""
        return self._queues.kinds.get(command) is not None

    def start(self) -> None:
        """Begin with what is in the outbox."""
        self._stop.clear()
        self._task = asyncio.create_task(self._run(), name="courier")

    def wake(self) -> None:
        """Say that an event was committed to the outbox."""
        self._wake_up()
        self._others.tell_committed()

    def look_again(self) -> None:
        """Say that events in the outbox have become due: after a replay, or after a discard."""
        self._look_again()
        self._others.tell_due()

    def discard(self, event_id: str) -> None:
        """Do not send an event that was deleted from the outbox, unless it is on its way."""
        self._queues.discard(event_id)
        self._others.tell_discarded(event_id)

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Take nothing new, give what is under way ``grace`` seconds to end, and leave the rest in the outbox."""
        self._stop.set()
        self._wake.set()
        self._others.stop()
        if self._deliveries:
            await asyncio.wait(self._deliveries, timeout=grace)
        for delivery in self._deliveries:
            delivery.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        if self._task is None:
            return
        await self._task
        self._task = None
        try:
            await self._settlement.settle()
            await self._shares.release()
        except ImError:
            _log.warning("the database fails: delivered again: %s that ended", count(self._settlement.waiting, "event"))

    def _wake_up(self) -> None:
        self._queues.news()
        self._wake.set()

    def _look_again(self) -> None:
        self._queues.due_at(0)
        self._wake.set()

    def _new_timetable(self) -> Timetable:
        return Timetable(self._database, self._clock, self._settings.retries, self._shares.serves)

    # The cycle: settle what ended, read what is next, send it

    async def _run(self) -> None:
        while not self._stop.is_set():
            began = monotonic()
            self._wake.clear()
            try:
                delivers = await self._cycle()
            except ImError as error:
                _log.warning("the courier waits: %s", error.detail)
                delivers = False
            except Exception:  # noqa: BLE001 - as long as the server runs, so does the courier
                _log.exception("the courier stumbled over an error of its own, and goes on")
                delivers = False
            if not delivers:
                await self._clock.wait(self._stop, _PAUSE)
                continue
            await self._clock.wait(self._wake, self._queues.seconds_until_next())
            rest = _CYCLE_SECONDS - (monotonic() - began)
            if rest > 0 and not self._stop.is_set():
                await asyncio.sleep(rest)

    async def _cycle(self) -> bool:
        """Go round once; return whether this process delivers."""
        if await self._shares.look(lambda: self._queues.has_left):
            self._start_over()
        await self._settlement.settle()
        if not self._shares.is_inside:
            return False
        of_whole = _OF_WHOLE in self._shares.served
        if await self._timetable.correct(whole=of_whole):
            self._queues.due_at(0)
        await self._queues.fill()
        for kind in self._queues.kinds:
            kind.adjust_window()
            self._dispatch_and_look(kind)
        if of_whole:
            measured = await self.backlog.measure()
            if measured is not None:
                self._others.tell_measured(measured)
        if not self._shares.is_certain:
            self._wake.set()  # this took longer than the lease lasts: nothing was sent, and it is to be renewed
        return True

    def _start_over(self) -> None:
        """Forget what was read: others have, or had, a part of it."""
        self._queues.start_over()
        if not self._shares.is_inside:
            self._timetable = self._new_timetable()
        if _OF_WHOLE not in self._shares.served:
            self.backlog.leave()

    def left_alone(self) -> list[str]:
        """Return the commands whose breaker is open."""
        return [kind.command for kind in self._queues.kinds if kind.breaker.is_open]

    # Deliveries

    def _dispatch(self, kind: KindQueue) -> None:
        """Start deliveries, as many as may be under way, the rest of them in later turns of the loop."""
        while kind.loaded and kind.in_flight < kind.window and not self._stop.is_set() and self._shares.is_certain:
            queue, event = kind.loaded[0]
            if event.discarded:
                kind.loaded.popleft()
                self._gone(queue, event)
                continue
            if self._started >= _STARTS:
                self._postponed[kind.command] = kind
                return
            if not kind.breaker.admits():
                return
            kind.loaded.popleft()
            if not self._started:
                asyncio.get_running_loop().call_soon(self._next_turn)
            self._started += 1
            kind.in_flight += 1
            delivery = asyncio.create_task(self._deliver(kind, queue, event))
            self._deliveries.add(delivery)
            delivery.add_done_callback(self._deliveries.discard)

    def _next_turn(self) -> None:
        self._started = 0
        kinds = [*self._postponed.values()]
        self._postponed = {}
        for kind in kinds[1:] + kinds[:1]:  # so that another one is the first each time
            self._dispatch_and_look(kind)

    def _dispatch_and_look(self, kind: KindQueue) -> None:
        self._dispatch(kind)
        if kind.is_crowded:
            self._wake.set()  # go round again before long, and see how many have ended

    async def _deliver(self, kind: KindQueue, queue: OwnerQueue, event: Event) -> None:
        if not self._shares.is_certain or not self._shares.serves(queue.owner):
            self._take_back(kind, queue)
            return
        try:
            tried = await attempt(self._sender, kind.route, event, self._clock)
        except BaseException:
            kind.breaker.abandoned()
            raise
        finally:
            kind.in_flight -= 1
            kind.ended += 1
        if tried.delivered:
            kind.breaker.succeeded()
            kind.opens_at = 0.0
            self.delivered += 1
            self._note(event, "delivered", tried)
            self._gone(queue, event)
        else:
            if kind.breaker.failed():
                kind.opens_at = self._clock.monotonic() + OPEN_SECONDS
                _log.warning("%s: %s; nothing is sent for %.0f seconds", event.command, tried.reason, OPEN_SECONDS)
            self.failed += 1
            self._failed(queue, event, tried)
        self._wake.set()
        self._dispatch(kind)

    def _take_back(self, kind: KindQueue, queue: OwnerQueue) -> None:
        """Leave an event in the outbox that another process may have taken over before it was sent."""
        kind.breaker.abandoned()
        kind.in_flight -= 1
        self._queues.release(queue)
        self._queues.free(queue.owner)
        self._wake.set()

    def _gone(self, queue: OwnerQueue, event: Event) -> None:
        """Go on behind an event that is done with."""
        size = len(event.body or b"")  # of a discarded one unknown, and gone already
        following = self._queues.advance(queue)
        self._settlement.add(Ended(event.seq, queue.owner, None, following is None, size))
        if following is not None and following.command != event.command:
            self._wake.set()  # the cycle dispatches it: from here it would recurse through the kinds of events

    def _failed(self, queue: OwnerQueue, event: Event, tried: Attempt) -> None:
        attempts = event.attempts + 1
        delay = next_delay(self._settings.retries, attempts, tried.retry_after, self._random)
        if delay is None:
            self.dead += 1
            failure = Failure(event.seq, DEAD, attempts, 0, tried.reason)
            _log.error(
                "%s %s, operationID %s: given up after %s: %s",
                *(event.command, event.event_id, event.operation_id, count(attempts, "attempt"), tried.reason),
            )
        else:
            next_at = int((self._clock.now() + delay) * 1000)
            failure = Failure(event.seq, WAITING, attempts, next_at, tried.reason)
            _log.info(
                "%s %s, operationID %s: attempt %d failed, next in %.0f s: %s",
                *(event.command, event.event_id, event.operation_id, attempts, delay, tried.reason),
            )
        self._note(event, "dead" if delay is None else "retrying", tried)
        self._queues.release(queue)
        self._settlement.add(Ended(event.seq, queue.owner, failure, ran_empty=True))

    def _note(self, event: Event, verdict: str, tried: Attempt) -> None:
        metrics.delivery_done(self._routes.label(event.command), verdict)
        self._journal.note(
            command=event.command,
            owner=event.owner,
            operation_id=event.operation_id,
            event_id=event.event_id,
            verdict=verdict,
            reason=tried.reason,
            http_status=tried.status,
            duration_ms=round(tried.seconds * 1000),
            rule=tried.rule,
            request=event.body or b"",
            answer=tried.answer,
        )
