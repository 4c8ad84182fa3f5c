"""The operations by which messages are read, over HTTP and the gateway.

Source: open-im-server 3.8 ``internal/msggateway/message_handler.go``. It checks permissions for some of these only.
"""

from amity.calls.operation import Access, Operation, Protobuf
from amity.messages.reading.anybodys import Anybodys
from amity.messages.reading.marking import Marking
from amity.messages.reading.numbers import Numbers
from amity.messages.reading.pulling import Pulling
from amity.messages.reading.read_states import ReadStates
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
    pulling: Pulling, numbers: Numbers, marking: Marking, states: ReadStates, anybodys: Anybodys
) -> list[Operation]:
    """Declare the operations of pulling, of the numbers, of marking, of what was read, and of reading as an
    administrator."""
    return [
        Operation(
            "/msg/newest_seq",
            numbers.get_max_seq,
            "Get the number of the last message of each conversation",
            protobuf=Protobuf(GetMaxSeqReq, GetMaxSeqResp),
            gateway=Identifier.GET_MAX_SEQ,
        ),
        Operation(
            "/msg/pull_msg_by_seq",
            pulling.pull_by_ranges,
            "Get the messages of conversations by their numbers",
            protobuf=Protobuf(PullMessageBySeqsReq, PullMessageBySeqsResp),
        ),
        Operation(
            "",
            pulling.pull_by_ranges_encoded,
            "Get the messages of conversations by their numbers",
            protobuf=Protobuf(PullMessageBySeqsReq, PullMessageBySeqsResp),
            gateway=Identifier.PULL_BY_RANGES,
        ),
        Operation(
            "/msg/get_conversations_has_read_and_max_seq",
            numbers.get_read_and_max_seqs,
            "Get how far a user has read in its conversations",
            description="Conversations that are unknown have read, and have, nothing.",
            protobuf=Protobuf(GetConversationsHasReadAndMaxSeqReq, GetConversationsHasReadAndMaxSeqResp),
        ),
        Operation(
            "",
            numbers.get_read_and_max_seqs_encoded,
            "Get how far a user has read in its conversations",
            protobuf=Protobuf(GetConversationsHasReadAndMaxSeqReq, GetConversationsHasReadAndMaxSeqResp),
            gateway=Identifier.GET_READ_AND_MAX_SEQ,
        ),
        Operation(
            "/msg/mark_conversation_as_read",
            marking.mark_conversation_as_read,
            "Note how far a user has read in a conversation",
            description="1004 for a conversation that the user does not have.",
        ),
        Operation(
            "/msg/mark_msgs_as_read",
            marking.mark_msgs_as_read,
            "Note which messages of a conversation a user has read",
            description="1001 for numbers above the last message's.",
        ),
        Operation(
            "/msg/set_conversation_has_read_seq",
            marking.set_conversation_has_read_seq,
            "Set how far a user has read in a conversation",
            description="1001 for a number above the last message's.",
        ),
        Operation(
            "/msg/get_read_state",
            states.get_read_state,
            "Say who has read a message, page by page",
            description=(
                "Of a user's own message; administrators ask for any, managers of a group for all of the group. The"
                " sender is left out. In a group it is said of those who are its members now."
            ),
        ),
        Operation(
            "/msg/get_conversation_msgs",
            anybodys.get_conversation_msgs,
            "Get the messages of anybody's conversation by their numbers",
            description=(
                "All that is stored, also what users have hidden from themselves or cleared. Oldest first, those of "
                "up to 100 numbers; fewer where they are long, and `next` says where the next call goes on. 1004 for a "
                "conversation that has no message."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/msg/get_server_time",
            numbers.get_server_time,
            "Get the server's time",
        ),
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
    ]
