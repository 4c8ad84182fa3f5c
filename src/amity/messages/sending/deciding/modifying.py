"""What the app's business server may change in a message, and what the sender learns of it. Pure."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from amity.callbacks.asking.unfit import unfit
from amity.messages.message import push_info_of
from amity.messages.options import options_of
from amity.messages.sending.models import ModifiedMessage
from amity.wire.events.messages import ReplaceMessage
from amity.wire.proto.sdkws_pb2 import MsgData
from amity.wire.proto.sdkws_pb2 import OfflinePushInfo as PushInfo

_PLAIN: Final[Mapping[str, str]] = {
    "recv_id": "recvID",
    "group_id": "groupID",
    "client_msg_id": "clientMsgID",
    "server_msg_id": "serverMsgID",
    "sender_platform_id": "senderPlatformID",
    "sender_nickname": "senderNickname",
    "sender_face_url": "senderFaceURL",
    "session_type": "sessionType",
    "msg_from": "msgFrom",
    "content_type": "contentType",
    "attached_info": "attachedInfo",
    "ex": "ex",
}
"""Fields of an answer, and of a message, that hold one value."""
_SENDERS: Final = ("recvID", "groupID", "sessionType", "contentType", "attachedInfo", "ex", "content", "atUserIDList")
"""What a sender says of a message, and the server leaves as it is."""
_SENT: Final = range(3)
"""Statuses that become 2: sent. Others hide a message, or call it failed."""
_ORIGINS: Final = (100, 200)
_object = msgspec.json.Decoder(dict[str, msgspec.Raw])


def with_changes(message: MsgData, change: ReplaceMessage) -> MsgData:
    """Return a message with what an answer replaces in it.

    Raises ``ImError``, ``DATA`` (90007), for what no message may have, whoever sends it.
    """
    made = MsgData()
    made.CopyFrom(message)
    for field, name in _PLAIN.items():
        if (value := getattr(change, field)) is not None:
            setattr(made, name, value)
    if change.content is not None:
        made.content = _content(change.content)
    if change.options is not None or change.content_type is not None:
        options = options_of(made.contentType, dict(message.options) if change.options is None else change.options)
        made.options.clear()
        made.options.update(options)
    if change.offline_push_info is not None:
        made.offlinePushInfo.CopyFrom(PushInfo(**msgspec.to_builtins(change.offline_push_info)))
    if change.at_user_id_list is not None:
        made.atUserIDList[:] = change.at_user_id_list
    if made.msgFrom not in _ORIGINS:
        raise unfit(f"msgFrom: must be 100 or 200, got {made.msgFrom}")
    if change.status is not None and change.status not in _SENT:
        raise unfit(f"status: a message that is sent has 2, not {change.status}")
    for name in ("clientMsgID", "serverMsgID"):
        if not getattr(made, name):
            raise unfit(f"{name} is empty")
    return made


def changed_by_sender(asked: MsgData, stored: MsgData) -> bool:
    """Return whether a stored message differs from what its sender asked for, in what is the sender's to say."""
    return any(getattr(asked, name) != getattr(stored, name) for name in _SENDERS)


def differences(asked: MsgData, made: MsgData) -> ModifiedMessage | None:
    """Return the fields in which a message differs from what was asked for, or ``None`` if there are none."""
    changed: dict[str, Any] = {
        field: getattr(made, name) for field, name in _PLAIN.items() if getattr(made, name) != getattr(asked, name)
    }
    if made.content != asked.content:
        changed["content"] = made.content.decode(errors="replace")
    if dict(made.options) != dict(asked.options):
        changed["options"] = dict(made.options)
    if list(made.atUserIDList) != list(asked.atUserIDList):
        changed["at_user_id_list"] = list(made.atUserIDList)
    if made.offlinePushInfo != asked.offlinePushInfo:
        changed["offline_push_info"] = push_info_of(made.offlinePushInfo)
    return ModifiedMessage(**changed) if changed else None


def _content(text: str) -> bytes:
    try:
        _object.decode(text)
    except (ValueError, RecursionError):
        raise unfit("content: is no JSON object in a text") from None
    return text.encode()
