"""The rules of messages while there are none: permissions, and empty answers.

Source: open-im-server 3.8 ``internal/rpc/msg`` (``sync_msg.go``, ``as_read.go``).
"""

from collections.abc import Sequence

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
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
    PullMsgs,
    Seqs,
    SetConversationHasReadSeqRequest,
)

MOST_NAMED = 10_000
"""Conversations that one request may name."""
_NOTIFICATIONS = "n_"
"""Prefix of the ids of conversations that hold notifications, not messages."""


class Messages:
    """Everything that can be asked of messages, over HTTP and the gateway."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock

    async def get_max_seq(self, call: Call, request: GetMaxSeqRequest) -> GetMaxSeqResponse:
        """Return the last number of each of a user's conversations that has a message."""
        call.require_allowed(request.user_id, "userID")
        return GetMaxSeqResponse(max_seqs={}, min_seqs={})

    async def pull_by_ranges(self, call: Call, request: PullMessageBySeqsRequest) -> PullMessageBySeqsResponse:
        """Return the messages in these ranges."""
        call.require_allowed(request.user_id, "userID")
        _require_order(request.order)
        return PullMessageBySeqsResponse(msgs={}, notification_msgs={})

    async def pull_by_seqs(self, call: Call, request: GetSeqMessageRequest) -> GetSeqMessageResponse:
        """Return the messages with these numbers."""
        call.require_own(request.user_id, "userID")
        _require_order(request.order)
        answer = GetSeqMessageResponse(msgs={}, notification_msgs={})
        for asked in request.conversations or ():
            notifies = asked.conversation_id.startswith(_NOTIFICATIONS)
            into = answer.notification_msgs if notifies else answer.msgs
            # Clients read the entry without checking that it exists.
            into[asked.conversation_id] = PullMsgs(msgs=[], is_end=True, end_seq=0)
        return answer

    async def get_read_and_max_seqs(
        self, call: Call, request: GetConversationsHasReadAndMaxSeqRequest
    ) -> GetConversationsHasReadAndMaxSeqResponse:
        """Return how far a user has read in its conversations, and their last numbers; 0 for an unknown
        conversation."""
        call.require_own(request.user_id, "userID")
        named = request.conversation_ids or ()
        if len(named) > MOST_NAMED:
            raise ImError(Code.ARGS, f"conversationIDs: {len(named)} entries, and at most {MOST_NAMED} are allowed")
        return GetConversationsHasReadAndMaxSeqResponse(
            seqs={conversation_id: Seqs(max_seq=0, has_read_seq=0, max_seq_time=0) for conversation_id in named},
            pinned_conversation_ids=[],
        )

    async def get_last_message(self, call: Call, request: GetLastMessageRequest) -> GetLastMessageResponse:
        """Return the newest message of each of these conversations."""
        call.require_own(request.user_id, "userID")
        return GetLastMessageResponse(msgs={})

    async def send(self, call: Call, data: bytes) -> None:
        """Raise ``ImError``, ``NO_PERMISSION`` (1002): sending is not built yet."""
        raise _not_built("sending messages")

    async def send_signal(self, call: Call, data: bytes) -> None:
        """Raise ``ImError``, ``NO_PERMISSION`` (1002): calls are not built yet."""
        raise _not_built("signalling calls")

    async def mark_conversation_as_read(self, call: Call, request: MarkConversationAsReadRequest) -> None:
        """Set a user's read position in a conversation. Raises ``ImError``, 1004, because there is no conversation."""
        _require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        _require_seq("hasReadSeq", request.has_read_seq)
        _require_seqs(request.seqs or ())
        raise ImError(Code.RECORD_NOT_FOUND, f"conversationID: conversation not found: {request.conversation_id}")

    async def mark_msgs_as_read(self, call: Call, request: MarkMsgsAsReadRequest) -> None:
        """Mark messages as read. Raises ``ImError``, ``ARGS`` (1001), because no message has such a number."""
        _require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        if not request.seqs:
            raise ImError(Code.ARGS, "seqs is empty")
        _require_seqs(request.seqs)
        raise _beyond("seqs", request.conversation_id)

    async def set_conversation_has_read_seq(self, call: Call, request: SetConversationHasReadSeqRequest) -> None:
        """Set a user's read position in a conversation. Raises ``ImError``, ``ARGS`` (1001), because no message has
        such a number."""
        _require_conversation(request.conversation_id)
        call.require_own(request.user_id, "userID")
        _require_seq("hasReadSeq", request.has_read_seq)
        raise _beyond("hasReadSeq", request.conversation_id)

    async def get_server_time(self, call: Call, request: GetServerTimeRequest) -> GetServerTimeResponse:
        """Return the server's time."""
        return GetServerTimeResponse(server_time=self._clock.now_ms())


def _require_conversation(conversation_id: str) -> None:
    if not conversation_id:
        raise ImError(Code.ARGS, "conversationID is empty")


def _require_order(order: int) -> None:
    if order not in {0, 1}:
        raise ImError(Code.ARGS, f"order: is 0 (the oldest first) or 1, not {order}")


def _require_seqs(seqs: Sequence[int]) -> None:
    for index, seq in enumerate(seqs):
        _require_seq(f"seqs[{index}]", seq)


def _require_seq(field: str, seq: int) -> None:
    if seq < 1:
        raise ImError(Code.ARGS, f"{field}: numbers of messages begin with 1, and this is {seq}")


def _beyond(field: str, conversation_id: str) -> ImError:
    return ImError(Code.ARGS, f"{field}: must not be bigger than maxSeq, which is 0 in {conversation_id}")


def _not_built(what: str) -> ImError:
    # Not a 500: the server has not failed, and another attempt is of no use.
    return ImError(Code.NO_PERMISSION, f"{what} is not built yet")
