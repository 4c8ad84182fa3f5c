"""Revoking messages of groups.

Source: open-im-server 3.8 ``internal/rpc/msg/revoke.go``.
"""

from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.messages.taking_back.emptying import revoke
from amity.messages.taking_back.in_groups.chats import GroupChat, GroupChats, Party, require_may_take_back
from amity.messages.taking_back.models import RevokeMsgRequest
from amity.messages.taking_back.revocation import detail_of, not_found, require_recent, still_there
from amity.storage import Database, Transaction
from amity.timeline import taking_back
from amity.timeline.models import Message
from amity.timeline.notices import Notice, Notices
from amity.users.models import User
from amity.wire.events.taking_back import AfterRevokeMsg
from amity.wire.message_kinds import GROUP_CHAT
from amity.wire.notification import Notification, message_of


class GroupRevoking:
    """Revokes messages of groups. ``within`` bounds, in seconds, how long a sender may; 0 is no bound."""

    def __init__(
        self,
        database: Database,
        chats: GroupChats,
        notices: Notices,
        outbox: Outbox,
        within: int,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._chats = chats
        self._notices = notices
        self._outbox = outbox
        self._within = within
        self._clock = clock

    async def revoke(self, call: Call, request: RevokeMsgRequest, user: int, revoker: User) -> None:
        """Revoke a message: a user's own, the group's owner any, its administrators those of ordinary members and of
        who is none, administrators of the server any. ``user`` is the number of the user of the request.

        Raises ``ImError`` as ``Revoking.revoke_msg`` does.
        """
        chat = await self._chats.find(request.conversation_id)
        if chat is None:
            raise not_found(request)

        async def write(tx: Transaction) -> Notice:
            return await self._revoke(tx, call, request, chat, user, revoker)

        call.after_answer(self._notices.push, await self._database.write(write, rows=8))

    async def _revoke(
        self, tx: Transaction, call: Call, request: RevokeMsgRequest, chat: GroupChat, user: int, revoker: User
    ) -> Notice:
        now = self._clock.now_ms()
        party = await self._chats.lock(tx, chat, user)
        if not call.is_admin and party.position is None:
            # As in OpenIM. That the group is there anybody may learn who is to join it.
            raise ImError(Code.NO_PERMISSION, f"conversationID: user {request.user_id} is not in the group")
        await self._notices.lock_of_group(tx, chat.group, chat.timeline)
        message = await self._seen(tx, request, chat, user, party, everything=call.is_admin)
        data = still_there(message, request)
        if not call.is_admin:
            await require_may_take_back(tx, party, (user, request.user_id), [message])
            if party.member is None or not party.member.manages:
                require_recent(message, now, self._within)
        role = revoker.app_manger_level if call.is_admin or party.member is None else party.member.role
        await revoke(tx, chat.timeline, message, data, revoker, role, now)
        event = AfterRevokeMsg(conversation_id=request.conversation_id, seq=request.seq, user_id=request.user_id)
        await self._outbox.record(tx, event, call.operation_id)
        detail = detail_of(call, request, data, GROUP_CHAT, now)
        told = Notification(request.user_id, party.group.group_id, detail, is_of_group=True)
        # The user may have left: its own devices hear of it, too.
        users = party.member_ids | {request.user_id}
        stored = message_of(told, now, is_stored=True)
        return await self._notices.store_in_group(tx, user, chat.group, users, stored, call.operation_id)

    async def _seen(
        self, tx: Transaction, request: RevokeMsgRequest, chat: GroupChat, user: int, party: Party, *, everything: bool
    ) -> Message:
        """Return a message that the user sees, or for ``everything`` any. Raises ``ImError``, 1004."""
        if not everything:
            seen = party.position
            if seen is None or not seen.first <= request.seq <= seen.last:
                raise not_found(request)
            if await taking_back.hidden(tx, chat.timeline, user, [request.seq]):
                raise not_found(request)
        found = await taking_back.locked(tx, chat.timeline, [request.seq])
        if not found:
            raise not_found(request)
        return found[0]
