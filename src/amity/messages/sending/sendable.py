"""Which messages nobody may send, whoever gets them."""

from typing import Final

from amity.errors import Code, ImError
from amity.messages.content import NOTIFICATIONS, OF_ACCOUNT
from amity.messages.sending.limits import MessageLimits
from amity.messages.sending.welcome import FROM_USER
from amity.timeline.models import Form
from amity.wire.message_kinds import GROUP_CHAT, NOTIFICATION_ACCOUNT, SINGLE_CHAT
from amity.wire.proto.sdkws_pb2 import MsgData

_LEAST_TYPE: Final = 101
_FORMS: Final = {SINGLE_CHAT: Form.CHAT, GROUP_CHAT: Form.GROUP, NOTIFICATION_ACCOUNT: Form.ACCOUNT}


def require_sendable(message: MsgData, limits: MessageLimits) -> Form:
    """Return what the timeline of a message is of. Raises ``ImError``, ``ARGS`` (1001), for a message that nobody
    may send, whoever gets it."""
    if message.contentType < _LEAST_TYPE:
        raise ImError(Code.ARGS, f"contentType: {message.contentType} is no type of a chat")
    limits.require_bounds(message)
    if message.contentType in NOTIFICATIONS and message.contentType != OF_ACCOUNT:
        raise ImError(Code.ARGS, f"contentType: {message.contentType} is a notification, which the server sends")
    form = _form_of(message)
    if form is Form.GROUP:
        if not message.groupID:
            raise ImError(Code.ARGS, "groupID is empty")
    else:
        if not message.recvID:
            # As in OpenIM, whose API requires one, and whose gateway looks for the user.
            raise ImError(Code.RECORD_NOT_FOUND if message.msgFrom == FROM_USER else Code.ARGS, "recvID is empty")
        # A group's id would be taken for where the message belongs, by the app's business server too.
        message.ClearField("groupID")
    for field in ("recvID", "groupID", "clientMsgID", "serverMsgID"):
        if "\0" in getattr(message, field):
            raise ImError(Code.ARGS, f"{field}: has a NUL in it")
    return form


def _form_of(message: MsgData) -> Form:
    """Return what the timeline of a message is of. Raises ``ImError``, ``ARGS`` (1001), for a session that there is
    not, and for one that does not go with the type."""
    form = _FORMS.get(message.sessionType)
    if form is None:
        raise ImError(
            Code.ARGS,
            f"sessionType: is 1 (single chats), 3 (groups) or 4 (notification accounts), not {message.sessionType}",
        )
    if (message.sessionType == NOTIFICATION_ACCOUNT) != (message.contentType == OF_ACCOUNT):
        raise ImError(Code.ARGS, f"sessionType: {NOTIFICATION_ACCOUNT} and contentType {OF_ACCOUNT} go together")
    return form
