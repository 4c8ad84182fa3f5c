"""Put messages back with the numbers that they had, and let timelines begin and end where they did.

A message that is there already stays where it is. One whose number is free gets it, and its timeline ends no earlier.
One whose number another message has follows after the timeline's last. So does one whose number stands, in a timeline
that has its numbers from this server, before what anybody may see.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from amity.storage import ROW_BYTES, Row, Transaction
from amity.timeline import purges, quotes, restored_store, store, taking_back
from amity.timeline.models import Draft, Ends, Stored, part_of
from amity.timeline.service import Timelines


class Numbered(NamedTuple):
    """A message with the number that it had, and when it was accepted, in milliseconds since 1970."""

    draft: Draft
    seq: int
    accepted_at: int

    @property
    def name(self) -> store.Name:
        """By what it is found, as it is stored."""
        return store.Name(part_of(self.accepted_at), self.draft.once, self.draft.sender)

    @property
    def claimed(self) -> store.Name:
        """By what it is found, as its client named it."""
        return store.Name(part_of(self.draft.created_at), self.draft.once, self.draft.sender)


class Bounds(NamedTuple):
    """The ends of a timeline, and the last number up to which all came from another server; 0 if none did."""

    ends: Ends
    restored: int

    @property
    def is_restored(self) -> bool:
        """Whether all numbers came from another server, as those of a timeline without any did."""
        return self.ends.newest <= self.restored


async def restore(tx: Transaction, timelines: Timelines, messages: Sequence[Numbered], now: int) -> list[Stored | None]:
    """Store messages, and return where each is; ``None`` for one whose name is that of another message, which is not
    stored. The transaction must have locked their senders. ``now`` in milliseconds since 1970."""
    await tx.expect(len(messages) + sum([len(each.draft.body) for each in messages]) // ROW_BYTES)
    numbers = await timelines.open(tx, dict.fromkeys(each.draft.place for each in messages))
    there = await lock(tx, set(numbers.values()))
    placed = await _placed(tx, [(numbers[each.draft.place], each) for each in messages])
    new = [(own, each) for own, each in zip(placed, messages, strict=True) if own is not None and not own.is_repeat]
    rows = await _numbered(tx, there, new)
    number = {each.name: seq for _, seq, each in rows}
    await store.insert_brought(tx, [(own.timeline, seq, _by_acceptance(each)) for own, seq, each in rows])
    stored = [(own.timeline, seq, each.draft) for own, seq, each in rows]
    await quotes.add(tx, stored)
    await timelines.index_texts(tx, stored)
    await store.displace(tx, [(own.timeline, seq, each.draft, part_of(each.accepted_at)) for own, seq, each in rows])
    # Nobody sees these: they were taken back here since they came the first time.
    for timeline in sorted({own.timeline for own, seq, _ in rows if seq < there[own.timeline].ends.oldest}):
        await purges.plan(tx, timeline, now)
    return [
        own if own is None or own.is_repeat else own._replace(seq=number[each.name])
        for own, each in zip(placed, messages, strict=True)
    ]


async def bound(tx: Transaction, ends_of: Mapping[int, Ends], now: int) -> dict[int, Bounds]:
    """Let timelines begin and end where these ends are, and return what they have then.

    That is about numbers that came from another server. No message that was sent here is hidden, and none is counted
    that never was. ``now`` in milliseconds since 1970.
    """
    there = await lock(tx, set(ends_of))
    longer = {timeline: each for timeline, each in ends_of.items() if there[timeline].is_restored}
    await store.extend(tx, longer)
    await restored_store.note(tx, {timeline: each.newest for timeline, each in longer.items() if each.newest})
    for timeline, (before, restored) in there.items():
        given = ends_of[timeline]
        last = max(restored, given.newest) if timeline in longer else restored
        oldest = min(given.oldest, last + 1)
        if oldest > before.oldest:
            await tx.expect(2)
            await taking_back.raise_oldest(tx, timeline, oldest)
            await purges.plan(tx, timeline, now)
    return await lock(tx, set(ends_of))


async def lock(tx: Transaction, timelines: Collection[int]) -> dict[int, Bounds]:
    """Lock timelines, so that nothing is stored in them until the end of the transaction, and return their ends."""
    await store.lock(tx, sorted(timelines))
    restored = await restored_store.last_of(tx, sorted(timelines))
    ends = await store.ends(tx, sorted(timelines))
    return {timeline: Bounds(each, restored.get(timeline, 0)) for timeline, each in sorted(ends.items())}


async def _placed(tx: Transaction, messages: Sequence[tuple[int, Numbered]]) -> list[Stored | None]:
    """Return of messages, each with its timeline, where they are; of a new one where it is to be; ``None`` where
    another message has the name."""
    named = await store.find_named(tx, list(dict.fromkeys(name for _, each in messages for name in _names_of(each))))
    # A request names a message once, so a name that comes again is that of another one.
    used: set[store.Name] = set()
    placed: list[Stored | None] = []
    for timeline, each in messages:
        found = [row for name in _names_of(each) for row in named.get(name, ())]
        if any(_is_same(row, timeline, each) for row in found):
            row = min((row for row in found if _is_same(row, timeline, each)), key=lambda row: row[2] != each.seq)
            placed.append(Stored(row[1], row[2], row[3], is_repeat=True))
        elif found or not used.isdisjoint(_beside(each.name)):
            placed.append(None)
        else:
            used.add(each.name)
            placed.append(Stored(timeline, each.seq, each.draft.sent_at, is_repeat=False))
    return placed


async def _numbered(
    tx: Transaction, there: Mapping[int, Bounds], new: Sequence[tuple[Stored, Numbered]]
) -> list[tuple[Stored, int, Numbered]]:
    """Return new messages, each with the number that it gets, which its timeline counts."""
    taken = await store.occupied(tx, [(own.timeline, own.seq) for own, _ in new])
    rows: list[tuple[Stored, int, Numbered]] = []
    after_the_last: list[tuple[Stored, Numbered]] = []
    ends: dict[int, Ends] = {}
    for own, each in new:
        timeline, seq = own.timeline, own.seq
        before = there[timeline]
        if (timeline, seq) in taken or before.restored < seq < before.ends.oldest:
            after_the_last.append((own, each))
            continue
        taken.add((timeline, seq))
        rows.append((own, seq, each))
        _, newest, last_at = ends.get(timeline, Ends(0, 0, 0))
        ends[timeline] = Ends(0, max(newest, seq), max(last_at, own.sent_at))
    await store.extend(tx, ends)
    await restored_store.note(
        tx, {timeline: each.newest for timeline, each in ends.items() if there[timeline].is_restored}
    )
    counts: dict[int, tuple[int, int]] = {}
    for own, _ in after_the_last:
        count, last_at = counts.get(own.timeline, (0, 0))
        counts[own.timeline] = (count + 1, max(last_at, own.sent_at))
    last = await store.take_numbers(tx, counts)
    for own, each in after_the_last:
        last[own.timeline] += 1
        rows.append((own, last[own.timeline], each))
    return rows


def _names_of(message: Numbered) -> tuple[store.Name, ...]:
    return message.name, message.claimed


def _beside(name: store.Name) -> list[store.Name]:
    return [name._replace(part=name.part + step) for step in (-1, 0, 1)]


def _is_same(row: Row, timeline: int, message: Numbered) -> bool:
    """Return whether a message that has the name of another one is that message."""
    return bool(row[1] == timeline and row[3] == message.draft.sent_at)


def _by_acceptance(message: Numbered) -> Draft:
    return message.draft._replace(created_at=message.accepted_at)
