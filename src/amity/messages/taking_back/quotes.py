"""Quotes of messages that were taken back: they are shown without what was quoted.

Source: open-im-server 3.8 ``pkg/common/storage/controller/msg.go`` (``handleQuote``).
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from amity.conversations.positions import Position
from amity.messages.message import MsgData
from amity.storage import Database
from amity.timeline import quotes, taking_back
from amity.wire.notification import ContentType

_KEPT: Final = (
    "clientMsgID",
    "serverMsgID",
    "createTime",
    "sendTime",
    "sessionType",
    "sendID",
    "recvID",
    "groupID",
    "msgFrom",
    "senderPlatformID",
    "senderNickname",
    "senderFaceUrl",
    "seq",
    "isRead",
    "status",
)
_decoder = msgspec.json.Decoder(dict[str, Any])
_encode = msgspec.json.encode


async def mask_quotes(database: Database, position: Position, messages: Sequence[MsgData]) -> None:
    """Take out of messages of a conversation what they quote of messages that were taken back."""
    quoting = [(message, seq) for message in messages if (seq := quoted_seq(message)) > 0]
    if not quoting:
        return
    gone = await taking_back.not_quoted(database, position.timeline, [seq for _, seq in quoting])
    for message, seq in quoting:
        if seq in gone or seq < position.oldest:
            message.content = masked(message.content)


def quoted_seq(message: MsgData) -> int:
    """Return the number of the message that one quotes; 0 if it quotes none."""
    return quotes.number_in(quotes.quoted_in(message.content_type, message.content))


def masked(content: bytes) -> bytes:
    """Return the content of a quote without what it quotes."""
    members = _decoder.decode(content)
    quoted = {name: value for name, value in members["quoteMessage"].items() if name in _KEPT}
    members["quoteMessage"] = quoted | {"contentType": int(ContentType.MSG_REVOKE), "content": "{}"}
    return _encode(members)
