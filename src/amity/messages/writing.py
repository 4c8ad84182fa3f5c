"""The transaction of messages: the messages with their numbers, the conversations of who takes part, what is read.

Many messages share one. Nothing of a message is stored without the rest of it.
"""

from collections.abc import Sequence
from typing import NamedTuple

from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import store as conversations
from amity.conversations.store import Member
from amity.messages.statuses import Note, remember
from amity.storage import ROW_BYTES, Database, Transaction
from amity.storage.gathering import Gatherer
from amity.sync.lists import lock_lists
from amity.timeline.models import Draft, Form, Stored
from amity.timeline.service import Timelines

_ROWS = 4
"""Rows of a message: the message, its timeline, the sender's conversation, the note of a call."""
_ROWS_OF_BATCH = 7
"""Rows of a message to one of many: mostly their timeline and the receiver's conversation are new."""


class Outgoing(NamedTuple):
    """A message on its way into the database. ``receiver`` may be the sender.

    ``opens_senders``: the sender gets the conversation if it does not have it. ``note`` is of the call that sends.
    """

    draft: Draft
    receiver: int
    opens_senders: bool = True
    note: Note | None = None


class Writing:
    """Writes messages, gathered into few transactions."""

    def __init__(self, database: Database, timelines: Timelines, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._timelines = timelines
        self._clock = clock
        self._gatherer: Gatherer[Outgoing, Stored] = Gatherer(database, self._write, _rows, most=80)

    async def write(self, outgoing: Outgoing) -> Stored:
        """Store a message and return its number, once that is durable. Raises ``ImError``, ``DATABASE`` (90002)."""
        return await self._gatherer.write(outgoing)

    async def note(self, note: Note) -> None:
        """Store the note of a call whose message is not stored."""
        await self._database.write(lambda tx: remember(tx, [note], self._clock.now_ms()))

    async def _write(self, batch: Sequence[Outgoing], tx: Transaction) -> list[Stored]:
        users = {user for each in batch for user in (each.draft.sender, each.receiver)}
        await lock_lists(tx, sorted(users))
        results = await self._timelines.append(tx, [each.draft for each in batch])
        new = [(each, stored) for each, stored in zip(batch, results, strict=True) if not stored.is_repeat]
        members = [Member(owner, stored.timeline, peer) for each, stored in new for owner, peer in _parties(each)]
        if members:
            there = await conversations.have(tx, members)
            if missing := [member for member in members if (member.owner, member.timeline) not in there]:
                await tx.expect(len(missing))
                await conversations.ensure(tx, missing)
        # Whoever writes has read all that was there before.
        read = {(each.draft.sender, stored.timeline): stored.seq for each, stored in new if _has_senders_row(each)}
        for (owner, timeline), seq in read.items():
            await conversations.read_up_to(tx, owner, timeline, seq)
        unopened = [
            (Member(each.draft.sender, stored.timeline, each.receiver), stored.seq)
            for each, stored in new
            if not each.opens_senders and each.draft.sender != each.receiver and _has_senders_row(each)
        ]
        if unopened:
            await tx.expect(len(unopened))
            for member, seq in unopened:
                await conversations.read_unopened(tx, member, seq)
        if notes := {each.note for each in batch if each.note is not None}:
            await remember(tx, notes, self._clock.now_ms())
        return results


def _has_senders_row(outgoing: Outgoing) -> bool:
    """Return whether the sender of a message has its conversation: a notification account has none."""
    return outgoing.draft.place.form is not Form.ACCOUNT


def _parties(outgoing: Outgoing) -> Sequence[tuple[int, int]]:
    """Return who has the conversation of a message, each with the other user."""
    sender, receiver = outgoing.draft.sender, outgoing.receiver
    both = outgoing.opens_senders and _has_senders_row(outgoing)
    return ((sender, receiver), (receiver, sender)) if both else ((receiver, sender),)


def _rows(outgoing: Outgoing) -> int:
    return (_ROWS if outgoing.opens_senders else _ROWS_OF_BATCH) + len(outgoing.draft.body) // ROW_BYTES
