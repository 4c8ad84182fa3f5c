"""Timelines: messages get their numbers, once each, in the order of commits."""

from collections.abc import Sequence
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage import ROW_BYTES, Database, Transaction
from amity.timeline import store
from amity.timeline.models import Draft, Ends, Message, Place, Stored

MOST_KEPT: Final = 200_000
"""Timelines whose numbers are kept in memory."""


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
        first: dict[tuple[int, int], int] = {}
        new: list[tuple[int, Draft]] = []  # with its place in ``drafts``
        for index, draft in enumerate(drafts):
            if (draft.sender, draft.once) in found:
                continue
            if first.setdefault((draft.sender, draft.once), index) == index:
                new.append((index, draft))
        stored: dict[int, Stored] = {}
        if new:
            stored = await self._store(tx, new, now)
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

    async def notices_of(self, user: int) -> list[tuple[str, int]]:
        """Return with whom a user has stored notifications, and the number of the newest of each."""
        return await store.notices_of(self._database, user)

    async def newest_of(self, timeline: int, low: int, high: int, most: int) -> list[Message]:
        """Return the newest ``most`` messages with numbers from ``low`` to ``high``, oldest first."""
        return await store.newest_of(self._database, timeline, low, high, most) if low <= high and most > 0 else []

    async def some(self, timeline: int, seqs: Sequence[int]) -> list[Message]:
        """Return those of the messages with these numbers that are there, oldest first."""
        return await store.some(self._database, timeline, seqs) if seqs else []

    async def last_of(self, timelines: Sequence[int]) -> dict[int, Message]:
        """Return the newest message of each timeline that has one."""
        return await store.last_of(self._database, timelines) if timelines else {}

    async def _store(self, tx: Transaction, new: Sequence[tuple[int, Draft]], now: int) -> dict[int, Stored]:
        numbers = {place: await self._open(tx, place) for place in dict.fromkeys(draft.place for _, draft in new)}
        tx.after_commit(lambda: self._keep(numbers))
        counts: dict[int, tuple[int, int]] = {}
        for _, draft in new:
            count, last_at = counts.get(numbers[draft.place], (0, 0))
            counts[numbers[draft.place]] = (count + 1, max(last_at, draft.sent_at))
        taken = await store.take_numbers(tx, counts)
        stored: dict[int, Stored] = {}
        rows: list[tuple[int, int, Draft]] = []
        for index, draft in new:
            timeline = numbers[draft.place]
            taken[timeline] += 1
            rows.append((timeline, taken[timeline], draft))
            stored[index] = Stored(timeline, taken[timeline], draft.sent_at, is_repeat=False)
        await store.insert(tx, rows, now)
        return stored

    async def _open(self, tx: Transaction, place: Place) -> int:
        known = self._numbers.get(place)
        return known if known is not None else await store.open_timeline(tx, place)

    def _keep(self, numbers: dict[Place, int]) -> None:
        if len(self._numbers) + len(numbers) > self._most_kept:
            # Dropping the oldest half is cheaper than tracking the order of use at each look-up.
            self._numbers = dict(list(self._numbers.items())[self._most_kept // 2 :])
        self._numbers.update(numbers)
