"""Push the numbered messages of each conversation in ascending order, whichever processes have accepted them.

Each process pushes what it has accepted, and tells the others. So of two messages that two processes accept at nearly
the same time, the later one may be known here first. It is held until the earlier one has come. If that does not come
soon, it is read from the database: numbers have no gaps there, and what has a smaller number was committed before.

States of a conversation, and what ends each:

- *unknown*: nothing was pushed here lately. A message comes, and what was sent just before it is read, as another
  process may be about to tell of it: *reading*. So is a conversation in which nothing was pushed for a while.
- *in order*: all up to ``last`` was pushed. The next number comes: *in order*. A larger one comes: *holding*.
- *holding*: larger numbers wait. The missing ones come: *in order*. ``HOLD_SECONDS`` elapse: *reading*.
- *reading*: what is missing is being read. It is read, or cannot be: what waits is pushed, *in order*.

A number that was passed over, as it could not be read or may not be, is pushed when it comes after all.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, NamedTuple

from amity.clock import monotonic
from amity.errors import ImError
from amity.storage.lookups import Lookups

MOST_KEPT: Final = 100_000
"""Conversations whose last number is kept."""
HOLD_SECONDS: Final = 0.01
HOLD_ASKED_SECONDS: Final = 2.0
"""How long a message is held if what is missing may wait for the answer of the app's business server elsewhere."""
MOST_READ: Final = 64
"""Messages before another one that are read."""
FRESH_SECONDS: Final = 2.0
"""How long after the last message of a conversation all that is missing counts as late. Later most of it was told to
other processes, as nobody was connected here whom it was for."""
MOST_READ_STALE: Final = 4
"""Messages that are read then: those that another process may just have accepted."""
_MOST_HELD: Final = 500
"""Messages of one conversation that are held."""

_log = logging.getLogger(__name__)

Send = Callable[[], object]
"""Pushes a message. Does not block, and raises nothing."""


class Position(NamedTuple):
    """Where a stored message is: the number of its timeline, and its own there. Ids of conversations do not serve: two
    pairs of users may have one."""

    timeline: int
    seq: int


class Gap(NamedTuple):
    """Numbers of a timeline that were not pushed here, both ends included."""

    timeline: int
    low: int
    high: int


class Missing(NamedTuple):
    """A message that was read: to whom it is pushed, and as what. ``is_new``: it was sent within the last seconds."""

    seq: int
    user_ids: Sequence[str] | frozenset[str]
    body: bytes
    is_new: bool = False


Read = Callable[[Sequence[Gap]], Awaitable[Sequence[Sequence[Missing]]]]
"""Returns what of each gap was sent lately, oldest first. Raises ``ImError`` if the database fails."""


class _Lane:
    __slots__ = ("at", "conversation_id", "held", "is_waiting", "last", "passed")

    def __init__(self, conversation_id: str, last: int) -> None:
        self.conversation_id = conversation_id
        self.last = last  # -1: unknown
        self.passed: set[int] | None = None  # smaller numbers that were not pushed
        self.at = 0.0  # when it was pushed, by the clock of durations
        self.held: dict[int, Send] = {}
        self.is_waiting = False


class Ascending:
    """The order of conversations. ``push`` pushes a message that was read: called with users, conversation and body.
    ``is_alone`` returns whether no other process can accept messages.

    Without ``reads`` what is missing is not read, as it may wait elsewhere for what the business server says of it.
    """

    def __init__(
        self,
        push: Callable[[Sequence[str] | frozenset[str], str, bytes], object],
        is_alone: Callable[[], bool] = lambda: False,
    ) -> None:
        self._push = push
        self._is_alone = is_alone
        self._lanes: dict[int, _Lane] = {}
        self._lookups: Lookups[Gap, Sequence[Missing]] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.reads = True

    def __len__(self) -> int:
        return len(self._lanes)

    def read_by(self, read: Read) -> None:
        """Have what is missing read by ``read``."""
        self._lookups = Lookups(read, most=16)

    def put(self, at: Position, conversation_id: str, send: Send) -> None:
        """Push a message when all before it were pushed, now if they were; not if it was pushed before. Never waits."""
        timeline, seq = at
        lane = self._lanes.pop(timeline, None)
        if lane is None:
            lane = self._opened(at, conversation_id)
        self._lanes[timeline] = lane  # behind those that were quiet for longer
        if seq == lane.last + 1 and not lane.held:
            lane.last = seq
            lane.at = monotonic()
            send()
        elif seq > lane.last:
            lane.held[seq] = send
            self._advance(lane)
            if len(lane.held) > _MOST_HELD:
                self._release(lane, max(lane.held))
            if lane.held and not lane.is_waiting:
                lane.is_waiting = True
                if self.reads and monotonic() - lane.at > FRESH_SECONDS:
                    self._begin(timeline, lane)
                else:
                    seconds = HOLD_SECONDS if self.reads else HOLD_ASKED_SECONDS
                    asyncio.get_running_loop().call_later(seconds, self._begin, timeline, lane)

        elif lane.passed and seq in lane.passed:
            lane.passed.remove(seq)
            send()

    def clear(self) -> None:
        """Push what is held, and forget all conversations."""
        lanes, self._lanes = self._lanes, {}
        for lane in lanes.values():
            if lane.held:
                self._release(lane, max(lane.held))

    async def stop(self) -> None:
        """Push what is held."""
        self.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _opened(self, at: Position, conversation_id: str) -> _Lane:
        if len(self._lanes) >= MOST_KEPT:
            # The older half, but for what holds something.
            kept = list(self._lanes.items())
            half = MOST_KEPT // 2
            self._lanes = {key: lane for at, (key, lane) in enumerate(kept) if at >= half or lane.held}
        is_known = at.seq == 1 or not self.reads or self._is_alone()
        lane = _Lane(conversation_id, at.seq - 1 if is_known else -1)
        if not self.reads and at.seq > 1:
            _pass_over(lane, max(1, at.seq - MOST_READ_STALE), at.seq)
        return lane

    def _advance(self, lane: _Lane) -> None:
        while (send := lane.held.pop(lane.last + 1, None)) is not None:
            lane.last += 1
            lane.at = monotonic()
            send()

    def _release(self, lane: _Lane, last: int) -> None:
        """Push all that is held up to a number, and go on behind it."""
        before = lane.last if lane.last >= 0 else last - MOST_READ_STALE
        for seq in sorted(seq for seq in lane.held if seq <= last):
            if seq > before + 1:
                _pass_over(lane, max(before + 1, seq - _MOST_HELD), seq)
            before = seq
            lane.held.pop(seq)()
        lane.last = max(lane.last, last)
        lane.at = monotonic()
        self._advance(lane)

    def _begin(self, timeline: int, lane: _Lane) -> None:
        """Fetch what is missing before the first message that is held."""
        if not lane.held:
            lane.is_waiting = False
            return
        first = min(lane.held)
        if not self.reads or self._lookups is None:
            self._end(timeline, lane, first)
            return
        most = MOST_READ if monotonic() - lane.at <= FRESH_SECONDS else MOST_READ_STALE
        gap = Gap(timeline, max(lane.last + 1, first - most, 1), first - 1)
        task = asyncio.create_task(self._fill(lane, gap, self._lookups), name="missing messages")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fill(self, lane: _Lane, gap: Gap, lookups: "Lookups[Gap, Sequence[Missing]]") -> None:
        try:
            found = await lookups.find(gap)
            if found and found[0].is_new and found[0].seq == gap.low > max(lane.last + 1, 1):
                # All of them are new: another process may just have accepted more.
                earlier = Gap(gap.timeline, max(lane.last + 1, gap.low - MOST_READ, 1), gap.low - 1)
                found = [*(await lookups.find(earlier)), *found]
            for each in found:
                if each.seq > lane.last:
                    send = partial(self._push, each.user_ids, lane.conversation_id, each.body)
                    lane.held.setdefault(each.seq, send)
        except ImError as error:
            _log.warning(
                "messages %d to %d of timeline %d could not be read: %s", gap.low, gap.high, gap.timeline, error.detail
            )
        except Exception:  # noqa: BLE001 - what waits is pushed all the same
            _log.exception("the missing messages of a conversation could not be read")
        self._end(gap.timeline, lane, gap.high + 1)

    def _end(self, timeline: int, lane: _Lane, first: int) -> None:
        lane.is_waiting = False
        self._release(lane, first)
        if lane.held and not lane.is_waiting:
            lane.is_waiting = True
            seconds = HOLD_SECONDS if self.reads else HOLD_ASKED_SECONDS
            asyncio.get_running_loop().call_later(seconds, self._begin, timeline, lane)


def _pass_over(lane: _Lane, low: int, end: int) -> None:
    """Note that numbers from ``low`` to below ``end`` were not pushed."""
    if lane.passed is None:
        lane.passed = set()
    lane.passed.update(range(low, end))
    if len(lane.passed) > _MOST_HELD:
        lane.passed = set(sorted(lane.passed)[-_MOST_HELD:])
