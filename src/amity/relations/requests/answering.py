"""Agree to friend requests, and refuse them.

Source: open-im-server 3.8 ``internal/rpc/relation/friend.go``, ``pkg/common/storage/controller/friend.go``.
"""

from collections.abc import Callable

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.limit import counted
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.push import Push
from amity.errors import Code, ImError
from amity.relations.limits.limits import Limits
from amity.relations.pair import adding
from amity.relations.pair import store as pair_store
from amity.relations.pair.chats import Chats
from amity.relations.pair.models import FriendRequest, HandleResult, Standing
from amity.relations.pair.notices import agreed, notify_agreed
from amity.relations.requests import notices, store
from amity.relations.requests.applying import growing
from amity.relations.requests.models import AddFriendResponseRequest
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.users.directory import Directory
from amity.users.rules import require_length
from amity.wire.events.requests import AfterAddFriendAgree, BeforeAddFriendAgree


class Answering:
    """``add_friend_response``. ``chats``: where an acceptance is written; ``None`` for nowhere."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        before: Before,
        outbox: Outbox,
        push: Push,
        limits: Limits,
        chats: Chats | None = None,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._chats = chats
        self._database = database
        self._directory = directory
        self._before = before
        self._outbox = outbox
        self._push = push
        self._limits = limits
        self._clock = clock

    async def add_friend_response(self, call: Call, request: AddFriendResponseRequest) -> None:
        """Agree to a request, which makes the two users friends, or refuse it.

        Raises ``ImError``: 1001, 1002, 1004 if there is no such request, 1305 if it is answered already. If it is to be
        agreed to, also 1351, the app's refusal, and 90004 or 90007 if the callback failed.
        """
        with counted():
            await self._answer(call, request)

    async def _answer(self, call: Call, request: AddFriendResponseRequest) -> None:
        _require(call, request)
        agrees = request.handle_result == HandleResult.AGREED
        numbers = await self._directory.numbers([request.from_user_id, request.to_user_id])
        applicant, to = numbers.get(request.from_user_id), numbers.get(request.to_user_id)
        if applicant is None or to is None:
            raise _no_request(request)
        standing = await pair_store.standing(self._database, applicant, to)
        await self._require_waiting(self._database, request, standing, applicant, to)
        if agrees:
            event = BeforeAddFriendAgree(
                from_user_id=request.from_user_id,
                to_user_id=request.to_user_id,
                handle_result=request.handle_result,
                handle_msg=request.handle_msg,
            )
            await self._before.ask(event, call.operation_id)
        operator = await self._directory.number(call.user_id) or 0

        async def write(tx: Transaction) -> tuple[FriendRequest, Callable[[], None] | None]:
            now = self._clock.now_ms()
            await lock_lists(tx, [applicant, to])
            standing = await pair_store.standing(tx, applicant, to)
            await self._require_waiting(tx, request, standing, applicant, to)
            result = HandleResult(request.handle_result)
            await store.answer(tx, applicant, to, result, operator, request.handle_msg, now)
            if agrees:
                await adding.add_applied(tx, applicant, to, now)
                after = AfterAddFriendAgree(
                    from_user_id=request.from_user_id,
                    to_user_id=request.to_user_id,
                    handle_result=request.handle_result,
                    handle_msg=request.handle_msg,
                )
                await self._outbox.record(tx, after, call.operation_id)
            answered = await pair_store.request(tx, applicant, to)
            if not agrees or self._chats is None:
                return answered, None
            opened = await self._chats.open(tx, [(to, applicant)], [agreed(answered)], call.operation_id)
            return answered, opened

        answered, opened = await self._database.write(write, rows=4)
        notify = notify_agreed if agrees else notices.notify_refused
        call.after_answer(notify, self._push, answered, call.operation_id)
        if opened is not None:
            call.after_answer(opened)

    async def _require_waiting(
        self,
        reader: Database | Transaction,
        request: AddFriendResponseRequest,
        standing: Standing,
        applicant: int,
        to: int,
    ) -> None:
        """Raise ``ImError``: 1004 or 1305 if the request does not wait, 1351 if agreeing exceeds a limit of friends."""
        if standing.applied is None:
            raise _no_request(request)
        if standing.applied != HandleResult.WAITING:
            raise ImError(
                Code.FRIEND_REQUEST_HANDLED,
                f"fromUserID: the friend request of {request.from_user_id} to {request.to_user_id} has been answered",
            )
        if request.handle_result == HandleResult.AGREED:
            await self._limits.require_friend_quota(reader, growing(standing, applicant, to))


def _require(call: Call, request: AddFriendResponseRequest) -> None:
    if not request.to_user_id:
        raise ImError(Code.ARGS, "toUserID is empty")
    if not request.from_user_id:
        raise ImError(Code.ARGS, "fromUserID is empty")
    if request.handle_result not in (HandleResult.AGREED, HandleResult.REFUSED):
        raise ImError(Code.ARGS, f"handleResult: 1 agrees and -1 refuses, not {request.handle_result}")
    require_length("handleMsg", request.handle_msg)
    call.require_self_or_admin(request.to_user_id)


def _no_request(request: AddFriendResponseRequest) -> ImError:
    return ImError(
        Code.RECORD_NOT_FOUND, f"fromUserID: {request.from_user_id} has not asked {request.to_user_id} to be friends"
    )
