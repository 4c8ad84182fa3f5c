"""Overviews of a user's conversations with what belongs to each: its newest message, its user or its group.

Source: open-im-server 3.8 ``internal/rpc/conversation`` and ``internal/api/jssdk``.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from amity.calls.call import Call
from amity.calls.page import page_of
from amity.conversations import positions
from amity.conversations import store as conversations
from amity.conversations.finding import MOST_NAMED, Finding
from amity.conversations.positions import Position
from amity.inbox.beside import chats_of, groups_of, info_of, named, users_of
from amity.inbox.models import (
    ConversationMsg,
    ConversationsWithMessagesResponse,
    FriendInfoOnly,
    GetActiveConversationsRequest,
    GetConversationsWithMessagesRequest,
    GetSortedConversationListRequest,
    GetSortedConversationListResponse,
    MsgInfo,
    SortedConversation,
)
from amity.messages.message import MsgData
from amity.messages.reading.newest import newest_of_each
from amity.messages.reading.room import MOST_BYTES, as_many_as_fit
from amity.messages.reading.shown import shown
from amity.messages.taking_back.quotes import mask_quotes
from amity.relations.friends import store as friends
from amity.relations.friends.models import Friend
from amity.storage import Database
from amity.timeline.models import Message
from amity.users.directory import Directory
from amity.users.rules import require_few

_MOST_ACTIVE: Final = 500
_ACTIVE: Final = 100
"""Conversations for a client that does not say how many, or too many, as in OpenIM's server."""

_AT_ONCE: Final = 32
"""Conversations whose messages and profiles are read first: of long ones no more than an answer has room for."""
_MOST_AT_ONCE: Final = 256
"""Those that are read at once where the first ones were short."""
_encode = msgspec.json.encode


class Inbox:
    """The overviews that join conversations, messages, users, friends and groups."""

    def __init__(self, database: Database, directory: Directory, finding: Finding) -> None:
        self._database = database
        self._directory = directory
        self._finding = finding

    async def get_sorted_conversation_list(
        self, call: Call, request: GetSortedConversationListRequest
    ) -> GetSortedConversationListResponse:
        """Return one page of a user's conversations with their newest messages: pinned ones first, then by time."""
        offset, limit = page_of(request.pagination)
        call.require_own(request.user_id, "userID")
        owner, entries = await self._entries(request.user_id, request.conversation_ids or None)
        page = entries[offset : offset + limit]
        shown: dict[int, MsgInfo] = {}
        left = MOST_BYTES
        begin, count = 0, _AT_ONCE
        while begin < len(page):
            part = page[begin : begin + count]
            messages = await self._newest(owner, part)
            read = [
                (each, await self._shown(each, messages[each.timeline])) for each in part if each.timeline in messages
            ]
            people = await users_of(self._database, {entry.timeline: named(entry, data) for entry, data in read})
            groups = await groups_of(self._database, owner, part)
            for entry, data in read:
                info = info_of(data, people.get(entry.timeline), groups.get(entry.timeline))
                left -= len(_encode(info))
                if left >= 0:
                    shown[entry.timeline] = info
            begin += count
            count = as_many_as_fit(begin, left, _MOST_AT_ONCE)
            if left < 0:
                break  # the page has all its conversations, or the next one would have a gap before it
        return GetSortedConversationListResponse(
            conversation_total=len(entries),
            unread_total=sum([entry.unread for entry in entries]),
            conversation_elems=[
                SortedConversation(
                    conversation_id=entry.conversation_id(request.user_id),
                    recv_msg_opt=entry.recv_msg_opt,
                    unread_count=entry.unread,
                    is_pinned=entry.is_pinned,
                    msg_info=shown.get(entry.timeline),
                )
                for entry in page
            ],
        )

    async def get_active_conversations(
        self, call: Call, request: GetActiveConversationsRequest
    ) -> ConversationsWithMessagesResponse:
        """Return the caller's newest conversations with everything needed to show them."""
        owner, entries = await self._entries(call.user_id, None)
        most = request.count if 0 < request.count <= _MOST_ACTIVE else _ACTIVE
        unread = sum([entry.unread for entry in entries])
        return await self._with_messages(owner, call.user_id, entries[:most], unread)

    async def get_conversations_with_messages(
        self, call: Call, request: GetConversationsWithMessagesRequest
    ) -> ConversationsWithMessagesResponse:
        """Return those of the named conversations that the caller has, with everything needed to show them."""
        owner, entries = await self._entries(call.user_id, request.conversation_ids or ())
        return await self._with_messages(owner, call.user_id, entries, sum([entry.unread for entry in entries]))

    async def _entries(self, owner_id: str, named: Sequence[str] | None) -> tuple[int, list[Position]]:
        """Return a user's number, 0 if there is none, and its conversations in which there is something to see, or
        those of them that are named: pinned ones first, then the newest."""
        require_few("conversationIDs", named or (), MOST_NAMED)
        owner = await self._directory.number(owner_id)
        if owner is None or (named is not None and not named):
            return owner or 0, []
        if named is None:
            without = await self._finding.ambiguous(owner, owner_id)
            listed = await positions.all_of(self._database, owner, without)
        else:
            timelines = await self._finding.timelines(owner, owner_id, named)
            listed = [*(await positions.some(self._database, owner, [*timelines.values()])).values()]
        listed = [each for each in listed if each.first <= each.last]
        listed.sort(key=lambda each: (not each.is_pinned, -each.last_at, -each.timeline))
        return owner, listed

    async def _newest(self, owner: int, entries: Sequence[Position]) -> dict[int, Message]:
        """Return the newest message of each conversation that its owner may see, by timelines."""
        windows = {entry.timeline: entry.window for entry in entries}
        return await newest_of_each(self._database, owner, windows)

    async def _shown(self, entry: Position, message: Message) -> MsgData:
        """Return a message as its owner gets it."""
        found = shown(message, is_read=message.seq <= entry.read)
        await mask_quotes(self._database, entry.timeline, entry.oldest, [found])
        return found.struct()

    async def _with_messages(
        self, owner: int, owner_id: str, entries: Sequence[Position], unread: int
    ) -> ConversationsWithMessagesResponse:
        """Return conversations with everything needed to show them: the first ones that one answer has room for."""
        found: list[ConversationMsg] = []
        left = MOST_BYTES
        begin, count = 0, _AT_ONCE
        while begin < len(entries):
            for each in await self._joined(owner, owner_id, entries[begin : begin + count]):
                left -= len(_encode(each))
                if left < 0 and found:
                    return ConversationsWithMessagesResponse(unread_count=unread, conversations=found)
                found.append(each)
            begin += count
            count = as_many_as_fit(begin, left, _MOST_AT_ONCE)
        return ConversationsWithMessagesResponse(unread_count=unread, conversations=found)

    async def _joined(self, owner: int, owner_id: str, entries: Sequence[Position]) -> list[ConversationMsg]:
        messages = await self._newest(owner, entries)
        chats = chats_of(entries)
        peers = await users_of(self._database, {entry.timeline: entry.peer_id for entry in chats})
        groups = await groups_of(self._database, owner, entries)
        among = [entry.peer for entry in chats]
        known = {
            friend.friend_user.user_id: _friend(friend, friend.friend_user.user_id)
            for friend in await friends.in_this_order(self._database, owner, owner_id, among)
            if friend.friend_user is not None
        }
        rows = await conversations.some(self._database, owner, [entry.timeline for entry in entries])
        found = []
        for entry in entries:
            message = messages.get(entry.timeline)
            row = rows.get(entry.timeline)
            if message is None or row is None:
                continue  # it was deleted meanwhile
            peer = peers.get(entry.timeline)
            found.append(
                ConversationMsg(
                    conversation=row,
                    last_msg=await self._shown(entry, message),
                    user=peer,
                    friend=None if peer is None else known.get(peer.user_id),
                    group=groups.get(entry.timeline),
                    max_seq=entry.last,
                    read_seq=entry.read,
                )
            )
        return found


def _friend(friend: Friend, friend_id: str) -> FriendInfoOnly:
    return FriendInfoOnly(
        owner_user_id=friend.owner_user_id,
        friend_user_id=friend_id,
        remark=friend.remark,
        create_time=friend.create_time * 1000,
        add_source=friend.add_source,
        operator_user_id=friend.operator_user_id,
        ex=friend.ex,
        is_pinned=friend.is_pinned,
    )
