"""Answers that hold stored messages, made of bytes. Pure.

A stored message is bytes already. To make an object of each, put it into others and encode those costs several times as
much, and these answers hold up to a thousand.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from amity.wire.pushes import numbered
from amity.wire.varints import varint

# Tags: the number of a field, and its kind: 2 for bytes of a length, 0 for an integer.
_MSGS: Final = b"\x0a"
_NOTIFICATIONS: Final = b"\x12"
_KEY: Final = b"\x0a"
_VALUE: Final = b"\x12"
_IS_END: Final = b"\x10\x01"
_END_SEQ: Final = b"\x18"
_IS_READ: Final = b"\x90\x01"


def marked(body: bytes, seq: int, *, is_read: bool) -> bytes:
    """Return a stored message with its ``seq`` and its ``isRead``, whatever it has itself: what comes later counts."""
    return b"%b%b%b" % (numbered(body, seq), _IS_READ, varint(is_read))


def pull_msgs(messages: Sequence[bytes], *, is_end: bool, end_seq: int) -> bytes:
    """Return a ``PullMsgs`` of encoded ``MsgData``."""
    parts: list[bytes] = []
    for message in messages:
        parts += (_MSGS, varint(len(message)), message)
    if is_end:
        parts.append(_IS_END)
    if end_seq:
        parts += (_END_SEQ, varint(end_seq))
    return b"".join(parts)


def pulled(msgs: Mapping[str, bytes], notification_msgs: Mapping[str, bytes]) -> bytes:
    """Return the answer to a pull, by ranges or by numbers: encoded ``PullMsgs`` by conversation."""
    return _entries(_MSGS, msgs) + _entries(_NOTIFICATIONS, notification_msgs)


def last_messages(msgs: Mapping[str, bytes]) -> bytes:
    """Return a ``GetLastMessageResp``: encoded ``MsgData`` by conversation."""
    return _entries(_MSGS, msgs)


def _entries(tag: bytes, entries: Mapping[str, bytes]) -> bytes:
    """Return a map as protobuf has it: a field of this tag for each entry, with its key and its value."""
    parts: list[bytes] = []
    for name, value in entries.items():
        key = name.encode()
        head = b"%b%b%b%b%b" % (_KEY, varint(len(key)), key, _VALUE, varint(len(value)))
        parts += (tag, varint(len(head) + len(value)), head, value)
    return b"".join(parts)
