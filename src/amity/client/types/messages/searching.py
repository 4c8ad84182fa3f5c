"""The requests that search messages, and what they find, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


class SearchMsgRequest(Request):
    """``send_time`` is a day in UTC, as 2026-01-31. ``keyword`` is amity's own. What is empty or 0 is not looked at."""

    send_id: str = ""
    recv_id: str = ""
    keyword: str = ""
    content_type: int = 0
    send_time: str = ""
    session_type: int = 0
    pagination: Pagination | None = None


class SearchedMessage(Response):
    """A message that was found. ``content`` is a text here; times in milliseconds since 1970."""

    server_msg_id: str = ""
    client_msg_id: str = ""
    send_id: str = ""
    recv_id: str = ""
    group_id: str = ""
    recv_nickname: str = ""
    sender_platform_id: int = 0
    sender_nickname: str = ""
    sender_face_url: str = ""
    group_name: str = ""
    session_type: int = 0
    msg_from: int = 0
    content_type: int = 0
    content: str = ""
    status: int = 0
    send_time: int = 0
    create_time: int = 0
    ex: str = ""
    group_face_url: str = ""
    group_member_count: int = 0
    seq: int = 0
    group_owner: str = ""
    group_type: int = 0


class ChatLog(Response):
    chat_log: SearchedMessage = msgspec.field(default_factory=SearchedMessage)
    is_revoked: bool = False


class SearchMsgResponse(Response):
    """A page, and the number of all messages that were found."""

    chat_logs: list[ChatLog] = msgspec.field(default_factory=list)
    chat_logs_num: int = 0


class FindMsgsRequest(Request):
    """``sent_from`` and ``sent_before`` in milliseconds since 1970, ``before`` from the last answer's ``next``, for the
    same question. What is empty or 0 is not looked at."""

    send_id: str = ""
    recv_id: str = ""
    keyword: str = ""
    content_type: int = 0
    session_type: int = 0
    sent_from: int = 0
    sent_before: int = 0
    before: int = 0
    count: int = 50


class FoundMsg(Response):
    """A message that was found, and the conversation in which ``seq`` is its number."""

    conversation_id: str = ""
    chat_log: SearchedMessage = msgspec.field(default_factory=SearchedMessage)
    is_revoked: bool = False


class FindMsgsResponse(Response):
    """The newest first. ``next``: where the next call goes on, 0 at the end. ``looked_to``: of an answer that has fewer
    than were asked for and is not the end, when the oldest message that was looked at was sent; else 0."""

    msgs: list[FoundMsg] = msgspec.field(default_factory=list)
    next: int = 0
    looked_to: int = 0


MSG_SEARCH_MSG = Operation("/msg/search_msg", SearchMsgRequest, SearchMsgResponse)
"""Search messages by sender, receiver, type, day and text."""
MSG_FIND_MSGS = Operation("/msg/find_msgs", FindMsgsRequest, FindMsgsResponse)
"""Find the newest messages by sender, receiver, type, time and text."""
