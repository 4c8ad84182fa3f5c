"""The ``data`` of a push frame with one message of one conversation, made of bytes. Pure.

It is the protobuf message ``PushMessages``. A stored message is bytes already: to make an object of them, put it into
two others and encode those costs three times as much.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

from typing import Final

# Tags: the number of a field, and its kind: 2 for bytes of a length, 0 for an integer.
_MSGS: Final = b"\x0a"
_NOTIFICATIONS: Final = b"\x12"
_KEY: Final = b"\x0a"
_VALUE: Final = b"\x12"
_SEQ: Final = b"\x70"


def numbered(body: bytes, seq: int) -> bytes:
    """Return a stored message, which has no number in it, with its ``seq``; 0 is none."""
    return b"%b%b%b" % (body, _SEQ, _varint(seq)) if seq else body


def push_data(conversation_id: str, message: bytes, *, notifies: bool = False) -> bytes:
    """Return the push of a message, an encoded ``MsgData``; under ``notificationMsgs`` if it ``notifies``."""
    key = conversation_id.encode()
    pulled = b"%b%b%b" % (_MSGS, _varint(len(message)), message)
    entry = b"%b%b%b%b%b%b" % (_KEY, _varint(len(key)), key, _VALUE, _varint(len(pulled)), pulled)
    return b"%b%b%b" % (_NOTIFICATIONS if notifies else _MSGS, _varint(len(entry)), entry)


def _varint(number: int) -> bytes:
    if number < 0x80:
        return _SMALL[number]
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


_SMALL: Final = [bytes((number,)) for number in range(0x80)]
