"""Sending one message to many users.

Source: open-im-server 3.8 ``internal/api/msg.go``. There each message gives the sender a conversation, all are sent one
after the other, and nobody learns why one was not.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.messages.sending import store
from amity.messages.sending.asked import message_of
from amity.messages.sending.models import BatchFailure, BatchSendMsgRequest, BatchSendMsgResponse, BatchSent
from amity.messages.sending.service import Sending
from amity.storage import Database
from amity.users.rules import require_few
from amity.wire.message_kinds import NOTIFICATION_ACCOUNT, SINGLE_CHAT
from amity.wire.proto.sdkws_pb2 import MsgData

MOST_RECEIVERS: Final = 10_000
"""Users whom one call may write to."""
_AT_ONCE: Final = 64
"""Messages under way at once: other senders' messages wait for no more than these."""
_PAGE: Final = 500


class Batch:
    """Sends one message to many users."""

    def __init__(self, database: Database, sending: Sending, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._sending = sending
        self._clock = clock

    async def send(self, call: Call, request: BatchSendMsgRequest) -> BatchSendMsgResponse:
        """Send a message to each receiver, once. Who cannot be sent one is named with the reason.

        Raises ``ImError``, ``ARGS`` (1001), before anything is sent, where the message could be sent to nobody, and for
        more than 10,000 receivers.
        """
        now = self._clock.now_ms()
        message = message_of(call, request, now)
        if message.sessionType not in {SINGLE_CHAT, NOTIFICATION_ACCOUNT}:
            raise ImError(Code.ARGS, f"sessionType: is 1 or {NOTIFICATION_ACCOUNT}, not {message.sessionType}")
        # The sender's own clients would open a conversation with each receiver.
        message.options["senderSync"] = False
        receivers = await self._everybody(request.send_id) if request.is_send_all else _named(request.recv_ids)
        answer = BatchSendMsgResponse(results=[], failed_user_ids=[], failures=[])
        failure: ImError | None = None
        for begin in range(0, len(receivers), _AT_ONCE):
            some = receivers[begin : begin + _AT_ONCE]
            outcomes: Sequence[BatchSent | ImError] = [failure] * len(some) if failure else ()
            if not outcomes:
                outcomes = await self._send_some(call, message, request.send_time or now, some)
            for receiver, outcome in zip(some, outcomes, strict=True):
                if isinstance(outcome, BatchSent):
                    answer.results.append(outcome)
                    continue
                if outcome.code == Code.DATABASE:
                    failure = outcome  # the rest is not tried
                answer.failed_user_ids.append(receiver)
                answer.failures.append(
                    BatchFailure(
                        user_id=receiver, err_code=outcome.code, err_msg=outcome.message, err_dlt=outcome.detail
                    )
                )
        return answer

    async def _everybody(self, sender: str) -> list[str]:
        """Return the ids of all users but the sender and accounts as which nobody logs in."""
        found: list[str] = []
        after = 0
        while page := await store.users_after(self._database, after, _PAGE):
            after = page[-1][0]
            found += [user_id for _, user_id in page if user_id != sender]
            if len(found) > MOST_RECEIVERS:
                raise ImError(
                    Code.ARGS,
                    f"isSendAll: there are more than {MOST_RECEIVERS} users: name them in recvIDs, some in each call",
                )
        return found

    async def _send_some(
        self, call: Call, message: MsgData, send_time: int, receivers: Sequence[str]
    ) -> list[BatchSent | ImError]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._send_one(call, message, send_time, each)) for each in receivers]
        return [task.result() for task in tasks]

    async def _send_one(self, call: Call, message: MsgData, send_time: int, receiver: str) -> BatchSent | ImError:
        own = MsgData()
        own.CopyFrom(message)
        own.recvID = receiver
        # Pushed as soon as it is stored: later messages of its conversation are, too, and the last ones of a batch may
        # be stored seconds later.
        part = msgspec.structs.replace(call, follows=[])
        try:
            sent = await self._sending.accept(part, own, send_time, is_batch=True)
        except ImError as error:
            return error
        part.answered()
        return BatchSent(
            server_msg_id=sent.server_msg_id,
            client_msg_id=sent.client_msg_id,
            send_time=sent.send_time,
            recv_id=receiver,
        )


def _named(receivers: Sequence[str] | None) -> list[str]:
    if receivers is None:
        raise ImError(Code.ARGS, "recvIDs is empty")
    require_few("recvIDs", receivers, MOST_RECEIVERS)
    return list(dict.fromkeys(receivers))
