"""Deleting messages of groups: for oneself, for everybody, or from the database.

Source: open-im-server 3.8 ``internal/rpc/msg/delete.go``.
"""

from collections.abc import Sequence

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.messages.notices import DeleteMsgs
from amity.messages.taking_back.emptying import empty
from amity.messages.taking_back.in_groups.chats import GroupChat, GroupChats, require_may_take_back
from amity.messages.taking_back.models import DeleteMsgsRequest, DeleteSyncOpt
from amity.storage import Database, Transaction
from amity.timeline import taking_back
from amity.timeline.notices import Notice, Notices
from amity.users.directory import Directory
from amity.wire.notification import Notification, message_of


class GroupDeleting:
    """Deletes messages of groups."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        chats: GroupChats,
        notices: Notices,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._chats = chats
        self._notices = notices
        self._clock = clock

    async def delete(self, call: Call, request: DeleteMsgsRequest, option: DeleteSyncOpt) -> None:
        """Hide messages from a user; with ``IsSyncOther`` empty them for everybody.

        Raises ``ImError``: 1002 for a message that the user may not take back; 1004 for a conversation that it does not
        have, where it asks that somebody be told.
        """
        chat = await self._chats.find(request.conversation_id)
        user = await self._directory.number(request.user_id)
        if chat is None or user is None:
            _refuse_if_told(request, option)
            return
        seqs = sorted(set(request.seqs or ()))

        async def write(tx: Transaction) -> Notice | None:
            return await self._delete(tx, call, request, chat, user, seqs, option)

        notice = await self._database.write(write, rows=3 + len(seqs))
        if notice is not None:
            call.after_answer(self._notices.push, notice)

    async def _delete(
        self,
        tx: Transaction,
        call: Call,
        request: DeleteMsgsRequest,
        chat: GroupChat,
        user: int,
        seqs: Sequence[int],
        option: DeleteSyncOpt,
    ) -> Notice | None:
        party = await self._chats.lock(tx, chat, user)
        seen = party.position
        if seen is None:
            _refuse_if_told(request, option)
            return None
        gone: set[int] = set()
        if option.is_sync_other:
            gone = await taking_back.hidden(tx, chat.timeline, taking_back.EVERYBODY, seqs)
        there = [seq for seq in seqs if seen.first <= seq <= seen.last and seq not in gone]
        if not there:
            return None
        detail = DeleteMsgs(user_id=request.user_id, conversation_id=request.conversation_id, seqs=there)
        if not option.is_sync_other:
            await self._notices.lock(tx, user, user, chat.timeline)
            await taking_back.hide(tx, chat.timeline, user, there)
            own = Notification(request.user_id, request.user_id, detail)
            return await self._notices.store(tx, user, user, own, call.operation_id)
        await self._notices.lock_of_group(tx, chat.group, chat.timeline)
        messages = await taking_back.locked(tx, chat.timeline, there)
        if not call.is_admin:
            await require_may_take_back(tx, party, (user, request.user_id), messages)
        await empty(tx, chat.timeline, messages)
        told = Notification(request.user_id, party.group.group_id, detail, is_of_group=True)
        stored = message_of(told, self._clock.now_ms(), is_stored=True)
        users = party.member_ids | {request.user_id}
        return await self._notices.store_in_group(tx, user, chat.group, users, stored, call.operation_id)


def _refuse_if_told(request: DeleteMsgsRequest, option: DeleteSyncOpt) -> None:
    """Raise ``ImError``, ``RECORD_NOT_FOUND`` (1004), where somebody is to be told of a conversation that a user does
    not have."""
    if option.is_sync_self or option.is_sync_other:
        raise ImError(Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {request.conversation_id}")
