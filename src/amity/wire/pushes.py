"""The ``data`` of a push frame with one message of one conversation, made of bytes. Pure.

It is the protobuf message ``PushMessages``. A stored message is bytes already: to make an object of them, put it into
two others and encode those costs three times as much.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

from typing import Final

from amity.wire.varints import varint

# Tags: the number of a field, and its kind: 2 for bytes of a length, 0 for an integer.
_MSGS: Final = b"\x0a"
_NOTIFICATIONS: Final = b"\x12"
_KEY: Final = b"\x0a"
_VALUE: Final = b"\x12"
_SEQ: Final = b"\x70"


def numbered(body: bytes, seq: int) -> bytes:
    """Return a stored message, which has no number in it, with its ``seq``; 0 is none."""
    return b"%b%b%b" % (body, _SEQ, varint(seq)) if seq else body


def push_data(conversation_id: str, message: bytes, *, notifies: bool = False) -> bytes:
    """Return the push of a message, an encoded ``MsgData``; under ``notificationMsgs`` if it ``notifies``."""
    key = conversation_id.encode()
    pulled = b"%b%b%b" % (_MSGS, varint(len(message)), message)
    entry = b"%b%b%b%b%b%b" % (_KEY, varint(len(key)), key, _VALUE, varint(len(pulled)), pulled)
    return b"%b%b%b" % (_NOTIFICATIONS if notifies else _MSGS, varint(len(entry)), entry)
