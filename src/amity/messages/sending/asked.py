"""Messages that are asked for over HTTP, as they are sent. Pure."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

import msgspec

from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.messages.content import OF_ACCOUNT, named_in, require_content
from amity.messages.options import ONLINE_ONLY, options_of
from amity.messages.sending.models import PushInfo, SendMsgRequest
from amity.messages.sending.welcome import FROM_SYSTEM
from amity.wire.message_kinds import NOTIFICATION_ACCOUNT
from amity.wire.proto.sdkws_pb2 import MsgData, OfflinePushInfo
from amity.wire.random_ids import random_id

_AHEAD_MS: Final = 86_400_000


def message_of(call: Call, request: SendMsgRequest, now: int) -> MsgData:
    """Return the message that an administrator asks for. Raises ``ImError``, ``ARGS`` (1001), naming the field."""
    if not request.send_id:
        raise ImError(Code.ARGS, "sendID is empty")
    if not 0 <= request.send_time <= now + _AHEAD_MS:
        raise ImError(Code.ARGS, f"sendTime: is between 0 and a day from now, not {request.send_time}")
    content = require_content(request.content_type, request.content)
    asked: Mapping[str, bool] = dict.fromkeys(ONLINE_ONLY, False) if request.is_online_only else {}
    if request.not_offline_push:
        asked = {**asked, "offlinePush": False}
    return MsgData(
        sendID=request.send_id,
        recvID=request.recv_id,
        groupID=request.group_id,
        clientMsgID=client_msg_id(call),
        senderPlatformID=request.sender_platform_id,
        senderNickname=request.sender_nickname,
        senderFaceURL=request.sender_face_url,
        sessionType=NOTIFICATION_ACCOUNT if request.content_type == OF_ACCOUNT else request.session_type,
        msgFrom=FROM_SYSTEM,
        contentType=request.content_type,
        content=content,
        createTime=now,
        options=options_of(request.content_type, asked),
        offlinePushInfo=push_info(request.offline_push_info),
        atUserIDList=named_in(request.content_type, content),
        ex=request.ex,
    )


def client_msg_id(call: Call) -> str:
    """Return the ``clientMsgID`` of a message: the same one for the same ``Idempotency-Key`` of a caller, so that a
    call that is repeated sends nothing twice; without a key a new one."""
    if not call.idempotency_key:
        return random_id()
    return blake2b(f"{call.user_id}\0{call.idempotency_key}".encode(), digest_size=16).hexdigest()


def push_info(info: PushInfo | None) -> OfflinePushInfo | None:
    """Return what an offline push shows, as a message has it."""
    return None if info is None else OfflinePushInfo(**msgspec.to_builtins(info))
