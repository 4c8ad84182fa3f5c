"""The operations of messages, over HTTP and the gateway.

Source: open-im-server 3.8 ``internal/msggateway/message_handler.go``. It checks permissions for some of these only.
"""

from amity.calls.operation import Operation, Protobuf
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
    """Declare the operations of messages."""
    return [
        Operation(
            "/msg/newest_seq",
            messages.get_max_seq,
            "Get the number of the last message of each conversation",
            description=_NOTHING_YET,
            protobuf=Protobuf(GetMaxSeqReq, GetMaxSeqResp),
            gateway=Identifier.GET_MAX_SEQ,
        ),
        Operation(
            "/msg/pull_msg_by_seq",
            messages.pull_by_ranges,
            "Get the messages of conversations by their numbers",
            description=_NOTHING_YET,
            protobuf=Protobuf(PullMessageBySeqsReq, PullMessageBySeqsResp),
            gateway=Identifier.PULL_BY_RANGES,
        ),
        Operation(
            "/msg/get_conversations_has_read_and_max_seq",
            messages.get_read_and_max_seqs,
            "Get how far a user has read in its conversations",
            description=f"Conversations that are unknown have read, and have, nothing. {_NOTHING_YET}",
            protobuf=Protobuf(GetConversationsHasReadAndMaxSeqReq, GetConversationsHasReadAndMaxSeqResp),
            gateway=Identifier.GET_READ_AND_MAX_SEQ,
        ),
        Operation(
            "/msg/mark_conversation_as_read",
            messages.mark_conversation_as_read,
            "Note how far a user has read in a conversation",
            description=f"1004 for a conversation that is unknown, as all of them are. {_NOTHING_YET}",
        ),
        Operation(
            "/msg/mark_msgs_as_read",
            messages.mark_msgs_as_read,
            "Note which messages of a conversation a user has read",
            description=f"1001 for numbers above the last message's, as all of them are. {_NOTHING_YET}",
        ),
        Operation(
            "/msg/set_conversation_has_read_seq",
            messages.set_conversation_has_read_seq,
            "Set how far a user has read in a conversation",
            description=f"1001 for a number above the last message's, as all of them are. {_NOTHING_YET}",
        ),
        Operation(
            "/msg/get_server_time",
            messages.get_server_time,
            "Get the server's time",
        ),
        *_gateway_alone(messages),
    ]


def _gateway_alone(messages: Messages) -> list[Operation]:
    return [
        Operation(
            "",
            messages.pull_by_seqs,
            "Get the messages with these numbers",
            protobuf=Protobuf(GetSeqMessageReq, GetSeqMessageResp),
            gateway=Identifier.PULL_BY_SEQS,
        ),
        Operation(
            "",
            messages.get_last_message,
            "Get the newest message of each of these conversations",
            protobuf=Protobuf(GetLastMessageReq, GetLastMessageResp),
            gateway=Identifier.GET_LAST_MESSAGE,
        ),
        Operation(
            "",
            messages.send,
            "Send a message",
            gateway=Identifier.SEND_MSG,
        ),
        Operation(
            "",
            messages.send_signal,
            "Signal a call",
            gateway=Identifier.SEND_SIGNAL_MSG,
        ),
    ]
