"""The SQL that restores what became of messages, and nothing else."""

from collections.abc import Sequence
from typing import NamedTuple

from amity.storage import Transaction
from amity.storage.over_rows import OverRows
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


_HIDE = OverRows(
    "insert into hidden_messages (timeline, owner_seq, seq) ROWS on conflict (timeline, owner_seq, seq) do nothing",
    *["integer"] * 3,
)
_ADD_PRIVATE = OverRows(
    "insert into private_messages (timeline, seq, sender_seq, burn_seconds, due_at)"
    " select column1, column2, column3, column4, column5 from (ROWS) as v"
    " where not exists (select 1 from hidden_messages where timeline = column1"
    f" and owner_seq = {EVERYBODY} and seq = column2)"
    " on conflict (timeline, seq) do update set due_at = excluded.due_at"
    " where private_messages.due_at = 0 and excluded.due_at > 0",
    *["integer"] * 5,
)
_NOTE_REROUTED = OverRows(
    "insert into rerouted_messages (timeline, seq, asked_seq) ROWS on conflict (timeline, seq) do nothing",
    *["integer"] * 3,
)


async def hide(tx: Transaction, hidden: Sequence[HiddenRow]) -> None:
    """Hide messages. What is hidden already stays so."""
    await _HIDE.fetch(tx, hidden)


async def add_private(tx: Transaction, private: Sequence[PrivateRow]) -> None:
    """Note messages as private, but for those that are removed already. A time that runs here stays as it is."""
    await _ADD_PRIVATE.fetch(tx, private)


async def note_rerouted(tx: Transaction, rerouted: Sequence[ReroutedRow]) -> None:
    """Note whom the senders of messages named."""
    await _NOTE_REROUTED.fetch(tx, rerouted)
