"""Deleting messages: for oneself, for both users of a chat, or from the database.

Source: open-im-server 3.8 ``internal/rpc/msg/delete.go``.
"""

from collections.abc import Sequence
from typing import Final

from amity.calls.call import Call
from amity.conversations import positions
from amity.conversations.finding import MOST_NAMED, Chat, Finding
from amity.errors import Code, ImError
from amity.messages.checks import require_conversation, require_seqs
from amity.messages.notices import DeleteMsgs
from amity.messages.taking_back.emptying import empty
from amity.messages.taking_back.in_groups.chats import GroupChat, GroupChats, lock_all
from amity.messages.taking_back.in_groups.deleting import GroupDeleting
from amity.messages.taking_back.models import (
    MOST_DELETED,
    DeleteMsgPhysicalBySeqRequest,
    DeleteMsgPhysicalRequest,
    DeleteMsgsRequest,
    DeleteSyncOpt,
)
from amity.messages.taking_back.purging import Purging
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline import store as timeline_store
from amity.timeline import taking_back
from amity.timeline.notices import Notice, Notices
from amity.users.rules import require_few
from amity.wire.conversation_ids import GROUP
from amity.wire.notification import Notification

_AT_ONCE: Final = 200
"""Messages that one transaction deletes."""


class Deleting:
    """The operations that delete messages."""

    def __init__(
        self,
        database: Database,
        finding: Finding,
        notices: Notices,
        purging: Purging,
        chats: GroupChats,
        in_groups: GroupDeleting,
    ) -> None:
        self._database = database
        self._chats = chats
        self._in_groups = in_groups
        self._purging = purging
        self._finding = finding
        self._notices = notices

    async def delete_msgs(self, call: Call, request: DeleteMsgsRequest) -> None:
        """Hide messages from a user; with ``IsSyncOther`` empty them for everybody in the chat. All their devices are
        told, also those that connect later.

        Raises ``ImError``: 1001; 1002 for a message of the other user that is to be emptied; 1004 for a conversation
        that the user does not have, where it asks that somebody be told.
        """
        require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        if request.seqs is None:
            raise ImError(Code.ARGS, "seqs is empty")
        require_few("seqs", request.seqs, MOST_DELETED)
        require_seqs(request.seqs)
        option = request.delete_sync_opt or DeleteSyncOpt()
        if request.conversation_id.startswith(GROUP):
            await self._in_groups.delete(call, request, option)
            return
        chat = await self._finding.chat(request.user_id, request.conversation_id)
        if chat is None:
            if option.is_sync_self or option.is_sync_other:
                raise ImError(
                    Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {request.conversation_id}"
                )
            return
        seqs = sorted(set(request.seqs))

        async def write(tx: Transaction) -> Notice | None:
            return await self._delete(tx, call, request, chat, seqs, option)

        notice = await self._database.write(write, rows=3 + len(seqs))
        if notice is not None:
            call.after_answer(self._notices.push, notice)

    async def delete_msg_phsical_by_seq(self, call: Call, request: DeleteMsgPhysicalBySeqRequest) -> None:
        """Empty messages of any chat, by their numbers. Raises ``ImError``, ``ARGS`` (1001)."""
        seqs = request.seqs or ()
        require_few("seqs", seqs, MOST_DELETED)
        require_seqs(seqs)
        chat = await self._any(request.conversation_id)
        if chat is not None and seqs:
            await self._empty_some(chat, sorted(set(seqs)))

    async def delete_msg_physical(self, call: Call, request: DeleteMsgPhysicalRequest) -> None:
        """Delete the messages of chats that were sent up to a time. Raises ``ImError``, ``ARGS`` (1001)."""
        if request.conversation_ids is None:
            raise ImError(Code.ARGS, "conversationIDs is empty")
        require_few("conversationIDs", request.conversation_ids, MOST_NAMED)
        for conversation_id in dict.fromkeys(request.conversation_ids):
            chat = await self._any(conversation_id)
            if chat is not None:
                await self._delete_until(chat, request.timestamp)

    async def _any(self, conversation_id: str) -> Chat | GroupChat | None:
        return await self._finding.anybodys_chat(conversation_id) or await self._chats.find(conversation_id)

    async def _delete(
        self,
        tx: Transaction,
        call: Call,
        request: DeleteMsgsRequest,
        chat: Chat,
        seqs: Sequence[int],
        option: DeleteSyncOpt,
    ) -> Notice | None:
        await lock_lists(tx, [chat.owner, chat.peer])
        position = await positions.one(tx, chat.owner, chat.timeline)
        if position is None:
            return None
        seen = position.window
        gone: set[int] = set()
        if option.is_sync_other:
            # The other user is told once: each notification is stored, and wakes devices.
            gone = await taking_back.hidden(tx, chat.timeline, taking_back.EVERYBODY, seqs)
        there = [seq for seq in seqs if seen.first <= seq <= seen.last and seq not in gone]
        if not there:
            return None
        peer, peer_id = (chat.peer, chat.peer_id) if option.is_sync_other else (chat.owner, chat.owner_id)
        await self._notices.lock(tx, chat.owner, peer, chat.timeline)
        if option.is_sync_other:
            messages = await taking_back.locked(tx, chat.timeline, there)
            if not call.is_admin and (foreign := [each.seq for each in messages if each.sender != chat.owner]):
                raise ImError(Code.NO_PERMISSION, f"seqs: message {foreign[0]} is not of user {request.user_id}")
            await empty(tx, chat.timeline, messages)
        else:
            await taking_back.hide(tx, chat.timeline, chat.owner, there)
        detail = DeleteMsgs(user_id=request.user_id, conversation_id=request.conversation_id, seqs=there)
        notification = Notification(chat.owner_id, peer_id, detail)
        return await self._notices.store(tx, chat.owner, peer, notification, call.operation_id)

    async def _delete_until(self, chat: Chat | GroupChat, time: int) -> None:
        ends = (await timeline_store.ends(self._database, [chat.timeline]))[chat.timeline]
        after = ends.oldest - 1
        while after < ends.newest:
            found, after = await taking_back.sent_until(self._database, chat.timeline, after, ends.newest, time)
            oldest = (await timeline_store.ends(self._database, [chat.timeline]))[chat.timeline].oldest
            first = [seq for place, seq in enumerate(found) if seq <= oldest + place]
            if first:
                await self._begin_at(chat, first[-1] + 1, min(time, ends.last_at))
            if rest := found[len(first) :]:
                await self._empty_some(chat, rest)
        await self._purging.purge_first([chat.timeline])

    async def _begin_at(self, chat: Chat | GroupChat, seq: int, sent_until: int) -> None:
        async def write(tx: Transaction) -> None:
            await _lock(tx, chat)
            await self._purging.begin_at(tx, chat.timeline, seq, sent_until)

        await self._database.write(write)

    async def _empty_some(self, chat: Chat | GroupChat, seqs: Sequence[int]) -> None:
        for done in range(0, len(seqs), _AT_ONCE):
            part = seqs[done : done + _AT_ONCE]

            async def write(tx: Transaction, part: Sequence[int] = part) -> None:
                await _lock(tx, chat)
                await timeline_store.lock(tx, [chat.timeline])
                await empty(tx, chat.timeline, await taking_back.locked(tx, chat.timeline, part))

            await self._database.write(write, rows=4 * len(part))


async def _lock(tx: Transaction, chat: Chat | GroupChat) -> None:
    """Let nobody write in a chat until the end of the transaction."""
    if isinstance(chat, GroupChat):
        await lock_all(tx, chat)
    else:
        await lock_lists(tx, [chat.owner, chat.peer])
