"""Who pushes to devices that are offline: an interface, and the one that amity has.

amity speaks no push service's own protocol. It tells an address of the operator's choosing, over the outbox: signed,
tried again, in the order of each conversation. Whoever listens there pushes with the service that it likes.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from amity.callbacks.filters import Subject
from amity.callbacks.telling.outbox import Outbox
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery import devices_store
from amity.delivery.titles import texts_of
from amity.storage import Transaction
from amity.wire.events.event import AfterEvent
from amity.wire.events.messages import OfflinePushInfo
from amity.wire.events.pushes import AfterOfflinePush, PushDevice, PushReceiver
from amity.wire.proto.sdkws_pb2 import MsgData

_COUNTS = "unreadCount"


class Notice(NamedTuple):
    """What is to be pushed to the phones of these users. ``info`` is ``None`` if nobody has given texts; ``seq`` is 0
    for a message that is not stored."""

    user_ids: Sequence[str]
    info: OfflinePushInfo | None
    message: MsgData
    conversation_id: str
    seq: int
    operation_id: str


class OfflineProvider(Protocol):
    """Pushes to devices that are offline."""

    @property
    def is_on(self) -> bool:
        """Whether it pushes at all."""
        ...

    def wants(self, subject: Subject) -> bool:
        """Return whether it pushes messages of this kind."""
        ...

    async def push(self, tx: Transaction, notices: Sequence[Notice]) -> None:
        """Take what is to be pushed, in a transaction: it is pushed if that is committed.

        Awaits nothing but the transaction. The transaction holds a lock by which those of a conversation follow each
        other.
        """
        ...


class OutboxProvider:
    """Tells the address of ``callbacks.afterOfflinePush``."""

    def __init__(self, outbox: Outbox, clock: Clock = SYSTEM_CLOCK) -> None:
        self._outbox = outbox
        self._now_ms = clock.now_ms

    @property
    def is_on(self) -> bool:
        """Whether the settings have it on."""
        return self._outbox.enabled(AfterOfflinePush)

    def wants(self, subject: Subject) -> bool:
        """Return whether the filters of the settings admit messages of this kind."""
        return self._outbox.wants(AfterOfflinePush, subject)

    async def push(self, tx: Transaction, notices: Sequence[Notice]) -> None:
        """Store an event for each notice, with the devices and badges as they are now."""
        if not notices:
            return
        user_ids = sorted({user_id for notice in notices for user_id in notice.user_ids})
        await tx.expect(len(notices) + len(user_ids))
        devices = await devices_store.devices(tx, user_ids, self._now_ms())
        badges = await devices_store.badges(tx, user_ids)
        texts_of_each = [texts_of(notice.message.contentType, notice.info) for notice in notices]
        counts = Counter(
            user_id
            for notice, texts in zip(notices, texts_of_each, strict=True)
            if _counts(notice, texts)
            for user_id in notice.user_ids
        )
        if counts:
            # All of them at once, so that every transaction locks them in one order.
            raised = await devices_store.raise_badges(tx, counts)
            badges |= {user_id: unread - counts[user_id] for user_id, unread in raised.items()}
        events: list[tuple[AfterEvent, str]] = []
        for notice, texts in zip(notices, texts_of_each, strict=True):
            if _counts(notice, texts):
                for user_id in notice.user_ids:
                    badges[user_id] += 1
            receivers = tuple(
                PushReceiver(
                    user_id=user_id,
                    badge=badges.get(user_id, 0),
                    devices=tuple(
                        PushDevice(platform_id=each.platform, token=each.token, expire_time=each.expires_at)
                        for each in devices.get(user_id, ())
                    ),
                )
                for user_id in notice.user_ids
            )
            events.append((_event(notice, texts, receivers), notice.operation_id))
        await self._outbox.record_all(tx, events)


def _counts(notice: Notice, texts: OfflinePushInfo) -> bool:
    """Return whether a message raises the numbers on icons."""
    return texts.ios_badge_count and bool(notice.message.options.get(_COUNTS, True))


def _event(notice: Notice, texts: OfflinePushInfo, receivers: Sequence[PushReceiver]) -> AfterOfflinePush:
    message = notice.message
    return AfterOfflinePush(
        operation_id=notice.operation_id,
        receivers=receivers,
        title=texts.title,
        desc=texts.desc,
        ex=texts.ex,
        ios_push_sound=texts.ios_push_sound,
        ios_badge_count=texts.ios_badge_count,
        conversation_id=notice.conversation_id,
        client_msg_id=message.clientMsgID,
        server_msg_id=message.serverMsgID,
        seq=notice.seq,
        send_id=message.sendID,
        sender_nickname=message.senderNickname,
        group_id=message.groupID,
        content_type=message.contentType,
        session_type=message.sessionType,
        send_time=message.sendTime,
    )
