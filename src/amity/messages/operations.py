"""The operations of messages, over HTTP and the gateway.

Source: open-im-server 3.8 ``internal/msggateway/message_handler.go``. It checks permissions for some of these only.
"""

from amity.calls.operation import Access, Operation, Protobuf
from amity.messages.pulling import Pulling
from amity.messages.reading import Reading
from amity.messages.searching import Searching
from amity.messages.sending import Sending
from amity.messages.signals import Signals
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


def operations(
    sending: Sending, pulling: Pulling, reading: Reading, searching: Searching, signals: Signals
) -> list[Operation]:
    """Declare the operations of sending, pulling and reading."""
    return [
        Operation(
            "/msg/send_msg",
            sending.send_msg,
            "Send a message as anybody",
            description=(
                "To a single user (`sessionType` 1), or as a notification account (`contentType` 1400, which is always"
                " of `sessionType` 4). What `content` holds depends on `contentType`. A call that is repeated with its"
                " `Idempotency-Key` sends nothing more."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/msg/search_msg",
            searching.search,
            "Search messages by sender, receiver, type, day and text",
            description=(
                "What is given must all be so; nothing given finds everything. In the order of arrival, and "
                "`chatLogsNum` is exact. It goes through the chats of who is named: 1355 where that takes more than 5 "
                "seconds, or where more than 100,000 messages would have to be looked at for their type. `keyword` "
                "needs the setting `messages.textSearch`, else it is 1001; until the messages of before are indexed it "
                "is 1355."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/msg/newest_seq",
            pulling.get_max_seq,
            "Get the number of the last message of each conversation",
            protobuf=Protobuf(GetMaxSeqReq, GetMaxSeqResp),
            gateway=Identifier.GET_MAX_SEQ,
        ),
        Operation(
            "/msg/pull_msg_by_seq",
            pulling.pull_by_ranges,
            "Get the messages of conversations by their numbers",
            protobuf=Protobuf(PullMessageBySeqsReq, PullMessageBySeqsResp),
            gateway=Identifier.PULL_BY_RANGES,
        ),
        Operation(
            "/msg/get_conversations_has_read_and_max_seq",
            pulling.get_read_and_max_seqs,
            "Get how far a user has read in its conversations",
            description="Conversations that are unknown have read, and have, nothing.",
            protobuf=Protobuf(GetConversationsHasReadAndMaxSeqReq, GetConversationsHasReadAndMaxSeqResp),
            gateway=Identifier.GET_READ_AND_MAX_SEQ,
        ),
        Operation(
            "/msg/mark_conversation_as_read",
            reading.mark_conversation_as_read,
            "Note how far a user has read in a conversation",
            description="1004 for a conversation that the user does not have.",
        ),
        Operation(
            "/msg/mark_msgs_as_read",
            reading.mark_msgs_as_read,
            "Note which messages of a conversation a user has read",
            description="1001 for numbers above the last message's.",
        ),
        Operation(
            "/msg/set_conversation_has_read_seq",
            reading.set_conversation_has_read_seq,
            "Set how far a user has read in a conversation",
            description="1001 for a number above the last message's.",
        ),
        Operation(
            "/msg/get_read_state",
            reading.get_read_state,
            "Say who has read a message, page by page",
            description="Of a user's own message; administrators ask for any. The sender is left out.",
        ),
        Operation(
            "/msg/get_server_time",
            pulling.get_server_time,
            "Get the server's time",
        ),
        *_gateway_alone(sending, pulling, signals),
    ]


def _gateway_alone(sending: Sending, pulling: Pulling, signals: Signals) -> list[Operation]:
    return [
        Operation(
            "",
            pulling.pull_by_seqs,
            "Get the messages with these numbers",
            protobuf=Protobuf(GetSeqMessageReq, GetSeqMessageResp),
            gateway=Identifier.PULL_BY_SEQS,
        ),
        Operation(
            "",
            pulling.get_last_message,
            "Get the newest message of each of these conversations",
            protobuf=Protobuf(GetLastMessageReq, GetLastMessageResp),
            gateway=Identifier.GET_LAST_MESSAGE,
        ),
        Operation(
            "",
            sending.send,
            "Send a message",
            gateway=Identifier.SEND_MSG,
        ),
        Operation(
            "",
            signals.send_signal,
            "Signal a call",
            gateway=Identifier.SEND_SIGNAL_MSG,
        ),
    ]
