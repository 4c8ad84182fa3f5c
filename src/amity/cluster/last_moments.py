"""The last moments of a process that was killed: what it had committed, and had not told anybody of yet.

Before each commit a process tells another one whose clients will be told of it. If it is ended because its lease
expired, that other one has those clients connect again, and they fetch. It need not know what they miss. If both are
killed at nearly the same time, nobody knows whose clients these are: all are told to connect again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Final, NamedTuple

from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster import connections
from amity.cluster.exchange import Exchange, Told
from amity.cluster.keepers import keeper_of
from amity.cluster.processes import Processes
from amity.errors import ImError
from amity.storage import Database

SECONDS: Final = 2.0
"""How long before the last thing that was heard of a process its notes count: by then it had told what was older."""
MOST_NOTES: Final = 20_000
"""Notes that are kept of all other processes together."""
_KEPT_SECONDS: Final = 15.0
_TOGETHER_SECONDS: Final = 5.0
"""How long after its keeper a process may be ended whose last notes went to that: a lease before it is seen that the
keeper is gone, and what counts of notes."""
_TRIES: Final = 20
_PAUSE_SECONDS: Final = 0.3

_log = logging.getLogger(__name__)


class WillTell(Told):
    """The process that tells is about to commit what clients of these users, and of members of these groups, are told
    of: their numbers."""

    users: list[int]
    groups: list[int]


class Ended(Told):
    """A process was ended, as it did not renew its lease."""

    process: str


class FetchAgain(Told):
    """Clients of these users may have missed something."""

    users: list[str]


class _Note(NamedTuple):
    at: float
    users: list[int]
    groups: list[int]


class LastMoments:
    """Keeps what other processes are about to tell, and makes up for those that are ended.

    ``fetch_again`` is called with users whose clients here may have missed something, ``all_fetch_again`` if that may
    be anybody's here, ``was_ended`` once others have ended this process.
    """

    def __init__(
        self, database: Database, exchange: Exchange, processes: Processes, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._exchange = exchange
        self._processes = processes
        self._clock = clock
        self._notes: dict[str, deque[_Note]] = {}
        self._count = 0
        self._kept_among: frozenset[str] = frozenset()
        self._keeper = ""
        self._ended_at: dict[str, float] = {}  # of those that were ended lately
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self.fetch_again: Callable[[Collection[str]], None] = lambda _: None
        exchange.on(WillTell, self._note)
        self.all_fetch_again: Callable[[], object] = lambda: None
        self.was_ended: Callable[[], object] = lambda: None
        exchange.on(Ended, lambda told, _: self._other_ended(told.process))
        exchange.on(FetchAgain, lambda told, _: self.fetch_again(told.users))

    def touched(self, users: Collection[int], groups: Collection[int]) -> None:
        """Tell another process whose clients are told of a transaction, before it commits. Never waits."""
        if others := self._processes.others:
            if others is not self._kept_among:
                self._kept_among, self._keeper = others, keeper_of(self._processes.name, others)
            self._exchange.tell(self._keeper, WillTell(list(users), list(groups)))

    def ended(self, process: str) -> None:
        """Tell all that this process has ended another one."""
        self._exchange.tell_all(Ended(process))
        self._make_up_for(process)

    async def stop(self) -> None:
        """Give up what is under way."""
        self._stop.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _note(self, told: WillTell, process: str) -> None:
        now = self._clock.monotonic()
        notes = self._notes.setdefault(process, deque())
        notes.append(_Note(now, told.users, told.groups))
        self._count += 1
        while notes[0].at < now - SECONDS:
            notes.popleft()
            self._count -= 1
        if self._count > MOST_NOTES:
            self._drop(now)

    def _drop(self, now: float) -> None:
        """Drop the notes of processes that were not heard of for long, and the older half of what is left."""
        for process in [process for process, notes in self._notes.items() if notes[-1].at < now - _KEPT_SECONDS]:
            del self._notes[process]
        for notes in self._notes.values():
            for _ in range(len(notes) // 2):
                notes.popleft()
        self._count = sum(map(len, self._notes.values()))

    def _other_ended(self, process: str) -> None:
        if process == self._processes.name:
            self.was_ended()
        else:
            self._make_up_for(process)

    def _make_up_for(self, process: str) -> None:
        if self._is_ended_with_its_keeper(process):
            _log.warning("process %s was ended together with the one that kept its notes: all clients fetch", process)
            self.all_fetch_again()
        notes = self._notes.pop(process, None)
        if not notes:
            return
        self._count -= len(notes)
        users = {user for note in notes for user in note.users}
        groups = {group for note in notes for group in note.groups}
        task = asyncio.create_task(self._have_fetched(sorted(users), sorted(groups)), name="last moments")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _is_ended_with_its_keeper(self, process: str) -> bool:
        """Return whether this process was ended at nearly the same time as its keeper, or one whose notes it kept."""
        now = self._clock.monotonic()
        self._ended_at = {each: at for each, at in self._ended_at.items() if at > now - _TOGETHER_SECONDS}
        joined_at = self._processes.joined_at.get(process, float("-inf"))
        # One that had ended before this process joined was never its keeper.
        lately = {each for each, at in self._ended_at.items() if each != process and at > joined_at}
        everybody = {self._processes.name, process, *self._processes.others, *lately}
        self._ended_at[process] = now
        return any(
            keeper_of(process, everybody - {process}) == other or keeper_of(other, everybody - {other}) == process
            for other in lately
        )

    async def _have_fetched(self, users: list[int], groups: list[int]) -> None:
        for _ in range(_TRIES):
            try:
                found = await connections.of_numbers(self._database, users, groups)
                break
            except ImError:
                await self._clock.wait(self._stop, _PAUSE_SECONDS)
        else:
            _log.warning("clients that may have missed what an ended process told could not be found")
            return
        by_process = _by_process(found)
        _log.info("clients of %d users fetch what an ended process may not have told", len(found))
        for process, told in by_process.items():
            if process == self._processes.name:
                self.fetch_again(told)
            else:
                self._exchange.tell(process, FetchAgain(told))


def _by_process(found: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    by_process: dict[str, list[str]] = {}
    for user_id, process in found:
        by_process.setdefault(process, []).append(user_id)
    return by_process
