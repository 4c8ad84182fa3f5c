"""What clients get of stored messages, by conversation, made of bytes. Pure.

A stored message is bytes already. To make an object of each, put it into others and encode those costs several times as
much, and an answer holds up to a thousand.

Source: https://protobuf.dev/programming-guides/encoding/.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from amity.wire.fields import entry, varint

# Tags: ``MsgData`` by its number and whether it was read, ``PullMsgs``, and what holds either by conversation.
_SEQ: Final = b"\x70"
_IS_READ: Final = b"\x90\x01"
_MSGS: Final = b"\x0a"
_IS_END: Final = b"\x10\x01"
_END_SEQ: Final = b"\x18"
_NOTIFICATIONS: Final = b"\x12"


def numbered(body: bytes, seq: int) -> bytes:
    """Return a stored message, which has no number in it, with its ``seq``; 0 is none."""
    return b"%b%b%b" % (body, _SEQ, varint(seq)) if seq else body


def marked(body: bytes, seq: int, *, is_read: bool) -> bytes:
    """Return a stored message with its ``seq`` and its ``isRead``, whatever it has itself: what comes later counts."""
    return b"%b%b%b" % (numbered(body, seq), _IS_READ, varint(is_read))


def push_data(conversation_id: str, message: bytes, *, notifies: bool = False) -> bytes:
    """Return the ``PushMessages`` of one encoded ``MsgData``; under ``notificationMsgs`` if it ``notifies``."""
    part = b"%b%b%b" % (_MSGS, varint(len(message)), message)
    return entry(_NOTIFICATIONS if notifies else _MSGS, conversation_id, part)


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
    parts = [entry(_MSGS, name, each) for name, each in msgs.items()]
    return b"".join(parts + [entry(_NOTIFICATIONS, name, each) for name, each in notification_msgs.items()])


def last_messages(msgs: Mapping[str, bytes]) -> bytes:
    """Return a ``GetLastMessageResp``: encoded ``MsgData`` by conversation."""
    return b"".join([entry(_MSGS, name, each) for name, each in msgs.items()])
