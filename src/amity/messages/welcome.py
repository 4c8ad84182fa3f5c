"""Whether a user takes another's message, and what of it the server sets by that. Pure.

Source: open-im-server 3.8 ``internal/rpc/msg/verify.go``, whose checks have this order.
"""

from typing import Final

from amity.errors import Code, ImError
from amity.messages.store import Standing
from amity.wire.proto.sdkws_pb2 import MsgData

FROM_USER: Final = 100
FROM_SYSTEM: Final = 200
_SYSTEM_LEVEL: Final = 2
_NEVER, _QUIETLY = 1, 2


def require_welcome(message: MsgData, standing: Standing, *, is_admin: bool) -> None:
    """Raise ``ImError`` if the receiver does not take this message: 1302, or 1001 where it wants none.

    A client's message gets the sender's stored name and face. The offline push is switched off if the receiver wants
    to hear nothing of it. ``is_admin``: the settings name the sender as an administrator.
    """
    if message.msgFrom == FROM_USER:
        message.senderNickname, message.senderFaceURL = standing.nickname, standing.face_url
    if (
        standing.is_blacklisted
        and not is_admin
        and standing.sender_level < _SYSTEM_LEVEL
        and message.sendID != message.recvID
    ):
        raise ImError(Code.BLOCKED_BY_PEER, f"recvID: {message.recvID} has blacklisted {message.sendID}")
    if standing.global_opt == _NEVER or (not standing.global_opt and standing.conversation_opt == _NEVER):
        raise ImError(Code.ARGS, f"recvID: message is not sent: {message.recvID} receives none")
    if _QUIETLY in (standing.global_opt, standing.conversation_opt):
        message.options["offlinePush"] = False
