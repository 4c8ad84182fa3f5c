"""Quotes of messages that were taken back: they are shown without what was quoted.

Source: open-im-server 3.8 ``pkg/common/storage/controller/msg.go`` (``handleQuote``).
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import msgspec

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


class MayQuote(Protocol):
    """A message that may quote another one."""

    content: bytes

    @property
    def content_type(self) -> int: ...


async def mask_quotes(database: Database, timeline: int, oldest: int, messages: Sequence[MayQuote]) -> None:
    """Take out of messages of a timeline what they quote of messages that were taken back, or are before its
    oldest."""
    quoting = [
        (message, names)
        for message in messages
        if message.content_type in quotes.QUOTING and (names := quotes.names_in(message.content_type, message.content))
    ]
    if not quoting:
        return
    asked = list({name for _, names in quoting for name in names})
    gone = await quotes.withdrawn(database, timeline, asked)
    if numbers := [name for name in asked if name > 0]:
        gone |= await taking_back.not_quoted(database, timeline, numbers)
    for message, names in quoting:
        if any(name in gone or 0 < name < oldest for name in names):
            message.content = masked(message.content)


def masked(content: bytes) -> bytes:
    """Return the content of a quote without what it quotes."""
    members = _decoder.decode(content)
    quoted = {name: value for name, value in members["quoteMessage"].items() if name in _KEPT}
    members["quoteMessage"] = quoted | {"contentType": int(ContentType.MSG_REVOKE), "content": "{}"}
    return _encode(members)
