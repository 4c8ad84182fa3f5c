"""Revoking messages: what was written is gone, for everybody.

Source: open-im-server 3.8 ``internal/rpc/msg/revoke.go``.
"""

from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations import positions
from amity.conversations.finding import Chat, Finding
from amity.conversations.naming import type_of
from amity.errors import Code, ImError
from amity.messages.checks import require_conversation, require_seq
from amity.messages.taking_back.emptying import revoke
from amity.messages.taking_back.in_groups.revoking import GroupRevoking
from amity.messages.taking_back.models import RevokeMsgRequest
from amity.messages.taking_back.revocation import detail_of, not_found, require_recent, still_there
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline import taking_back
from amity.timeline.models import Message
from amity.timeline.notices import Notice, Notices
from amity.users import store as users
from amity.users.directory import Directory
from amity.users.models import User
from amity.wire.conversation_ids import GROUP
from amity.wire.events.taking_back import AfterRevokeMsg
from amity.wire.notification import Notification


class Revoking:
    """``revoke_msg``. ``within`` bounds, in seconds, how long a sender may; 0 is no bound."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        finding: Finding,
        notices: Notices,
        outbox: Outbox,
        within: int,
        in_groups: GroupRevoking,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._in_groups = in_groups
        self._database = database
        self._directory = directory
        self._finding = finding
        self._notices = notices
        self._outbox = outbox
        self._within = within
        self._clock = clock

    async def revoke_msg(self, call: Call, request: RevokeMsgRequest) -> None:
        """Revoke a message: its sender's own, or an administrator any; in a group also as one of its managers.

        Raises ``ImError``: 1001, 1002, 1004 for a message that the user does not see, 1404 for one that is revoked
        already.
        """
        require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        require_seq("seq", request.seq)
        # What an erased user wrote may be kept, and has to go all the same where an administrator says so.
        read = self._directory.numbers_of_all if call.is_admin else self._directory.numbers
        user = (await read([request.user_id])).get(request.user_id)
        if user is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"userID: user not found: {request.user_id}")
        if request.conversation_id.startswith(GROUP):
            await self._in_groups.revoke(call, request, user, await self._revoker(call))
            return
        chat = await self._finding.chat(request.user_id, request.conversation_id)
        if chat is None and call.is_admin:
            chat = await self._finding.anybodys_chat(request.conversation_id)
        if chat is None:
            raise not_found(request)
        revoker = await self._revoker(call)

        async def write(tx: Transaction) -> Notice:
            return await self._revoke(tx, call, request, chat, revoker)

        notice = await self._database.write(write, rows=8)
        call.after_answer(self._notices.push, notice)

    async def _revoker(self, call: Call) -> User:
        named = await users.by_ids(self._database, [call.user_id])
        return named[0] if named else User(user_id=call.user_id)

    async def _revoke(
        self, tx: Transaction, call: Call, request: RevokeMsgRequest, chat: Chat, revoker: User
    ) -> Notice:
        now = self._clock.now_ms()
        await lock_lists(tx, [chat.owner, chat.peer])
        await self._notices.lock(tx, chat.owner, chat.peer, chat.timeline)
        message = await _seen(tx, request, chat, everything=call.is_admin)
        data = still_there(message, request)
        if not call.is_admin:
            if message.sender != chat.owner:
                raise ImError(Code.NO_PERMISSION, f"seq: message {request.seq} is not of user {request.user_id}")
            require_recent(message, now, self._within)
        await revoke(tx, chat.timeline, message, data, revoker, revoker.app_manger_level, now)
        event = AfterRevokeMsg(conversation_id=request.conversation_id, seq=request.seq, user_id=request.user_id)
        await self._outbox.record(tx, event, call.operation_id)
        detail = detail_of(call, request, data, type_of(chat.form), now)
        # Both users of the chat hear of it, also where an administrator names a third one.
        notification = Notification(chat.owner_id, chat.peer_id, detail)
        return await self._notices.store(tx, chat.owner, chat.peer, notification, call.operation_id)


async def _seen(tx: Transaction, request: RevokeMsgRequest, chat: Chat, *, everything: bool) -> Message:
    """Return a message that the user sees, or for ``everything`` any. Raises ``ImError``, 1004."""
    if not everything:
        position = await positions.one(tx, chat.owner, chat.timeline)
        if position is None or request.seq < position.first:
            raise not_found(request)
        if await taking_back.hidden(tx, chat.timeline, chat.owner, [request.seq]):
            raise not_found(request)
    found = await taking_back.locked(tx, chat.timeline, [request.seq])
    if not found:
        raise not_found(request)
    return found[0]
