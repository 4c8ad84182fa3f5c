"""Notifications of the app's own.

Source: open-im-server 3.8 ``internal/api/msg.go`` (``SendBusinessNotification``).
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.conversations.chat_copies import ChatCopies
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.groups.stored.numbers import GroupNumbers
from amity.messages.business.in_groups import Asked, GroupBusiness
from amity.messages.business.models import MOST_DATA, SendBusinessNotificationRequest
from amity.messages.sending.models import SendMsgResponse
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.timeline.notices import Notices
from amity.users.directory import Directory
from amity.wire.notification import ContentType, Detail, Notification, conversation_of, message_of
from amity.wire.proto.sdkws_pb2 import MsgData

STORED: Final = 2
"""``reliabilityLevel`` of a notification that is stored."""
MOST_KEY: Final = 256
"""Characters of ``key``."""


class Business(Detail):
    """What the app tells."""

    content_type = ContentType.BUSINESS
    key: str
    data: str


class BusinessNotifications:
    """``send_business_notification``."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        notices: Notices,
        copies: ChatCopies,
        push: Push,
        in_groups: GroupBusiness,
        groups: GroupNumbers,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._in_groups = in_groups
        self._groups = groups
        self._directory = directory
        self._notices = notices
        self._copies = copies
        self._push = push
        self._clock = clock

    async def send_business_notification(self, call: Call, request: SendBusinessNotificationRequest) -> SendMsgResponse:
        """Notify a user, and the sender's own devices, of something of the app's, or the members of a group. Raises
        ``ImError``: 1001, 1004, 1204."""
        _require(request)
        if request.recv_group_id:
            return await self._notify_group(call, request)
        numbers = await self._directory.numbers([request.send_user_id, request.recv_user_id])
        for field, user_id in (("sendUserID", request.send_user_id), ("recvUserID", request.recv_user_id)):
            if user_id not in numbers:
                raise ImError(Code.RECORD_NOT_FOUND, f"{field}: user not found: {user_id}")
        sender, receiver = numbers[request.send_user_id], numbers[request.recv_user_id]
        is_stored = request.reliability_level == STORED
        detail = Business(key=request.key, data=request.data)
        notification = Notification(request.send_user_id, request.recv_user_id, detail)
        message = message_of(notification, self._clock.now_ms(), is_stored=is_stored)

        async def write(tx: Transaction) -> list[Callable[[], None]]:
            await lock_lists(tx, [sender, receiver])
            told: list[Callable[[], None]] = []
            if request.send_msg:
                told.append(await self._copies.store(tx, [(sender, receiver)], [message], call.operation_id))
            if is_stored:
                notice = await self._notices.store_message(tx, sender, receiver, message, call.operation_id)
                told.append(partial(self._notices.push, notice))
            return told

        if is_stored or request.send_msg:
            for tell in await self._database.write(write, rows=8):
                call.after_answer(tell)
        if not is_stored:
            call.after_answer(self._tell, message, call.operation_id)
        return SendMsgResponse(
            server_msg_id=message.serverMsgID, client_msg_id=message.clientMsgID, send_time=message.sendTime
        )

    async def _notify_group(self, call: Call, request: SendBusinessNotificationRequest) -> SendMsgResponse:
        sender = await self._directory.number(request.send_user_id)
        group = await self._groups.number(request.recv_group_id)
        if sender is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"sendUserID: user not found: {request.send_user_id}")
        if group is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"recvGroupID: group not found: {request.recv_group_id}")
        asked = Asked(request.reliability_level == STORED, request.send_msg)
        detail = Business(key=request.key, data=request.data)
        notification = Notification(request.send_user_id, request.recv_group_id, detail, is_of_group=True)
        message = message_of(notification, self._clock.now_ms(), is_stored=asked.is_stored)
        message.recvID = ""
        await self._in_groups.notify(call, sender, group, message, asked)
        return SendMsgResponse(
            server_msg_id=message.serverMsgID, client_msg_id=message.clientMsgID, send_time=message.sendTime
        )

    def _tell(self, message: MsgData, operation_id: str) -> None:
        users = list(dict.fromkeys((message.recvID, message.sendID)))
        self._push.message(
            users, conversation_of(message.sendID, message.recvID), message.SerializeToString(), operation_id
        )


def _require(request: SendBusinessNotificationRequest) -> None:
    if not request.send_user_id:
        raise ImError(Code.ARGS, "sendUserID is empty")
    if request.recv_user_id and request.recv_group_id:
        raise ImError(Code.ARGS, "recvUserID, recvGroupID: only one of them may be set")
    if "\0" in request.recv_group_id:
        raise ImError(Code.ARGS, "recvGroupID: has a NUL in it")
    if not request.recv_user_id and not request.recv_group_id:
        raise ImError(Code.ARGS, "recvUserID is empty")
    if request.reliability_level not in {None, 0, 1, STORED}:
        raise ImError(Code.ARGS, f"reliabilityLevel: is 1 or 2, not {request.reliability_level}")
    if len(request.key) > MOST_KEY:
        raise ImError(Code.ARGS, f"key: too long (limit {MOST_KEY}, got {len(request.key)})")
    if (size := len(request.data.encode())) > MOST_DATA:
        raise ImError(Code.ARGS, f"data: too long (limit {MOST_DATA}, got {size})")
