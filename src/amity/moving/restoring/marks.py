"""Restore what became of messages: who is not shown them, when they are removed, whom their senders named.

What this server has noted of a message stays. So a repeated restore shows nobody what was deleted here meanwhile.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from amity.errors import Code, ImError
from amity.moving.models import MessageMarks, MessageRecord
from amity.moving.restoring import marks_store
from amity.moving.restoring.marks_store import HiddenRow, PrivateRow, ReroutedRow
from amity.storage import Transaction
from amity.timeline import quotes, taking_back
from amity.timeline.models import Stored
from amity.wire.proto.sdkws_pb2 import MsgData

Marked = tuple[MessageMarks, Stored, bytes, int]
"""What became of a message, where it is stored, its body in the record, and its sender's number."""


def require_marks(record: MessageRecord, field: str) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), if a record says of its message what cannot have become of it."""
    if record.marks is None:
        return
    for user in () if record.group_id else record.marks.hidden_from:
        if not user or user not in (record.user_id1, record.user_id2):
            raise ImError(Code.ARGS, f"{field}.marks.hiddenFrom: is neither userID1 nor userID2: {user[:140]}")
    if record.marks.burn_seconds < 0:
        raise ImError(Code.ARGS, f"{field}.marks.burnSeconds: is at least 0, not {record.marks.burn_seconds}")


async def put_marks(tx: Transaction, marked: Sequence[Marked], numbers: Mapping[str, int]) -> None:
    """Note what became of stored messages. ``numbers`` has that of each user who exists."""
    await _replace_gone(tx, marked)
    hidden: list[HiddenRow] = []
    private: list[PrivateRow] = []
    rerouted: list[ReroutedRow] = []
    names: list[quotes.Name] = []
    for marks, stored, body, sender in marked:
        timeline, seq = stored.timeline, stored.seq
        owners = [numbers[user] for user in marks.hidden_from if user in numbers]
        owners += [taking_back.EVERYBODY] if marks.is_hidden else []
        owners += [taking_back.REVOKED] if marks.is_revoked else []
        hidden += [HiddenRow(timeline, owner, seq) for owner in owners]
        if marks.is_hidden or marks.is_revoked:
            names += quotes.names_of(timeline, seq, MsgData.FromString(body))
        if marks.burn_seconds:
            private.append(PrivateRow(timeline, seq, sender, marks.burn_seconds, marks.burn_at))
        if asked := numbers.get(marks.asked_id):
            rerouted.append(ReroutedRow(timeline, seq, asked))
    await tx.expect(len(hidden) + len(private) + len(rerouted) + len(names))
    await marks_store.hide(tx, hidden)
    await quotes.mark(tx, names)
    await marks_store.add_private(tx, private)
    await marks_store.note_rerouted(tx, rerouted)


async def _replace_gone(tx: Transaction, marked: Sequence[Marked]) -> None:
    """Remove the content of messages that were here before and have been revoked, or deleted for everybody, on the
    other server since: the body in the record is without it."""
    bodies: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
    for marks, stored, body, _ in marked:
        if stored.is_repeat and (marks.is_hidden or marks.is_revoked):
            bodies[stored.timeline][stored.seq] = body
    await tx.expect(sum(map(len, bodies.values())))
    for timeline, of in bodies.items():
        done = await taking_back.not_quoted(tx, timeline, list(of))
        for seq in of.keys() - done:
            await taking_back.replace(tx, timeline, seq, of[seq])
