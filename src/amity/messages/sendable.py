"""What no message may be, whoever sends it and whoever gets it. Pure."""

from typing import Final

from amity.errors import Code, ImError
from amity.wire.proto.sdkws_pb2 import MsgData

SINGLE_CHAT: Final = 1
MOST_CONTENT: Final = 49_152
"""Bytes of a message's content."""
MOST_TEXT: Final = 65_536
"""Characters of ``ex`` and of ``attachedInfo``."""
MOST_NAMED: Final = 1000
"""Users whom ``atUserIDList`` may name."""
MOST_OPTIONS: Final = 64
MOST_BYTES: Final = 262_144
"""Bytes of a whole message. A bounded answer has room for several of these."""
LONGEST_ID: Final = 256
"""Characters of a client's id of a message."""
_NOTIFICATIONS: Final = range(1000, 5001)


def require_sendable(message: MsgData) -> None:
    """Raise ``ImError``, ``ARGS`` (1001), for a message that nobody may send, whoever gets it."""
    if message.contentType in _NOTIFICATIONS:
        raise ImError(Code.ARGS, f"contentType: {message.contentType} is a notification, which the server sends")
    if message.sessionType != SINGLE_CHAT:
        raise ImError(Code.ARGS, f"sessionType: {message.sessionType} is not built yet, only 1: single chats")
    if not message.recvID:
        raise ImError(Code.ARGS, "recvID is empty")
    if "\0" in message.recvID:
        raise ImError(Code.ARGS, "recvID: has a NUL in it")
    for field, found, most in (
        ("content", len(message.content), MOST_CONTENT),
        ("ex", len(message.ex), MOST_TEXT),
        ("attachedInfo", len(message.attachedInfo), MOST_TEXT),
        ("atUserIDList", len(message.atUserIDList), MOST_NAMED),
        ("options", len(message.options), MOST_OPTIONS),
        ("clientMsgID", len(message.clientMsgID), LONGEST_ID),
        ("message", message.ByteSize(), MOST_BYTES),
    ):
        if found > most:
            raise ImError(Code.ARGS, f"{field}: too long (limit {most}, got {found})")
    if not message.content:
        raise ImError(Code.ARGS, "content is empty")
