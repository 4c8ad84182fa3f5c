"""The SQL that restores what became of messages, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.storage import Transaction
from amity.storage.values import SIZES, parts, values
from amity.timeline.taking_back import EVERYBODY


class HiddenRow(NamedTuple):
    """A message that a user is not shown; the owner may be ``EVERYBODY`` or ``REVOKED``."""

    timeline: int
    owner: int
    seq: int


class PrivateRow(NamedTuple):
    """A message that is removed at ``due_at``, or ``burn_seconds`` after it is read where that is 0."""

    timeline: int
    seq: int
    sender: int
    burn_seconds: int
    due_at: int


class ReroutedRow(NamedTuple):
    """Whom the sender of a message named, which was sent to somebody else."""

    timeline: int
    seq: int
    asked: int


_HIDE = {
    rows: (
        "insert into hidden_messages (timeline, owner_seq, seq)"
        f" select column1, column2, column3 from ({values(rows, 3, 'integer')}) as v where true"
        " on conflict (timeline, owner_seq, seq) do nothing"
    )
    for rows in SIZES
}
_ADD_PRIVATE = {
    rows: (
        "insert into private_messages (timeline, seq, sender_seq, burn_seconds, due_at)"
        f" select column1, column2, column3, column4, column5 from ({values(rows, 5, 'integer')}) as v"
        " where not exists (select 1 from hidden_messages where timeline = column1"
        f" and owner_seq = {EVERYBODY} and seq = column2)"
        " on conflict (timeline, seq) do update set due_at = excluded.due_at"
        " where private_messages.due_at = 0 and excluded.due_at > 0"
    )
    for rows in SIZES
}
_NOTE_REROUTED = {
    rows: (
        "insert into rerouted_messages (timeline, seq, asked_seq)"
        f" select column1, column2, column3 from ({values(rows, 3, 'integer')}) as v where true"
        " on conflict (timeline, seq) do nothing"
    )
    for rows in SIZES
}


async def hide(tx: Transaction, hidden: Sequence[HiddenRow]) -> None:
    """Hide messages. What is hidden already stays so."""
    for part, size in parts(hidden):
        await tx.fetch(_HIDE[size], *[value for row in part for value in row])


async def add_private(tx: Transaction, private: Sequence[PrivateRow]) -> None:
    """Note messages as private, but for those that are removed already. A time that runs here stays as it is."""
    for part, size in parts(private):
        await tx.fetch(_ADD_PRIVATE[size], *[value for row in part for value in row])


async def note_rerouted(tx: Transaction, rerouted: Sequence[ReroutedRow]) -> None:
    """Note whom the senders of messages named."""
    for part, size in parts(rerouted):
        await tx.fetch(_NOTE_REROUTED[size], *[value for row in part for value in row])
