"""Messages of another system's history, as they are brought in."""

from typing import Literal

import msgspec

from amity.calls.call import Request, Response
from amity.moving.models import Time
from amity.wire.integers import Int32


class HistoryMessage(Request, kw_only=True):
    """A message that one user sent to another in a single chat.

    ``send_time`` and ``create_time`` in milliseconds since 1970; a ``create_time`` of 0 is the ``send_time``.
    ``content`` is an object, or the same object as a text, as clients have it. ``is_read``: the receiver has read it,
    and everything before.
    """

    send_id: str = ""
    recv_id: str = ""
    session_type: Literal[1] = 1
    send_time: Time = 0
    create_time: Time = 0
    content_type: Int32 = 0
    content: msgspec.Raw
    client_msg_id: str = ""
    is_read: bool = True
    sender_nickname: str = ""
    sender_face_url: str = ""
    sender_platform_id: Int32 = 0
    attached_info: str = ""
    ex: str = ""


class ImportMessagesRequest(Request):
    """1 to 1000 messages, in the order in which they get their numbers."""

    messages: list[HistoryMessage] | None = None


class MessageLeftOut(Response):
    """A message that was left out: its place in the list, counted from 0, and why."""

    index: int
    err_code: int
    err_msg: str
    err_dlt: str


class ImportMessagesResponse(Response):
    """How many messages were stored, how many were there already, and which were left out."""

    imported: int
    existing: int
    skipped: list[MessageLeftOut]
