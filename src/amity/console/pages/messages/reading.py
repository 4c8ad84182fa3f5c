"""A conversation, read around a message."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.context import Console
from amity.console.once import Once
from amity.console.pages.messages.contents import DELETED, MOST_WRITTEN, Content, content_of
from amity.console.refusing import refusal
from amity.errors import ImError
from amity.wire.notification import ContentType

PAGE: Final = 50
"""Messages of a page."""
_TEMPLATE: Final = "pages/messages/conversation.html"


class Line(NamedTuple):
    """A message of a conversation, as ``MsgData`` has it; what it says, and what its sender is called."""

    message: Any
    content: Content
    name: str
    is_revoked: bool
    is_deleted: bool

    @property
    def may_be_taken_back(self) -> bool:
        """Whether there is something to take back, and somebody has written it."""
        is_written = self.message.content_type <= MOST_WRITTEN
        return is_written and not self.is_revoked and not self.is_deleted


class Reading:
    """The page with a conversation."""

    def __init__(self, once: Once) -> None:
        self._once = once

    async def show(self, console: Console) -> Response:
        """Answer with the messages around the one that is named, or from a number on, or with the last ones."""
        conversation, user = console.query["conversation"], console.query.get("user", "")
        seq = console.number("seq")
        begin = console.number("begin") or max(seq - PAGE // 2, 1 if seq else 0)
        count = min(max(console.number("num", PAGE), 1), PAGE)
        body = {"conversationID": conversation, "userID": user, "begin": begin, "num": count}
        try:
            async with self._once.audited(console, "messages.read", conversation):
                found = await console.call("/msg/get_conversation_msgs", body)
        except ImError as error:
            problem = refusal(console.texts, "messages", error)
            return console.page(
                _TEMPLATE, status=400, problem=problem, conversation=conversation, user=user, found=None
            )
        names = await names_of(console, found)
        lines = await asyncio.to_thread(lines_of, found.msgs, names)
        first = found.msgs[0].seq if found.msgs else begin

        def at(number: int, count: int = PAGE) -> str:
            fewer = {"num": count} if count < PAGE else {}
            return urlencode({"conversation": conversation, "user": user, "begin": number, **fewer})

        before = max(first - PAGE, found.min_seq, 1)

        return console.page(
            _TEMPLATE,
            problem="",
            conversation=conversation,
            user=user,
            found=found,
            lines=lines,
            names=names,
            group=await _group_of(console, found.group_id),
            seq=seq,
            older=at(before, first - before) if first > before else "",
            newer=at(found.next) if found.next else "",
            newest=urlencode({"conversation": conversation, "user": user}) if found.next else "",
        )


async def names_of(console: Console, found: Any) -> Mapping[str, str]:
    """Return what the two of a chat and all senders are called now."""
    return await called(console, [*found.user_ids, *(message.send_id for message in found.msgs)])


async def called(console: Console, user_ids: Iterable[str]) -> Mapping[str, str]:
    """Return what users are called now, by their ids. What a message says of it is older, or nothing."""
    wanted = [user_id for user_id in dict.fromkeys(user_ids) if user_id]
    if not wanted:
        return {}
    known = (await console.call("/user/get_users_info", {"userIDs": wanted})).users_info
    return {user.user_id: user.nickname for user in known}


def lines_of(messages: Sequence[Any], names: Mapping[str, str]) -> list[Line]:
    """Return messages with what they say. Of long contents that takes milliseconds."""
    return [
        Line(
            message,
            content_of(message.content_type, message.content) if message.status != DELETED else Content(""),
            names.get(message.send_id) or message.sender_nickname,
            message.content_type == ContentType.MSG_REVOKE,
            message.status == DELETED,
        )
        for message in messages
    ]


async def _group_of(console: Console, group_id: str) -> Any:
    if not group_id:
        return None
    found = (await console.call("/group/get_groups_info", {"groupIDs": [group_id]})).group_infos
    return found[0] if found else None
