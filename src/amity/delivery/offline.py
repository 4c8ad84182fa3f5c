"""Push messages to phones that are not connected: whom, and with which texts.

The app's business server may push itself when it is asked; this version has no pusher of its own, so what is left after
its answer is nobody's yet.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from amity.callbacks.asking.before import Before
from amity.callbacks.filters import Subject
from amity.delivery.push import Push
from amity.errors import ImError
from amity.wire.events.messages import OfflinePushInfo
from amity.wire.events.pushes import BeforeOfflinePush
from amity.wire.platforms import platform_name
from amity.wire.proto.sdkws_pb2 import MsgData

_OPTION: Final = "offlinePush"


class Notice(NamedTuple):
    """What is to be pushed to the phones of these users. ``info`` is ``None`` if nobody has given texts."""

    user_ids: Sequence[str]
    info: OfflinePushInfo | None


class OfflinePush:
    """Pushes to the phones of users who have none connected."""

    def __init__(self, push: Push, before: Before) -> None:
        self._push = push
        self._before = before

    @property
    def is_on(self) -> bool:
        """Whether somebody pushes to phones: the business server."""
        return self._before.enabled(BeforeOfflinePush)

    async def push(self, user_ids: Sequence[str], message: MsgData, operation_id: str) -> None:
        """Push a message to the phones of those of these users who have none connected. Raises nothing."""
        if message.options.get(_OPTION, True):
            await self.notice(user_ids, message, operation_id)

    async def notice(self, user_ids: Sequence[str], message: MsgData, operation_id: str) -> Notice | None:
        """Return what is to be pushed, as the business server wants it, or ``None`` if nothing is."""
        away = [each for each in user_ids if each != message.sendID and not self._push.has_phone(each)]
        if not away:
            return None
        info = _info_of(message)
        if not self._before.wants(BeforeOfflinePush, Subject(message.contentType, (message.sendID, *away))):
            return Notice(away, info)
        event = BeforeOfflinePush(
            operation_id=operation_id,
            platform_id=message.senderPlatformID,
            platform=platform_name(message.senderPlatformID),
            user_ids=tuple(away),
            client_msg_id=message.clientMsgID,
            send_id=message.sendID,
            group_id=message.groupID,
            content_type=message.contentType,
            session_type=message.sessionType,
            at_user_id_list=tuple(message.atUserIDList) or None,
            content=message.content.decode(errors="replace"),
            title=info.title if info else "",
            desc=info.desc if info else "",
            ex=info.ex if info else "",
            ios_push_sound=info.ios_push_sound if info else "",
            ios_badge_count=info.ios_badge_count if info else False,
            signal_info=info.signal_info if info else "",
        )
        try:
            answer = await self._before.ask(event, operation_id)
        except ImError:  # it is logged, and in the callback log
            return None
        if answer.change is not None:
            away = away if answer.change.user_ids is None else list(answer.change.user_ids)
            info = answer.change.offline_push_info or info
        return Notice(away, info) if away else None


def _info_of(message: MsgData) -> OfflinePushInfo | None:
    if not message.HasField("offlinePushInfo"):
        return None
    push = message.offlinePushInfo
    return OfflinePushInfo(
        title=push.title,
        desc=push.desc,
        ex=push.ex,
        ios_push_sound=push.iOSPushSound,
        ios_badge_count=push.iOSBadgeCount,
        signal_info=push.signalInfo,
    )
