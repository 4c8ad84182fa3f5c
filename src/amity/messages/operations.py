"""The HTTP operations of messages."""

from amity.calls.operation import Access, Operation
from amity.messages.models import (
    GetConversationsHasReadAndMaxSeqRequest,
    GetConversationsHasReadAndMaxSeqResponse,
    GetMaxSeqRequest,
    GetMaxSeqResponse,
    GetServerTimeRequest,
    GetServerTimeResponse,
    MarkConversationAsReadRequest,
    MarkMsgsAsReadRequest,
    PullMessageBySeqsRequest,
    PullMessageBySeqsResponse,
    SetConversationHasReadSeqRequest,
)
from amity.messages.service import Messages

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
        ),
        Operation(
            path="/msg/pull_msg_by_seq",
            request=PullMessageBySeqsRequest,
            response=PullMessageBySeqsResponse,
            access=Access.CALLER,
            handler=messages.pull_by_ranges,
            summary="Get the messages of conversations by their numbers",
            description=_NOTHING_YET,
        ),
        Operation(
            path="/msg/get_conversations_has_read_and_max_seq",
            request=GetConversationsHasReadAndMaxSeqRequest,
            response=GetConversationsHasReadAndMaxSeqResponse,
            access=Access.CALLER,
            handler=messages.get_read_and_max_seqs,
            summary="Get how far a user has read in its conversations",
            description=f"Conversations that are unknown have read, and have, nothing. {_NOTHING_YET}",
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
    ]
