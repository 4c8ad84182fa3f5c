"""The transaction of messages: the messages with their numbers, the conversations of who takes part, what is read.

Many messages share one. Nothing of a message is stored without the rest of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import store as conversations
from amity.conversations.store import Member
from amity.storage import ROW_BYTES, Database, Transaction
from amity.storage.gathering import Gatherer
from amity.sync.lists import lock_lists
from amity.timeline.models import Draft, Stored
from amity.timeline.service import Timelines

_ROWS = 3
"""Rows of a message: the message, its timeline, the sender's conversation."""


class Outgoing(NamedTuple):
    """A message on its way into the database. ``receiver`` may be the sender."""

    draft: Draft
    receiver: int


class Writing:
    """Writes messages, gathered into few transactions."""

    def __init__(self, database: Database, timelines: Timelines, clock: Clock = SYSTEM_CLOCK) -> None:
        self._timelines = timelines
        self._clock = clock
        self._gatherer: Gatherer[Outgoing, Stored] = Gatherer(database, self._write, _rows, most=80)

    async def write(self, outgoing: Outgoing) -> Stored:
        """Store a message and return its number, once that is durable. Raises ``ImError``, ``DATABASE`` (90002)."""
        return await self._gatherer.write(outgoing)

    async def _write(self, batch: Sequence[Outgoing], tx: Transaction) -> list[Stored]:
        users = {user for each in batch for user in (each.draft.sender, each.receiver)}
        await lock_lists(tx, sorted(users))
        return await store_all(tx, self._timelines, batch)


async def store_all(tx: Transaction, timelines: Timelines, batch: Sequence[Outgoing]) -> list[Stored]:
    """Store messages of chats with all that belongs to them. The transaction has locked the lists of their users."""
    results = await timelines.append(tx, [each.draft for each in batch])
    new = [(each, stored) for each, stored in zip(batch, results, strict=True) if not stored.is_repeat]
    members = [
        Member(owner, stored.timeline, peer)
        for each, stored in new
        for owner, peer in ((each.draft.sender, each.receiver), (each.receiver, each.draft.sender))
    ]
    if members:
        there = await conversations.have(tx, members)
        if missing := [member for member in members if (member.owner, member.timeline) not in there]:
            await tx.expect(len(missing))
            await conversations.ensure(tx, missing)
    # Whoever writes has read all that was there before.
    read = {(each.draft.sender, stored.timeline): stored.seq for each, stored in new}
    for (owner, timeline), seq in read.items():
        await conversations.read_up_to(tx, owner, timeline, seq)
    return results


def _rows(outgoing: Outgoing) -> int:
    return _ROWS + len(outgoing.draft.body) // ROW_BYTES
