"""Put messages back with the numbers that they had.

A message that is there already stays where it is. One whose number is free gets it, and its timeline ends no earlier.
One whose number another message has follows after the timeline's last.
"""

from collections.abc import Sequence
from typing import NamedTuple

from amity.storage import ROW_BYTES, Transaction
from amity.timeline import quotes, store
from amity.timeline.models import Draft, Ends, Stored, part_of
from amity.timeline.service import Timelines


class Numbered(NamedTuple):
    """A message with the number that it had, and when it was accepted, in milliseconds since 1970."""

    draft: Draft
    seq: int
    accepted_at: int


async def restore(tx: Transaction, timelines: Timelines, messages: Sequence[Numbered]) -> list[Stored | None]:
    """Store messages, and return where each is. It is ``None`` for one whose sender and id are those of a message of
    another timeline. The transaction must have locked their senders."""
    await tx.expect(len(messages) + sum([len(each.draft.body) for each in messages]) // ROW_BYTES)
    numbers = await timelines.open(tx, dict.fromkeys(each.draft.place for each in messages))
    there = await store.find_brought(tx, [each.draft for each in messages])
    there |= await store.find_brought(tx, [_by_acceptance(each) for each in messages])
    found = {key: Stored(row[1], row[2], row[3], is_repeat=True) for key, row in there.items()}
    first: dict[tuple[int, int], Numbered] = {}
    for each in messages:
        if each.draft.key not in found:
            first.setdefault(each.draft.key, each)
    new = list(first.values())
    taken = await store.occupied(tx, [(numbers[each.draft.place], each.seq) for each in new])
    rows: list[tuple[int, int, Numbered]] = []
    after_the_last: list[Draft] = []
    ends: dict[int, Ends] = {}
    for each in new:
        timeline = numbers[each.draft.place]
        if (timeline, each.seq) in taken:
            after_the_last.append(each.draft)
            continue
        taken.add((timeline, each.seq))
        rows.append((timeline, each.seq, each))
        found[each.draft.key] = Stored(timeline, each.seq, each.draft.sent_at, is_repeat=False)
        _, newest, last_at = ends.get(timeline, Ends(0, 0, 0))
        ends[timeline] = Ends(0, max(newest, each.seq), max(last_at, each.draft.sent_at))
    await store.extend(tx, ends)
    await store.insert_brought(tx, [(timeline, seq, _by_acceptance(each)) for timeline, seq, each in rows])
    await quotes.add(tx, [(timeline, seq, each.draft) for timeline, seq, each in rows])
    await timelines.index_texts(tx, [(timeline, seq, each.draft) for timeline, seq, each in rows])
    await store.displace(tx, [(timeline, seq, each.draft, part_of(each.accepted_at)) for timeline, seq, each in rows])
    if after_the_last:
        brought = await timelines.bring(tx, after_the_last)
        found |= {draft.key: stored for draft, stored in zip(after_the_last, brought, strict=True)}
    return [
        stored if (stored := found[each.draft.key]).timeline == numbers[each.draft.place] else None for each in messages
    ]


def _by_acceptance(message: Numbered) -> Draft:
    return message.draft._replace(created_at=message.accepted_at)
