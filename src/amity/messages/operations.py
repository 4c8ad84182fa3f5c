"""The operations of messages, over HTTP and the gateway.

Source: open-im-server 3.8 ``internal/msggateway/message_handler.go``. It looks at permissions for some of these only.
"""

from amity.calls.call import Request
from amity.calls.operation import Access, Operation, Protobuf
from amity.messages.models import (
    GetConversationsHasReadAndMaxSeqRequest,
    GetConversationsHasReadAndMaxSeqResponse,
    GetLastMessageRequest,
    GetLastMessageResponse,
    GetMaxSeqRequest,
    GetMaxSeqResponse,
    GetSeqMessageRequest,
    GetSeqMessageResponse,
    GetServerTimeRequest,
    GetServerTimeResponse,
    MarkConversationAsReadRequest,
    MarkMsgsAsReadRequest,
    PullMessageBySeqsRequest,
    PullMessageBySeqsResponse,
    SetConversationHasReadSeqRequest,
)
from amity.messages.service import Messages
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

_NOTHING_YET = "There are no messages yet: sending them is not built."


def operations(messages: Messages) -> list[Operation]:
    """Declare what callers may ask of messages."""
    return [
        Operation(
            path="/msg/newest_seq",
            request=GetMaxSeqRequest,
            response=GetMaxSeqResponse,
            access=Access.CALLER,
            handler=messages.get_max_seq,
            summary="Get the number of the last message of each conversation",
            description=_NOTHING_YET,
            gateway=Identifier.GET_MAX_SEQ,
            protobuf=Protobuf(GetMaxSeqReq, GetMaxSeqResp),
        ),
        Operation(
            path="/msg/pull_msg_by_seq",
            request=PullMessageBySeqsRequest,
            response=PullMessageBySeqsResponse,
            access=Access.CALLER,
            handler=messages.pull_by_ranges,
            summary="Get the messages of conversations by their numbers",
            description=_NOTHING_YET,
            gateway=Identifier.PULL_BY_RANGES,
            protobuf=Protobuf(PullMessageBySeqsReq, PullMessageBySeqsResp),
        ),
        Operation(
            path="/msg/get_conversations_has_read_and_max_seq",
            request=GetConversationsHasReadAndMaxSeqRequest,
            response=GetConversationsHasReadAndMaxSeqResponse,
            access=Access.CALLER,
            handler=messages.get_read_and_max_seqs,
            summary="Get how far a user has read in its conversations",
            description=f"Conversations that are unknown have read, and have, nothing. {_NOTHING_YET}",
            gateway=Identifier.GET_READ_AND_MAX_SEQ,
            protobuf=Protobuf(GetConversationsHasReadAndMaxSeqReq, GetConversationsHasReadAndMaxSeqResp),
        ),
        Operation(
            path="/msg/mark_conversation_as_read",
            request=MarkConversationAsReadRequest,
            response=None,
            access=Access.CALLER,
            handler=messages.mark_conversation_as_read,
            summary="Note how far a user has read in a conversation",
            description=f"1004 for a conversation that is unknown, as all of them are. {_NOTHING_YET}",
        ),
        Operation(
            path="/msg/mark_msgs_as_read",
            request=MarkMsgsAsReadRequest,
            response=None,
            access=Access.CALLER,
            handler=messages.mark_msgs_as_read,
            summary="Note which messages of a conversation a user has read",
            description=f"1001 for numbers above the last message's, as all of them are. {_NOTHING_YET}",
        ),
        Operation(
            path="/msg/set_conversation_has_read_seq",
            request=SetConversationHasReadSeqRequest,
            response=None,
            access=Access.CALLER,
            handler=messages.set_conversation_has_read_seq,
            summary="Set how far a user has read in a conversation",
            description=f"1001 for a number above the last message's, as all of them are. {_NOTHING_YET}",
        ),
        Operation(
            path="/msg/get_server_time",
            request=GetServerTimeRequest,
            response=GetServerTimeResponse,
            access=Access.CALLER,
            handler=messages.get_server_time,
            summary="Get the server's time",
        ),
        *_gateway_alone(messages),
    ]


def _gateway_alone(messages: Messages) -> list[Operation]:
    return [
        Operation(
            request=GetSeqMessageRequest,
            response=GetSeqMessageResponse,
            access=Access.CALLER,
            handler=messages.pull_by_seqs,
            summary="Get the messages with these numbers",
            gateway=Identifier.PULL_BY_SEQS,
            protobuf=Protobuf(GetSeqMessageReq, GetSeqMessageResp),
        ),
        Operation(
            request=GetLastMessageRequest,
            response=GetLastMessageResponse,
            access=Access.CALLER,
            handler=messages.get_last_message,
            summary="Get the newest message of each of these conversations",
            gateway=Identifier.GET_LAST_MESSAGE,
            protobuf=Protobuf(GetLastMessageReq, GetLastMessageResp),
        ),
        Operation(
            request=Request,
            response=None,
            access=Access.CALLER,
            handler=messages.send,
            summary="Send a message",
            gateway=Identifier.SEND_MSG,
        ),
        Operation(
            request=Request,
            response=None,
            access=Access.CALLER,
            handler=messages.send_signal,
            summary="Signal a call",
            gateway=Identifier.SEND_SIGNAL_MSG,
        ),
    ]
