"""What a revocation is, in a chat of two users as in a group: what refuses it, and what clients are told."""

from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.messages import forms
from amity.messages.notices import MsgRevoke
from amity.messages.taking_back.models import RevokeMsgRequest
from amity.timeline.models import Message
from amity.wire.proto.sdkws_pb2 import MsgData


def not_found(request: RevokeMsgRequest) -> ImError:
    """Return the refusal of a message that the user does not see."""
    return ImError(Code.RECORD_NOT_FOUND, f"seq: message not found: {request.seq} of {request.conversation_id}")


def still_there(message: Message, request: RevokeMsgRequest) -> MsgData:
    """Return what a message holds. Raises ``ImError``: 1004 if it was deleted, 1404 if it is revoked already."""
    data = MsgData.FromString(message.body)
    if forms.is_deleted(data):
        raise not_found(request)
    if forms.is_revoked(data):
        raise ImError(Code.MSG_ALREADY_REVOKED, f"seq: message {request.seq} is revoked already")
    return data


def require_recent(message: Message, now: int, within: int) -> None:
    """Raise ``ImError``, 1002, for a message sent more than ``within`` seconds before ``now``; 0 is no bound."""
    if within and now - message.sent_at > within * 1000:
        raise ImError(Code.NO_PERMISSION, f"seq: message {message.seq} is too old to be revoked (limit {within} s)")


def detail_of(call: Call, request: RevokeMsgRequest, data: MsgData, session_type: int, now: int) -> MsgRevoke:
    """Return what clients are told of a message that was revoked at ``now``."""
    return MsgRevoke(
        revoker_user_id=call.user_id,
        client_msg_id=data.clientMsgID,
        revoke_time=now,
        sesstion_type=session_type,
        seq=request.seq,
        conversation_id=request.conversation_id,
        is_admin_revoke=call.is_admin,
    )
