"""Search messages by who sent them, who got them, their type, their day and a text in them.

Source: open-im-server 3.8 ``internal/rpc/msg/sync_msg.go``. Its totals are wrong where there are many messages, and
anybody may search there.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Final

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.errors import Code, ImError
from amity.groups.models import GroupInfo
from amity.groups.stored import groups
from amity.groups.stored.numbers import GroupNumbers
from amity.messages.searching import store
from amity.messages.searching.models import ChatLog, SearchedMessage, SearchMsgRequest, SearchMsgResponse
from amity.messages.searching.store import Wanted
from amity.messages.searching.texts.extracting import folded_keyword
from amity.messages.searching.texts.indexing import Indexing
from amity.storage import Database
from amity.timeline.models import TALK, Form, Message
from amity.users.directory import Directory
from amity.wire.message_kinds import GROUP_CHAT, SINGLE_CHAT
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_SHOWN: Final = 100
"""Messages of a page: each may have 48 KiB."""
MOST_LOOKED_AT: Final = 100_000
"""Messages that a search by type looks at."""
_FORMS: Final[Mapping[int, Sequence[Form]]] = {
    0: TALK,
    SINGLE_CHAT: (Form.CHAT,),
    GROUP_CHAT: (Form.GROUP,),
}
"""The forms of timelines by ``sessionType``."""
_REVOKED: Final = 2101
_DAY_MS: Final = 86_400_000
_FOREVER: Final = 2**62
_day = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch


class Searching:
    """``POST /msg/search_msg``."""

    def __init__(self, database: Database, directory: Directory, indexing: Indexing, numbers: GroupNumbers) -> None:
        self._database = database
        self._groups = numbers
        self._directory = directory
        self._indexing = indexing

    async def search(self, call: Call, request: SearchMsgRequest) -> SearchMsgResponse:
        """Return a page of the messages that were found, in the order of arrival, and how many there are.

        Raises ``ImError``: 1001 for a day that is none, and for a keyword that is too short or where texts are not
        searched; ``READS_LIMIT`` (1355) if too many messages would have to be looked at, or the index of texts is being
        made.
        """
        offset, limit = page_of(request.pagination, MOST_SHOWN)
        since, until = _times(request.send_time)
        if request.session_type not in _FORMS:
            raise ImError(Code.ARGS, f"sessionType: is 0, 1 or 3, not {request.session_type}")
        keyword = ""
        if request.keyword:
            self._indexing.require_ready()
            keyword = folded_keyword(request.keyword)
        wanted = await self._wanted(request, since, until)
        if wanted is None:
            return SearchMsgResponse(chat_logs=[], chat_logs_num=0)
        if keyword:
            total, found = await store.page_containing(
                self._database, wanted, keyword, request.content_type, offset, limit
            )
        elif request.content_type:
            total, found = await self._of_type(wanted, request.content_type, offset, limit)
        else:
            total = await store.count(self._database, wanted)
            found = await store.page(self._database, wanted, offset, limit) if offset < total else []
        return SearchMsgResponse(chat_logs=await self._shown(found), chat_logs_num=total)

    async def _wanted(self, request: SearchMsgRequest, since: int, until: int) -> Wanted | None:
        """Return what is searched for, or ``None`` if nobody that is named is there. Who receives is a user, or else a
        group."""
        numbers = await self._directory.numbers_of_all([each for each in (request.send_id, request.recv_id) if each])
        forms = _FORMS[request.session_type]
        receiver = numbers.get(request.recv_id, 0) if Form.CHAT in forms else 0
        group = 0
        if request.recv_id and not receiver and Form.GROUP in forms:
            group = await self._groups.number(request.recv_id) or 0
        if (request.send_id and request.send_id not in numbers) or (request.recv_id and not receiver and not group):
            return None
        return Wanted(numbers.get(request.send_id, 0), receiver, since, until, group, forms)

    async def _of_type(self, wanted: Wanted, content_type: int, offset: int, limit: int) -> tuple[int, list[Message]]:
        """Return how many messages of a type there are, and a page of them. The type is in the stored message alone, so
        each is looked at, some at a time."""
        numbers = await store.numbers(self._database, wanted, MOST_LOOKED_AT + 1)
        if len(numbers) > MOST_LOOKED_AT:
            detail = f"more than {MOST_LOOKED_AT} messages to look at: name sendID and recvID, or a day"
            raise ImError(Code.READS_LIMIT, detail)
        total = 0
        found: list[Message] = []
        for start in range(0, len(numbers), store.PORTION):
            for message in await store.some(self._database, numbers[start : start + store.PORTION]):
                if MsgData.FromString(message.body).contentType != content_type:
                    continue
                if offset <= total < offset + limit:
                    found.append(message)
                total += 1
        return total, found

    async def _shown(self, found: Sequence[Message]) -> list[ChatLog]:
        messages = [(each.seq, MsgData.FromString(each.body)) for each in found]
        sent_to = {message.recvID for _, message in messages if message.sessionType != GROUP_CHAT}
        unnamed = {message.sendID for _, message in messages if not message.senderNickname}
        names = await store.nicknames(self._database, list(sent_to | unnamed))
        named = {message.groupID for _, message in messages if message.sessionType == GROUP_CHAT}
        of_groups = {each: group.info() for each, group in (await groups.by_ids(self._database, list(named))).items()}
        return [_log_of(seq, message, names, of_groups.get(message.groupID)) for seq, message in messages]


def _log_of(seq: int, message: MsgData, names: Mapping[str, str], group: GroupInfo | None) -> ChatLog:
    """Return a message as it is found. ``names`` has the nicknames of users."""
    is_of_group = message.sessionType == GROUP_CHAT
    return ChatLog(
        chat_log=SearchedMessage(
            server_msg_id=message.serverMsgID,
            client_msg_id=message.clientMsgID,
            send_id=message.sendID,
            recv_id=message.groupID if is_of_group else message.recvID,
            group_id=message.groupID,
            recv_nickname="" if is_of_group else names.get(message.recvID, ""),
            sender_platform_id=message.senderPlatformID,
            sender_nickname=message.senderNickname or (names.get(message.sendID, "") if is_of_group else ""),
            sender_face_url=message.senderFaceURL,
            group_name="" if group is None else group.group_name,
            session_type=message.sessionType,
            msg_from=message.msgFrom,
            content_type=message.contentType,
            content=message.content.decode(errors="replace"),
            status=0,
            send_time=message.sendTime,
            create_time=message.createTime,
            ex=message.ex,
            group_face_url="" if group is None else group.face_url,
            group_member_count=0 if group is None else group.member_count,
            seq=seq,
            group_owner="" if group is None else group.owner_user_id,
            group_type=0 if group is None else group.group_type,
        ),
        is_revoked=message.contentType == _REVOKED,
    )


def _times(day: str) -> tuple[int, int]:
    """Return where a day in UTC begins and ends, in milliseconds since 1970; an empty one is all of time."""
    if not day:
        return 0, _FOREVER
    try:
        if not _day(day):
            raise ValueError(day)
        began = dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), dt.UTC)
    except ValueError:
        raise ImError(Code.ARGS, f"sendTime: is a day as 2026-01-31, not {day!r}") from None
    start = int(began.timestamp()) * 1000
    return max(start, 0), max(start + _DAY_MS, 0)
