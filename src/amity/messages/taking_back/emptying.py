"""What is done to messages that are taken back, in the transaction that has locked their timeline."""

from collections.abc import Sequence

from amity.messages import forms
from amity.storage import Transaction
from amity.timeline import quotes, taking_back
from amity.timeline.models import Message
from amity.users.models import User
from amity.wire.proto.sdkws_pb2 import MsgData


async def revoke(
    tx: Transaction, timeline: int, message: Message, data: MsgData, revoker: User, role: int, now: int
) -> None:
    """Put in the place of a message, which is ``locked``, that it was revoked. ``role`` is the revoker's; ``now`` in
    milliseconds since 1970."""
    body = forms.revoked(data, message.seq, revoker.user_id, revoker.nickname, role, now)
    await taking_back.replace(tx, timeline, message.seq, body)
    await taking_back.hide(tx, timeline, taking_back.REVOKED, [message.seq])
    await quotes.mark(tx, quotes.names_of(timeline, message.seq, data))


async def empty(tx: Transaction, timeline: int, messages: Sequence[Message]) -> None:
    """Leave nothing of messages but their ids and times, and show them to nobody."""
    names: list[quotes.Name] = []
    bodies: dict[int, bytes] = {}
    for message in messages:
        data = MsgData.FromString(message.body)
        if not forms.is_deleted(data):
            bodies[message.seq] = forms.deleted(data)
            names += quotes.names_of(timeline, message.seq, data)
    await taking_back.replace_all(tx, timeline, bodies)
    await quotes.mark(tx, names)
    await taking_back.hide(tx, timeline, taking_back.EVERYBODY, [message.seq for message in messages])
