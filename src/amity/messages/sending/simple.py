"""Answering a message, as a business server does that was told of it.

Source: open-im-server 3.8 ``internal/api/msg.go``. After-callbacks about messages carry the key of a message in their
query.
"""

import binascii
from base64 import b64decode
from typing import Final
from urllib.parse import parse_qs

import msgspec

from amity.calls.call import Call, Request
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.messages.options import options_of
from amity.messages.sending.asked import client_msg_id, push_info
from amity.messages.sending.models import SendMsgResponse, SendSimpleMsgRequest
from amity.messages.sending.service import Sending
from amity.messages.sending.welcome import FROM_USER
from amity.wire.message_kinds import SINGLE_CHAT
from amity.wire.platforms import ADMIN
from amity.wire.proto.sdkws_pb2 import MsgData

LONGEST_KEY: Final = 4096
"""Characters of a key."""
_MARKDOWN: Final = 118
_READ_GROUP: Final = 3


class _Key(Request, forbid_unknown_fields=False):
    """The message that is answered."""

    send_id: str = ""
    recv_id: str = ""
    group_id: str = ""


_decode_key = msgspec.json.Decoder(_Key).decode


class Simple:
    """Answers messages."""

    def __init__(self, sending: Sending, clock: Clock = SYSTEM_CLOCK) -> None:
        self._sending = sending
        self._clock = clock

    async def send(self, call: Call, request: SendSimpleMsgRequest) -> SendMsgResponse:
        """Answer the message of the key in the query: in a single chat from its receiver to its sender.

        Raises ``ImError`` as ``Sending.send`` does, and ``ARGS`` (1001) for a key that is none.
        """
        key = _key_of(call.query)
        if not request.content:
            raise ImError(Code.ARGS, "content is empty")
        if key.group_id:
            if not request.send_id:
                raise ImError(Code.ARGS, "sendID is empty")
            sender, receiver, session = request.send_id, "", _READ_GROUP
        elif key.send_id and key.recv_id:
            sender, receiver, session = key.recv_id, key.send_id, SINGLE_CHAT
        else:
            raise ImError(Code.ARGS, "key: has no recvID and sendID, and no groupID")
        call.require_own(sender, "sendID")
        now = self._clock.now_ms()
        message = MsgData(
            sendID=sender,
            recvID=receiver,
            groupID=key.group_id,
            clientMsgID=client_msg_id(call),
            senderPlatformID=ADMIN,
            sessionType=session,
            msgFrom=FROM_USER,
            contentType=_MARKDOWN,
            content=msgspec.json.encode({"content": request.content}),
            createTime=now,
            options=options_of(_MARKDOWN, {}),
            offlinePushInfo=push_info(request.offline_push_info),
            ex=request.ex,
        )
        sent = await self._sending.accept(call, message, now, is_noted=True)
        return SendMsgResponse(
            server_msg_id=sent.server_msg_id, client_msg_id=sent.client_msg_id, send_time=sent.send_time
        )


def _key_of(query: str) -> _Key:
    if len(query) > LONGEST_KEY:
        raise ImError(Code.ARGS, f"key: too long (limit {LONGEST_KEY}, got {len(query)})")
    found = parse_qs(query).get("key")
    if not found:
        raise ImError(Code.ARGS, "key: missing key in query")
    try:
        # A plus sign that was not escaped is a blank in a query.
        return _decode_key(b64decode(found[0].replace(" ", "+"), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise ImError(Code.ARGS, "key: is not the base64 of a JSON object with sendID, recvID, groupID") from None
