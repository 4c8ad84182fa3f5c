"""The operations by which messages are sent, over HTTP and the gateway."""

from amity.calls.operation import Access, Operation
from amity.messages.sending.batch import Batch
from amity.messages.sending.service import Sending
from amity.messages.sending.signals import Signals
from amity.messages.sending.simple import Simple
from amity.messages.sending.statuses import Statuses
from amity.wire.frames import Identifier


def operations(sending: Sending, batch: Batch, simple: Simple, statuses: Statuses, signals: Signals) -> list[Operation]:
    """Declare the operations of sending."""
    return [
        Operation(
            "/msg/send_msg",
            sending.send_msg,
            "Send a message as anybody",
            description=(
                "To a single user (`sessionType` 1), to a group (3), or as a notification account (`contentType` 1400,"
                " which is always"
                " of `sessionType` 4). What `content` holds depends on `contentType`. A call that is repeated with its"
                " `Idempotency-Key` sends nothing more, also with other content."
            ),
            once_by_key=True,
            access=Access.ADMIN,
        ),
        Operation(
            "/msg/batch_send_msg",
            batch.send,
            "Send a message to many users",
            description=(
                "To each of `recvIDs`, or to all users with `isSendAll`; 10,000 at most. The sender gets no"
                " conversation by it until a receiver answers. All have one `clientMsgID`. A call that is repeated with"
                " its `Idempotency-Key` sends to those alone who were sent nothing."
            ),
            once_by_key=True,
            access=Access.ADMIN,
        ),
        Operation(
            "/msg/send_simple_msg",
            simple.send,
            "Answer a message",
            description=(
                "For who is told of messages: in a single chat from its receiver to its sender. A call that is repeated"
                " with its `Idempotency-Key` sends nothing more, also with other content."
            ),
            once_by_key=True,
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
