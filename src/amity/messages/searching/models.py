"""The requests that search messages, and what they find, as on the wire."""

from typing import Annotated

import msgspec

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.wire.integers import Int32


class SearchMsgRequest(Request):
    """``send_time`` is a day in UTC, as 2026-01-31. ``keyword`` is amity's own. What is empty or 0 is not looked at."""

    send_id: str = ""
    recv_id: str = ""
    keyword: str = ""
    content_type: Int32 = 0
    send_time: Annotated[str, msgspec.Meta(max_length=64)] = ""
    session_type: Int32 = 0
    pagination: Pagination | None = None


class SearchedMessage(Response):
    """A message that was found. ``content`` is a text here; times in milliseconds since 1970."""

    server_msg_id: str
    client_msg_id: str
    send_id: str
    recv_id: str
    group_id: str
    recv_nickname: str
    sender_platform_id: int
    sender_nickname: str
    sender_face_url: str
    group_name: str
    session_type: int
    msg_from: int
    content_type: int
    content: str
    status: int
    send_time: int
    create_time: int
    ex: str
    group_face_url: str
    group_member_count: int
    seq: int
    group_owner: str
    group_type: int


class ChatLog(Response):
    chat_log: SearchedMessage
    is_revoked: bool


class SearchMsgResponse(Response):
    """A page, and the number of all messages that were found."""

    chat_logs: list[ChatLog]
    chat_logs_num: int


class FindMsgsRequest(Request):
    """``sent_from`` and ``sent_before`` in milliseconds since 1970, ``before`` from the last answer's ``next``, for the
    same question. What is empty or 0 is not looked at."""

    send_id: str = ""
    recv_id: str = ""
    keyword: str = ""
    content_type: Int32 = 0
    session_type: Int32 = 0
    sent_from: int = 0
    sent_before: int = 0
    before: int = 0
    count: Int32 = 50


class FoundMsg(Response):
    """A message that was found, and the conversation in which ``seq`` is its number."""

    conversation_id: str
    chat_log: SearchedMessage
    is_revoked: bool


class FindMsgsResponse(Response):
    """The newest first. ``next``: where the next call goes on, 0 at the end. ``looked_to``: of an answer that has fewer
    than were asked for and is not the end, when the oldest message that was looked at was sent; else 0."""

    msgs: list[FoundMsg]
    next: int
    looked_to: int
