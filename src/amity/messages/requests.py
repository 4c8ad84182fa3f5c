"""What clients ask of messages over the gateway: protobuf in, protobuf out, the same rules as over HTTP.

Source: open-im-server 3.8 ``internal/msggateway/message_handler.go``. It looks at permissions for some of these only.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

import msgspec
from google.protobuf.message import Message

from amity.calls.call import Call, Request
from amity.errors import Code, ImError
from amity.messages.models import (
    GetConversationsHasReadAndMaxSeqRequest,
    GetLastMessageRequest,
    GetMaxSeqRequest,
    GetSeqMessageRequest,
    PullMessageBySeqsRequest,
)
from amity.messages.service import Messages
from amity.wire import protobuf
from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import (
    GetConversationsHasReadAndMaxSeqReq,
    GetConversationsHasReadAndMaxSeqResp,
    GetLastMessageReq,
    GetLastMessageResp,
    GetSeqMessageReq,
    GetSeqMessageResp,
)
from amity.wire.proto.sdkws_pb2 import (
    GetMaxSeqReq,
    GetMaxSeqResp,
    PullMessageBySeqsReq,
    PullMessageBySeqsResp,
)


class Caller(Protocol):
    """Who asks: the user of a connection."""

    @property
    def user_id(self) -> str: ...

    @property
    def platform_id(self) -> int: ...

    @property
    def operation_id(self) -> str: ...


Handler = Callable[[Caller, bytes], Awaitable[bytes]]


def requests(messages: Messages) -> dict[Identifier, Handler]:
    """Return the handlers by the number of the request. Each raises ``ImError``: 1001 for bytes that are no such
    request, 1002 for another user's."""
    return {
        Identifier.GET_MAX_SEQ: _handler(messages.get_max_seq, GetMaxSeqRequest, GetMaxSeqReq, GetMaxSeqResp),
        Identifier.PULL_BY_RANGES: _handler(
            messages.pull_by_ranges, PullMessageBySeqsRequest, PullMessageBySeqsReq, PullMessageBySeqsResp
        ),
        Identifier.SEND_MSG: _not_built("sending messages"),
        Identifier.SEND_SIGNAL_MSG: _not_built("signalling calls"),
        Identifier.PULL_BY_SEQS: _handler(
            messages.pull_by_seqs, GetSeqMessageRequest, GetSeqMessageReq, GetSeqMessageResp
        ),
        Identifier.GET_READ_AND_MAX_SEQ: _handler(
            messages.get_read_and_max_seqs,
            GetConversationsHasReadAndMaxSeqRequest,
            GetConversationsHasReadAndMaxSeqReq,
            GetConversationsHasReadAndMaxSeqResp,
        ),
        Identifier.GET_LAST_MESSAGE: _handler(
            messages.get_last_message, GetLastMessageRequest, GetLastMessageReq, GetLastMessageResp
        ),
    }


def _handler(
    operation: Callable[[Call, Any], Awaitable[msgspec.Struct]],
    request: type[Request],
    asked: type[Message],
    answered: type[Message],
) -> Handler:
    async def handle(caller: Caller, data: bytes) -> bytes:
        # An administrator's connection is a user's like any other: for others it asks over HTTP.
        call = Call(operation_id=caller.operation_id, user_id=caller.user_id, platform_id=caller.platform_id)
        return protobuf.encode(await operation(call, protobuf.decode(data, asked, request)), answered)

    return handle


def _not_built(what: str) -> Handler:
    async def refuse(caller: Caller, data: bytes) -> bytes:
        # Not 500: nothing has gone wrong here, and it is no use to try again.
        raise ImError(Code.NO_PERMISSION, f"{what} is not built yet")

    return refuse
