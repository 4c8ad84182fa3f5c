"""Timelines: messages get their numbers, once each, in the order of commits."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage import ROW_BYTES, Database, Row, Transaction
from amity.timeline import store
from amity.timeline.models import Draft, Ends, Message, Place, Stored

MOST_KEPT: Final = 200_000
"""Timelines whose numbers are kept in memory."""
Rows = Sequence[tuple[int, int, Draft]]
"""Messages, each with its timeline and number."""


class Timelines:
    """The messages of all conversations.

    A timeline's number never changes, so one that was read is kept. Everything else comes from the database.
    """

    def __init__(self, database: Database, clock: Clock = SYSTEM_CLOCK, most_kept: int = MOST_KEPT) -> None:
        self._database = database
        self._clock = clock
        self._most_kept = most_kept
        self._numbers: dict[Place, int] = {}

    async def append(self, tx: Transaction, drafts: Sequence[Draft]) -> list[Stored]:
        """Store messages in this order, and return the number of each in its timeline.

        One whose sender has stored a message of the same ``once`` in the last 24 hours, or at any time with the same
        ``created_at``, is a repeat: it is not stored, and its number is that of the first. The transaction must have
        locked the senders, or one message could be stored twice by two processes.
        """
        await tx.expect(len(drafts) + sum([len(draft.body) for draft in drafts]) // ROW_BYTES)
        now = self._clock.now_ms()
        found = await store.find(tx, drafts, now)

        async def insert(rows: Rows) -> None:
            await store.insert(tx, rows, now)

        return await self._append(tx, drafts, found, insert)

    async def bring(self, tx: Transaction, drafts: Sequence[Draft]) -> list[Stored]:
        """Store messages of another server's history in this order, as ``append`` does.

        A repeat is what has the ``once`` and nearly the ``created_at`` of a stored message, whenever that was stored.
        """
        found = await store.find_brought(tx, drafts)

        async def insert(rows: Rows) -> None:
            await store.insert_brought(tx, rows)

        return await self._append(tx, drafts, found, insert)

    async def _append(
        self,
        tx: Transaction,
        drafts: Sequence[Draft],
        found: Mapping[tuple[int, int], Row],
        insert: Callable[[Rows], Awaitable[None]],
    ) -> list[Stored]:
        first: dict[tuple[int, int], int] = {}
        new: list[tuple[int, Draft]] = []  # with its place in ``drafts``
        for index, draft in enumerate(drafts):
            if (draft.sender, draft.once) in found:
                continue
            if first.setdefault((draft.sender, draft.once), index) == index:
                new.append((index, draft))
        stored: dict[int, Stored] = {}
        if new:
            stored = await self._store(tx, new, insert)
        results = []
        for index, draft in enumerate(drafts):
            if (own := stored.get(index)) is not None:
                results.append(own)
            elif (earlier := first.get((draft.sender, draft.once))) is not None:
                results.append(stored[earlier]._replace(is_repeat=True))
            else:
                row = found[draft.sender, draft.once]
                results.append(Stored(row[1], row[2], row[3], is_repeat=True))
        return results

    async def repeated(self, draft: Draft) -> Stored | None:
        """Return the message that a draft repeats, or ``None`` if it is new."""
        found = await store.find(self._database, [draft], self._clock.now_ms())
        row = found.get((draft.sender, draft.once))
        return None if row is None else Stored(row[1], row[2], row[3], is_repeat=True)

    async def number(self, place: Place) -> int | None:
        """Return the number of a timeline, or ``None`` if nothing was stored in it yet."""
        known = self._numbers.get(place)
        if known is None:
            known = await store.number(self._database, place)
            if known is not None:
                self._keep({place: known})
        return known

    async def ends(self, timelines: Sequence[int]) -> dict[int, Ends]:
        """Return the ends of timelines, by their numbers."""
        return await store.ends(self._database, timelines)

    async def newest_of(self, timeline: int, low: int, high: int, most: int) -> list[Message]:
        """Return the newest ``most`` messages with numbers from ``low`` to ``high``, oldest first."""
        return await store.newest_of(self._database, timeline, low, high, most) if low <= high and most > 0 else []

    async def some(self, timeline: int, seqs: Sequence[int]) -> list[Message]:
        """Return those of the messages with these numbers that are there, oldest first."""
        return await store.some(self._database, timeline, seqs) if seqs else []

    async def last_of(self, timelines: Sequence[int]) -> dict[int, Message]:
        """Return the newest message of each timeline that has one."""
        return await store.last_of(self._database, timelines) if timelines else {}

    async def _store(
        self, tx: Transaction, new: Sequence[tuple[int, Draft]], insert: Callable[[Rows], Awaitable[None]]
    ) -> dict[int, Stored]:
        numbers = await self.open(tx, dict.fromkeys(draft.place for _, draft in new))
        counts: dict[int, tuple[int, int]] = {}
        placed: list[tuple[int, int, Draft]] = []
        for index, draft in new:
            timeline = numbers[draft.place]
            count, last_at = counts.get(timeline, (0, 0))
            counts[timeline] = (count + 1, max(last_at, draft.sent_at))
            placed.append((index, timeline, draft))
        taken = await store.take_numbers(tx, counts)
        stored: dict[int, Stored] = {}
        rows: list[tuple[int, int, Draft]] = []
        for index, timeline, draft in placed:
            seq = taken[timeline] = taken[timeline] + 1
            rows.append((timeline, seq, draft))
            stored[index] = Stored(timeline, seq, draft.sent_at, is_repeat=False)
        await insert(rows)
        return stored

    async def open(self, tx: Transaction, places: Iterable[Place]) -> dict[Place, int]:
        """Return the numbers of timelines, which are made if they are not there."""
        wanted = list(places)
        known = {place: number for place in wanted if (number := self._numbers.get(place)) is not None}
        if missing := [place for place in wanted if place not in known]:
            opened = await store.open_timelines(tx, missing)
            tx.after_commit(lambda: self._keep(opened))
            known |= opened
        return known

    def _keep(self, numbers: dict[Place, int]) -> None:
        if len(self._numbers) + len(numbers) > self._most_kept:
            # Dropping the oldest half is cheaper than tracking the order of use at each look-up.
            self._numbers = dict(list(self._numbers.items())[self._most_kept // 2 :])
        self._numbers.update(numbers)
