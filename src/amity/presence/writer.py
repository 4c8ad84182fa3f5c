"""Report to the business server who comes online, goes offline and is kicked: never lost, in order, once.

The table ``online`` holds what was reported, and is written in the transaction of the event. If the server is killed,
the rows left in the table are the users who must still be reported offline. On SQLite, where there is a single process,
the next start reports them. On PostgreSQL a process does that finds the lease of another expired.

One task writes changes, many in each transaction. No connection waits for it.

States of a process in the database (``cluster/members.py``), and what ends each:

- *running*: it renews its lease and writes batches. It stops, or another process finds its lease expired: *ended*. In
  the second case it joins again under a new name, with all its users.
- *ended*: it writes no more. A process that finds it reports the users that it left online, and deletes their rows.
  None is left: *forgotten*.
- *forgotten*: its row is deleted.
"""

import asyncio
import logging
from collections.abc import Sequence

from amity.callbacks.telling.outbox import Outbox
from amity.clock import Clock
from amity.cluster import members
from amity.errors import ImError
from amity.presence import store
from amity.presence.changes import Change, Changes, Kind
from amity.storage import Database, Transaction
from amity.storage.outages import Outages
from amity.sync.lists import lock_lists
from amity.users.directory import Directory
from amity.wire.events.event import AfterEvent
from amity.wire.events.presence import AfterUserKickOff, AfterUserOffline, AfterUserOnline
from amity.wire.platforms import platform_name

LEASE_SECONDS = 10.0
"""Seconds since its last renewal for which a process that shares the database counts as running."""
RENEW_SECONDS = 3.0
_BATCH = 500
_PAUSE = 1.0  # seconds to wait if the database fails
_LONG = 3600.0

_log = logging.getLogger(__name__)


class _EndedError(Exception):
    """Other processes have ended this one, and reported its users offline."""


class Writer:
    """Writes changes from ``start`` to ``stop``. Call ``wake`` when there are some."""

    def __init__(
        self, database: Database, directory: Directory, outbox: Outbox, changes: Changes, clock: Clock
    ) -> None:
        self._database = database
        self._directory = directory
        self._outbox = outbox
        self._changes = changes
        self._clock = clock
        self._shared = not database.exclusive
        self._has_changes = asyncio.Event()
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._process = ""
        self._batch: list[Change] = []
        self._number = 0
        self._renewed_at = float("-inf")
        self._alive_since = float("-inf")
        self._may_have_ended = False
        self._seen: dict[tuple[str, int], float] = {}  # leases of other processes, and since when each is unchanged

    def wake(self) -> None:
        """Announce that there are changes."""
        self._has_changes.set()

    async def start(self) -> None:
        """Start to write. On SQLite, first report the users whom earlier processes left online. Raises ``ImError``."""
        self._stop.clear()
        if not self._shared:
            await members.end_all(self._database)
            while await self._take_over():
                pass
        self._may_have_ended = self._shared  # there may be some whose users nobody has reported
        await self._join()
        self._task = asyncio.create_task(self._run(), name="presence")

    async def stop(self) -> None:
        """Write the remaining changes and report everybody offline. If the database fails, the next start reports
        them."""
        if self._task is None:
            return
        self._stop.set()
        self._has_changes.set()
        await self._task
        self._task = None
        try:
            while await self._write():
                pass
            await members.end(self._database, self._process)
            while await self._take_over():
                pass
        except ImError as error:
            _log.warning("presence: the remaining events are told at the next start: %s", error.detail)

    async def _run(self) -> None:
        outages = Outages(
            _log,
            "presence: changes could not be written, will try again",
            "presence: unexpected error while changes were written, will try again",
        )
        while not self._stop.is_set():
            self._has_changes.clear()
            more = await outages.survive(self._cycle)
            if more is None:
                await self._clock.wait(self._stop, _PAUSE)
            elif not more:
                await self._clock.wait(self._has_changes, RENEW_SECONDS if self._shared else _LONG)

    async def _cycle(self) -> bool:
        """Run one round; return whether there is more to do at once. A round is short, so that the lease is renewed in
        time."""
        more = False
        if self._shared:
            await self._renew()
            if self._may_have_ended:
                more = self._may_have_ended = await self._take_over()
        return await self._write() or more

    # Changes

    async def _write(self) -> bool:
        """Write up to a batch of the waiting changes; return whether there may be more."""
        if not self._batch:
            self._batch = self._changes.take(_BATCH)
            self._number += 1
        if not self._batch:
            return False
        try:
            await self._store(self._batch, self._number)
        except _EndedError:
            await self._start_over()
        else:
            self._batch = []
        return True

    async def _store(self, batch: Sequence[Change], number: int) -> None:
        user_ids = list({change.user_id for change in batch})
        numbers = await self._directory.numbers_of_all(user_ids)

        async def work(tx: Transaction) -> None:
            begun = await store.begin(tx, self._process, number)
            if begun is None:
                raise _EndedError
            if not begun:
                return
            await lock_lists(tx, list(numbers.values()))
            here, elsewhere = await store.places(tx, self._process, user_ids)
            before = set(here)
            arrived: dict[tuple[str, int], Change] = {}
            for change in batch:
                place = change.place
                if change.kind is Kind.KICKED:
                    await self._record(tx, change)
                    continue
                comes = change.kind is Kind.ONLINE
                if comes == (place in here):
                    continue
                if comes:
                    here.add(place)
                    arrived[place] = change
                else:
                    here.discard(place)
                    arrived.pop(place, None)
                if place not in elsewhere:
                    await self._record(tx, change)
            await store.delete(tx, self._process, sorted(before - here))
            await store.put(tx, self._process, list(arrived.values()))

        await self._database.write(work, rows=2 * len(batch) + 1)

    async def _record(self, tx: Transaction, change: Change) -> None:
        await self._outbox.record(tx, event_of(change), change.operation_id)

    async def _start_over(self) -> None:
        """Join again under a new name: other processes undo what this one wrote."""
        _log.warning("presence: another process has ended this one; its users are reported online again")
        self._changes.start_over(self._batch)
        self._batch = []
        await self._join()

    # Processes

    async def _join(self) -> None:
        process = members.new_name()
        await members.join(self._database, process, int(LEASE_SECONDS * 1000))
        self._process, self._number = process, 0
        self._renewed_at = self._alive_since = self._clock.monotonic()

    async def _renew(self) -> None:
        """Renew the lease if it is due, and end processes whose lease has expired."""
        now = self._clock.monotonic()
        since = now - self._renewed_at
        if since < RENEW_SECONDS:
            return
        if not await members.renew(self._database, self._process, int(LEASE_SECONDS * 1000)):
            await self._start_over()
            return
        self._renewed_at = now
        if since > 2 * RENEW_SECONDS:
            # The database was unavailable, for other processes too: give them a full lease to renew theirs.
            self._alive_since = now
        if now - self._alive_since >= LEASE_SECONDS:
            await members.end_expired(self._database, await self._stale(now))
        self._may_have_ended = True

    async def _stale(self, now: float) -> list[tuple[str, int]]:
        """Return the leases, by process and end, that nobody has renewed for ``LEASE_SECONDS``.

        The database's clock alone does not suffice: if it is set back, leases last longer by as much.
        """
        leases = await members.leases(self._database)
        self._seen = {lease: self._seen.get(lease, now) for lease in leases if lease[0] != self._process}
        return [lease for lease, since in self._seen.items() if now - max(since, self._alive_since) >= LEASE_SECONDS]

    async def _take_over(self) -> bool:
        """Report up to a batch of the users whom ended processes left online; return whether there may be more."""
        for process in await members.ended(self._database):
            if user_ids := await store.left_users(self._database, process, _BATCH):
                await self._record_left(process, user_ids)
                return True
            await members.forget(self._database, process)
        return False

    async def _record_left(self, process: str, user_ids: Sequence[str]) -> None:
        numbers = await self._directory.numbers_of_all(user_ids)
        # Before whatever is not written yet: a user who has come back here gets an event with a larger number.
        before = self._batch[0].seq if self._batch else self._changes.oldest()

        async def work(tx: Transaction) -> None:
            await lock_lists(tx, list(numbers.values()))
            left = await store.take_left(tx, process, user_ids)
            _, elsewhere = await store.places(tx, process, user_ids)
            for each in left:
                if (each.user_id, each.platform_id) not in elsewhere:
                    seq = max(before - 1, each.seq + 1)
                    change = Change(
                        Kind.OFFLINE, each.user_id, each.platform_id, each.conn_id, each.operation_id, False, seq
                    )
                    await self._record(tx, change)

        await self._database.write(work, rows=2 * len(user_ids))


def event_of(change: Change) -> AfterEvent:
    """Return the event that reports a change to the business server."""
    platform = platform_name(change.platform_id)
    match change.kind:
        case Kind.ONLINE:
            return AfterUserOnline(
                operation_id=change.operation_id,
                platform_id=change.platform_id,
                platform=platform,
                user_id=change.user_id,
                seq=change.seq,
                is_app_background=change.in_background,
                conn_id=change.conn_id,
            )
        case Kind.OFFLINE:
            return AfterUserOffline(
                operation_id=change.operation_id,
                platform_id=change.platform_id,
                platform=platform,
                user_id=change.user_id,
                seq=change.seq,
                conn_id=change.conn_id,
            )
        case Kind.KICKED:
            return AfterUserKickOff(
                operation_id=change.operation_id,
                platform_id=change.platform_id,
                platform=platform,
                user_id=change.user_id,
                seq=change.seq,
            )
