"""Whether a user takes another's message, and what of it the server sets by that. Pure.

Source: open-im-server 3.8 ``internal/rpc/msg/verify.go``, whose checks have this order.
"""

from typing import Final

from amity.errors import Code, ImError
from amity.messages.sending.store import Standing
from amity.wire.message_kinds import NOTIFICATION_ACCOUNT
from amity.wire.proto.sdkws_pb2 import MsgData

FROM_USER: Final = 100
FROM_SYSTEM: Final = 200
_SYSTEM_LEVEL: Final = 2
_NEVER, _QUIETLY = 1, 2


def require_welcome(
    message: MsgData, standing: Standing, *, is_admin: bool, friend_verify: bool = False, keeps_name: bool = False
) -> None:
    """Raise ``ImError`` if the receiver does not take this message: 1302, 1303, or 1001 where it wants none.

    1002 where the sender of what only notification accounts send is none.

    A client's message gets the sender's stored name and face. The offline push is switched off if the receiver wants
    to hear nothing of it. ``is_admin``: the settings name the sender as an administrator. ``friend_verify``: the
    receiver's friend list must have the sender. ``keeps_name``: a client's message has the name that it is to have.
    """
    if message.msgFrom == FROM_USER and not keeps_name:
        message.senderNickname, message.senderFaceURL = standing.nickname, standing.face_url
    is_system = is_admin or standing.sender_level >= _SYSTEM_LEVEL
    if message.sessionType == NOTIFICATION_ACCOUNT:
        if not is_system:
            raise ImError(
                Code.NO_PERMISSION, f"sendID: notification messages cannot be sent for this ID: {message.sendID}"
            )
        # What an account tells is always stored: a receiver can want it quietly alone.
        if standing.global_opt or standing.conversation_opt:
            message.options["offlinePush"] = False
        return
    if not is_system and message.sendID != message.recvID:
        if standing.is_blacklisted:
            raise ImError(Code.BLOCKED_BY_PEER, f"recvID: {message.recvID} has blacklisted {message.sendID}")
        if friend_verify and not standing.is_friend:
            raise ImError(Code.NOT_PEERS_FRIEND, f"recvID: {message.sendID} is no friend of {message.recvID}")
    if standing.global_opt == _NEVER or (not standing.global_opt and standing.conversation_opt == _NEVER):
        raise ImError(Code.ARGS, f"recvID: message is not sent: {message.recvID} receives none")
    if _QUIETLY in (standing.global_opt, standing.conversation_opt):
        message.options["offlinePush"] = False
