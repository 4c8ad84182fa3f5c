"""Messages of another system's history, as they are brought in.

Written from the server's operations by `make client-types`: not to be edited.
"""

from typing import Any

import msgspec

from amity.client.operation import Operation, Request, Response


class HistoryMessage(Request):
    """A message that one user sent to another in a single chat.

    ``send_time`` and ``create_time`` in milliseconds since 1970; a ``create_time`` of 0 is the ``send_time``.
    ``content`` is an object, or the same object as a text, as clients have it. ``is_read``: the receiver has read it,
    and everything before.
    """

    send_id: str = ""
    recv_id: str = ""
    session_type: int = 1
    send_time: int = 0
    create_time: int = 0
    content_type: int = 0
    content: Any = None
    client_msg_id: str = ""
    is_read: bool = True
    sender_nickname: str = ""
    sender_face_url: str = ""
    sender_platform_id: int = 0
    attached_info: str = ""
    ex: str = ""


class ImportMessagesRequest(Request):
    """1 to 1000 messages, in the order in which they get their numbers."""

    messages: list[HistoryMessage] | None = None


class MessageLeftOut(Response):
    """A message that was left out: its place in the list, counted from 0, and why."""

    index: int = 0
    err_code: int = 0
    err_msg: str = ""
    err_dlt: str = ""


class ImportMessagesResponse(Response):
    """How many messages were stored, how many were there already, and which were left out."""

    imported: int = 0
    existing: int = 0
    skipped: list[MessageLeftOut] = msgspec.field(default_factory=list)


MSG_IMPORT_MESSAGES = Operation("/msg/import_messages", ImportMessagesRequest, ImportMessagesResponse)
"""Bring in messages of another system, as they were sent there."""
