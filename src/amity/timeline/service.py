"""Timelines: messages get their numbers, once each, in the order of commits."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from amity.clock import SYSTEM_CLOCK, Clock
from amity.storage import ROW_BYTES, Database, Row, Transaction
from amity.timeline import purges, quotes, store, taking_back, texts
from amity.timeline.models import PART_MS, TALK, Draft, Ends, Form, Message, Place, Stored

MOST_KEPT: Final = 200_000
"""Timelines whose numbers are kept in memory."""
REPEATS_FOR: Final = 86_400
_MOST_LOOKED_AT: Final = 8_000
"""Bytes of a body beyond which its text takes no more time: it is cut."""
_BYTES_OF_A_ROW: Final = 512
"""Bytes of a body whose text takes as much time as a row."""
_PORTION: Final = 64
"""Messages whose texts are looked at between two statements."""
_NOTHING: Final = (0, 0)
Rows = Sequence[tuple[int, int, Draft]]
"""Messages, each with its timeline and number."""
TextOf = Callable[[bytes], tuple[int, str] | None]
"""Returns the content type and the folded text of a stored body, or ``None`` if it is not found by a text."""
Insert = Callable[[Transaction, Rows], Awaitable[None]]


class Timelines:
    """The messages of all conversations.

    A timeline's number never changes, so one that was read is kept. Everything else comes from the database.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock = SYSTEM_CLOCK,
        most_kept: int = MOST_KEPT,
        *,
        repeats_for: int = REPEATS_FOR,
        text_of: TextOf | None = None,
    ) -> None:
        """A message's repeat is recognised for ``repeats_for`` seconds at least. With ``text_of`` messages are found by
        their texts."""
        self._database = database
        self._clock = clock
        self._most_kept = most_kept
        self._parts = 1 + -(-repeats_for * 1000 // PART_MS)
        self._text_of = text_of
        self._numbers: dict[Place, int] = {}

    @property
    def index_rows(self) -> int:
        """How many rows the index of texts has of a message."""
        return 0 if self._text_of is None else 2

    async def append(self, tx: Transaction, drafts: Sequence[Draft]) -> list[Stored]:
        """Store messages in this order, and return the number of each in its timeline.

        One whose sender has stored a message of the same ``once`` in the last ``repeats_for`` seconds, or at any time
        with the same ``created_at``, is a repeat: it is not stored, and its number is that of the first. The
        transaction must have locked the senders, or one message could be stored twice by two processes.
        """
        return await self._append_once(tx, drafts, await self.repeats(tx, drafts), self._insert)

    async def bring(self, tx: Transaction, drafts: Sequence[Draft]) -> list[Stored]:
        """Store messages of another server's history in this order, as ``append`` does.

        A repeat is what has the ``once`` and nearly the ``created_at`` of a stored message, whenever that was stored.
        What was sent before the chat was cleared for everybody counts as one, with the number 0.
        """
        found = _stored(await store.find_brought(tx, drafts))
        if await purges.is_any_cleared(tx):
            found = await self._deleted(tx, drafts) | found
        return await self._append_once(tx, drafts, found, store.insert_brought)

    async def _deleted(self, tx: Transaction, drafts: Sequence[Draft]) -> dict[tuple[int, int], Stored]:
        numbers = await store.numbers_at(tx, list(dict.fromkeys([draft.place for draft in drafts])))
        until = await purges.cleared(tx, list(numbers.values()))
        return {
            draft.key: Stored(timeline, 0, draft.sent_at, is_repeat=True)
            for draft in drafts
            if (timeline := numbers.get(draft.place)) in until and draft.sent_at <= until[timeline]
        }

    async def repeats(self, reader: Database | Transaction, drafts: Sequence[Draft]) -> dict[tuple[int, int], Stored]:
        """Return the stored messages that drafts repeat, by the drafts' ``key``."""
        return _stored(await store.find(reader, drafts, self._clock.now_ms(), self._parts))

    async def append_new(self, tx: Transaction, drafts: Sequence[Draft]) -> list[Stored]:
        """Store messages of which none is a repeat in this order, and return the number of each in its timeline."""
        return await self._append(tx, drafts, self._insert)

    async def _append_once(
        self, tx: Transaction, drafts: Sequence[Draft], found: Mapping[tuple[int, int], Stored], insert: Insert
    ) -> list[Stored]:
        """Store those messages that are not there and do not repeat each other."""
        first: dict[tuple[int, int], Draft] = {}
        for draft in drafts:
            key = (draft.sender, draft.once)
            if key not in found:
                first.setdefault(key, draft)
        stored = await self._append(tx, list(first.values()), insert)
        if len(stored) == len(drafts):
            return stored
        there = {**found, **dict(zip(first, stored, strict=True))}
        results = []
        for draft in drafts:
            results.append(there[draft.key])
            if not results[-1].is_repeat:
                there[draft.key] = results[-1]._replace(is_repeat=True)
        return results

    async def _append(self, tx: Transaction, drafts: Sequence[Draft], insert: Insert) -> list[Stored]:
        if not drafts:
            return []
        await tx.expect(len(drafts) + sum([len(draft.body) for draft in drafts]) // ROW_BYTES)
        numbers = await self.open(tx, dict.fromkeys([draft.place for draft in drafts]))
        counts: dict[int, tuple[int, int]] = {}
        timelines = [numbers[draft.place] for draft in drafts]
        for timeline, draft in zip(timelines, drafts, strict=True):
            count, last_at = counts.get(timeline, _NOTHING)
            counts[timeline] = (count + 1, max(draft.sent_at, last_at))
        taken = await store.take_numbers(tx, counts)
        rows: list[tuple[int, int, Draft]] = []
        for timeline, draft in zip(timelines, drafts, strict=True):
            seq = taken[timeline] = taken[timeline] + 1
            rows.append((timeline, seq, draft))
        await insert(tx, rows)
        await quotes.add(tx, rows)
        await self.index_texts(tx, rows)
        return [Stored(timeline, seq, draft.sent_at, is_repeat=False) for timeline, seq, draft in rows]

    async def index_texts(self, tx: Transaction, rows: Rows) -> None:
        """Let messages that this transaction has stored be found by their texts, if texts are searched."""
        if self._text_of is None:
            return
        bodies = [((timeline, seq), draft.body) for timeline, seq, draft in rows if draft.place.form in TALK]
        sizes = [min(len(body), _MOST_LOOKED_AT) for _, body in bodies]
        await tx.expect(sum(sizes) // _BYTES_OF_A_ROW)
        done = 0
        # In portions: on PostgreSQL other tasks run between two statements, and only then.
        while done < len(bodies):
            end = done + texts.how_many(sizes[done : done + _PORTION])
            found = {key: text for key, body in bodies[done:end] if (text := self._text_of(body)) is not None}
            if found:
                numbers = await texts.numbers_of(tx, list(found))
                await texts.add(tx, [texts.Text(numbers[key], *text) for key, text in found.items()])
            done = end

    async def _insert(self, tx: Transaction, rows: Rows) -> None:
        await store.insert(tx, rows, self._clock.now_ms())

    async def repeated(self, draft: Draft) -> Stored | None:
        """Return the message that a draft repeats, or ``None`` if it is new."""
        return (await self.repeats(self._database, [draft])).get(draft.key)

    async def is_gone(self, stored: Stored) -> bool:
        """Return whether nobody is shown the content of a message any more."""
        oldest = (await store.ends(self._database, [stored.timeline]))[stored.timeline].oldest
        return stored.seq < oldest or bool(await taking_back.not_quoted(self._database, stored.timeline, [stored.seq]))

    async def known(self, reader: Database | Transaction, places: Iterable[Place]) -> dict[Place, int]:
        """Return the numbers of those of these timelines in which something is stored."""
        found = {}
        for place in places:
            number = self._numbers.get(place) or await store.number(reader, place)
            if number is not None:
                found[place] = number
        return found

    async def number(self, place: Place) -> int | None:
        """Return the number of a timeline, or ``None`` if nothing was stored in it yet."""
        known = self._numbers.get(place)
        if known is None:
            known = await store.number(self._database, place)
            if known is not None:
                self._keep({place: known})
        return known

    async def numbers_of(self, owner: int, places: Sequence[Place]) -> dict[Place, int]:
        """Return the numbers of those of a user's timelines that something was stored in."""
        found = {place: known for place in places if (known := self._numbers.get(place)) is not None}
        missing: dict[Form, list[int]] = {}
        for place in places:
            if place not in found:
                missing.setdefault(place.form, []).append(place.second if place.first == owner else place.first)
        for form, others in missing.items():
            read = await store.numbers_of(self._database, form, owner, others)
            self._keep(read)
            found |= read
        return found

    async def ends(self, timelines: Sequence[int]) -> dict[int, Ends]:
        """Return the ends of timelines, by their numbers."""
        return await store.ends(self._database, timelines)

    async def notices_of(self, user: int) -> list[tuple[str, int, int]]:
        """Return with whom a user has stored notifications, and of each the newest's number and time."""
        return await store.notices_of(self._database, user)

    async def newest_of(self, timeline: int, low: int, high: int, most: int) -> list[Message]:
        """Return the newest ``most`` messages with numbers from ``low`` to ``high``, oldest first."""
        return await store.newest_of(self._database, timeline, low, high, most) if low <= high and most > 0 else []

    async def some(self, timeline: int, seqs: Sequence[int]) -> list[Message]:
        """Return those of the messages with these numbers that are there, oldest first."""
        return await store.some(self._database, timeline, seqs) if seqs else []

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


def _stored(found: Mapping[tuple[int, int], Row]) -> dict[tuple[int, int], Stored]:
    return {key: Stored(row[1], row[2], row[3], is_repeat=True) for key, row in found.items()}
