"""Conversations as an administrator reads them: all that is stored, whatever who has them may still see."""

from typing import Final, NamedTuple

from amity.calls.call import Call
from amity.conversations.finding import Finding
from amity.conversations.naming import type_of
from amity.errors import Code, ImError
from amity.messages.checks import require_conversation
from amity.messages.reading.models import GetConversationMsgsRequest, GetConversationMsgsResponse
from amity.messages.reading.room import MOST_BYTES, as_many_as_fit, within
from amity.messages.reading.shown import shown
from amity.messages.taking_back.in_groups.chats import GroupChats
from amity.messages.taking_back.quotes import mask_quotes
from amity.storage import Database
from amity.timeline.models import Form, Message
from amity.timeline.service import Timelines
from amity.wire.conversation_ids import GROUP

MOST_READ: Final = 100
"""Numbers of messages that one call asks for."""
_AT_ONCE: Final = 16
"""Messages that are read at once: of long ones no more than an answer has room for."""


class _Conversation(NamedTuple):
    timeline: int
    form: Form
    users: list[str]
    group: str


class Anybodys:
    """``POST /msg/get_conversation_msgs``."""

    def __init__(self, database: Database, timelines: Timelines, finding: Finding, group_chats: GroupChats) -> None:
        self._database = database
        self._timelines = timelines
        self._finding = finding
        self._group_chats = group_chats

    async def get_conversation_msgs(
        self, _call: Call, request: GetConversationMsgsRequest
    ) -> GetConversationMsgsResponse:
        """Return messages of a conversation by their numbers. What a user has hidden from itself, or cleared, is there;
        of what was taken back that it was.

        Raises ``ImError``: 1001; 1004 for a conversation without messages, and for one whose id may be that of several
        where ``userID`` does not say which.
        """
        require_conversation(request.conversation_id)
        if request.begin < 0 or request.num < 1:
            raise ImError(Code.ARGS, "begin: is below 0" if request.begin < 0 else "num: is below 1")
        found = await self._find(request)
        ends = (await self._timelines.ends([found.timeline]))[found.timeline]
        num = min(request.num, MOST_READ)
        first = max(request.begin or ends.newest - num + 1, ends.oldest)
        last = min(first + num - 1, ends.newest)
        kept, end = await self._read(found.timeline, first, last)
        messages = [shown(message, is_read=False) for message in kept]
        await mask_quotes(self._database, found.timeline, ends.oldest, messages)
        return GetConversationMsgsResponse(
            msgs=[message.struct() for message in messages],
            min_seq=ends.oldest,
            max_seq=ends.newest,
            next=end + 1 if end < ends.newest else 0,
            conversation_type=type_of(found.form),
            user_ids=found.users,
            group_id=found.group,
        )

    async def _find(self, request: GetConversationMsgsRequest) -> _Conversation:
        conversation_id, user_id = request.conversation_id, request.user_id
        if conversation_id.startswith(GROUP):
            group = await self._group_chats.find(conversation_id)
            if group is not None:
                return _Conversation(group.timeline, Form.GROUP, [], conversation_id.removeprefix(GROUP))
        else:
            chat = await self._finding.chat(user_id, conversation_id) if user_id else None
            if chat is None:
                chat = await self._finding.anybodys_chat(conversation_id)
            if chat is not None:
                return _Conversation(chat.timeline, chat.form, [chat.owner_id, chat.peer_id], "")
        raise ImError(Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {conversation_id}")

    async def _read(self, timeline: int, first: int, last: int) -> tuple[list[Message], int]:
        """Return the messages of these numbers that an answer has room for, and up to which number they are."""
        kept: list[Message] = []
        left, begin, count = MOST_BYTES, first, _AT_ONCE
        while begin <= last:
            some = await self._timelines.some(timeline, range(begin, min(begin + count, last + 1)))
            fitting, size = within(some, left, newest=False)
            kept += fitting
            left -= size
            if len(fitting) < len(some):
                return kept, some[len(fitting)].seq - 1
            begin += count
            count = as_many_as_fit(begin - first, left, MOST_READ)
        return kept, max(first - 1, last)
