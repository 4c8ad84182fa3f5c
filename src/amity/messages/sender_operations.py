"""The HTTP operations of who sends for others: to many, as an answer, and whether a call has sent."""

from amity.calls.operation import Access, Operation
from amity.messages.batch import Batch
from amity.messages.simple import Simple
from amity.messages.statuses import Statuses


def operations(batch: Batch, simple: Simple, statuses: Statuses) -> list[Operation]:
    """Declare the operations of who sends for others."""
    return [
        Operation(
            "/msg/batch_send_msg",
            batch.send,
            "Send a message to many users",
            description=(
                "To each of `recvIDs`, or to all users with `isSendAll`; 10,000 at most. The sender gets no"
                " conversation by it until a receiver answers. All have one `clientMsgID`. A call that is repeated with"
                " its `Idempotency-Key` sends to those alone who were sent nothing."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/msg/send_simple_msg",
            simple.send,
            "Answer a message",
            description="For who is told of messages: in a single chat from its receiver to its sender.",
            query={
                "key": "Base64 of a JSON object with `sendID`, `recvID` and `groupID` of the message that is answered,"
                " as callbacks about messages have it in their query"
            },
        ),
        Operation(
            "/msg/check_msg_is_send_success",
            statuses.check,
            "Say whether a call has sent its message",
            description=(
                "By the header `operationID`, for 24 hours, of `/msg/send_msg` and `/msg/send_simple_msg`."
                " Administrators ask for each other, users for themselves."
            ),
        ),
    ]
