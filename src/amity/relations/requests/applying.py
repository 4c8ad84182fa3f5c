"""Make friend requests.

If two users ask each other, they are friends: the second request accepts the first, whichever arrives first.

Source: open-im-server 3.8 ``internal/rpc/relation/friend.go``, ``pkg/common/storage/controller/friend.go``.
"""

from typing import NamedTuple

from amity.callbacks.asking.before import Before
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.calls.limit import counted
from amity.clock import SYSTEM_CLOCK, Clock
from amity.delivery.push import Push
from amity.errors import Code, ImError, offending
from amity.relations.limits.limits import Limits
from amity.relations.pair import adding
from amity.relations.pair import store as pair_store
from amity.relations.pair.models import FriendRequest, HandleResult, Standing
from amity.relations.pair.notices import notify_agreed
from amity.relations.requests import notices, store
from amity.relations.requests.models import AddFriendRequest
from amity.storage import Database, Transaction
from amity.sync.lists import lock_lists
from amity.users.directory import Directory
from amity.users.rules import require_length
from amity.wire.events.requests import AfterAddFriend, AfterAddFriendAgree, BeforeAddFriend, BeforeAddFriendAgree


class _Pair(NamedTuple):
    """The numbers of the user who asks, of the user who is asked, and of the caller (``operator``)."""

    applicant: int
    to: int
    operator: int


class Applying:
    """``add_friend``."""

    def __init__(
        self,
        database: Database,
        directory: Directory,
        before: Before,
        outbox: Outbox,
        push: Push,
        limits: Limits,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._database = database
        self._directory = directory
        self._before = before
        self._outbox = outbox
        self._push = push
        self._limits = limits
        self._clock = clock

    async def add_friend(self, call: Call, request: AddFriendRequest) -> None:
        """Request a friendship, also repeatedly, or agree if the other user has asked already.

        Raises ``ImError``, the first that applies of: 1001, 1002, 1301, 1004, 1302, 1304, 1351, 1352, the app's
        refusal, 90004 or 90007 if a callback failed, 90002.
        """
        with counted():
            await self._apply(call, request)

    async def _apply(self, call: Call, request: AddFriendRequest) -> None:
        _require(call, request)
        pair = await self._pair(call, request)
        standing = await pair_store.standing(self._database, pair.applicant, pair.to)
        await self._require_may(self._database, request, pair, standing)
        await self._limits.require_application(pair.applicant)
        await self._before.ask(
            BeforeAddFriend(
                from_user_id=request.from_user_id,
                to_user_id=request.to_user_id,
                req_msg=request.req_msg,
                ex=request.ex,
            ),
            call.operation_id,
        )
        agreed = standing.asked == HandleResult.WAITING
        if agreed:
            await self._ask_to_agree(call, request)
        stored = await self._write(call, request, pair, may_agree=agreed)
        if stored is None:
            # The other user's request arrived meanwhile, and the app has not been asked yet whether this one may agree.
            await self._ask_to_agree(call, request)
            stored = await self._write(call, request, pair, may_agree=True)
        if stored is not None:
            notify = notices.notify_applied if stored.handle_result == HandleResult.WAITING else notify_agreed
            call.after_answer(notify, self._push, stored, call.operation_id)

    async def _pair(self, call: Call, request: AddFriendRequest) -> _Pair:
        numbers = await self._directory.numbers([request.from_user_id, request.to_user_id])
        for field, user_id in (("fromUserID", request.from_user_id), ("toUserID", request.to_user_id)):
            if user_id not in numbers:
                raise ImError(Code.RECORD_NOT_FOUND, f"{field}: user not found: {offending([user_id])}")
        operator = await self._directory.number(call.user_id) or 0
        return _Pair(numbers[request.from_user_id], numbers[request.to_user_id], operator)

    async def _require_may(
        self, reader: Database | Transaction, request: AddFriendRequest, pair: _Pair, standing: Standing
    ) -> None:
        """Raise ``ImError``: 1302 if either user has blacklisted the other, 1304 if they are friends, 1351 if one of
        them may have no more friends."""
        applicant, to = request.from_user_id, request.to_user_id
        if standing.second_blocks_first:
            raise ImError(Code.BLOCKED_BY_PEER, f"toUserID: {to} has blacklisted {applicant}")
        if standing.first_blocks_second:
            raise ImError(Code.BLOCKED_BY_PEER, f"toUserID: {applicant} has blacklisted {to}: take that back first")
        if standing.first_has_second and standing.second_has_first:
            raise ImError(Code.RELATIONSHIP_ALREADY, f"toUserID: {applicant} and {to} are friends already")
        await self._limits.require_friend_quota(reader, growing(standing, pair.applicant, pair.to))

    async def _ask_to_agree(self, call: Call, request: AddFriendRequest) -> None:
        """Ask the app whether this request may accept the waiting request in the other direction."""
        await self._before.ask(
            BeforeAddFriendAgree(
                from_user_id=request.to_user_id,
                to_user_id=request.from_user_id,
                handle_result=int(HandleResult.AGREED),
                handle_msg="",
            ),
            call.operation_id,
        )

    async def _write(
        self, call: Call, request: AddFriendRequest, pair: _Pair, *, may_agree: bool
    ) -> FriendRequest | None:
        """Store the request, or the agreement; return the request of which clients are notified.

        Return ``None`` and store nothing if the request would agree although ``may_agree`` is false.
        """
        applicant, to, operator = pair

        async def write(tx: Transaction) -> FriendRequest | None:
            now = self._clock.now_ms()
            await lock_lists(tx, [applicant, to])
            standing = await pair_store.standing(tx, applicant, to)
            await self._require_may(tx, request, pair, standing)
            agrees = standing.asked == HandleResult.WAITING
            if agrees and not may_agree:
                return None
            await self._limits.use_application(tx, applicant)
            result = HandleResult.AGREED if agrees else HandleResult.WAITING
            handler = operator if agrees else 0
            await store.put(tx, applicant, to, result, handler, request.req_msg, request.ex, now)
            applied = AfterAddFriend(
                from_user_id=request.from_user_id, to_user_id=request.to_user_id, req_msg=request.req_msg
            )
            await self._outbox.record(tx, applied, call.operation_id)
            if not agrees:
                return await pair_store.request(tx, applicant, to)
            await store.answer(tx, to, applicant, HandleResult.AGREED, operator, "", now)
            await adding.add_applied(tx, to, applicant, now)
            accepted = AfterAddFriendAgree(
                from_user_id=request.to_user_id,
                to_user_id=request.from_user_id,
                handle_result=int(HandleResult.AGREED),
                handle_msg="",
            )
            await self._outbox.record(tx, accepted, call.operation_id)
            return await pair_store.request(tx, to, applicant)

        return await self._database.write(write, rows=5)


def growing(standing: Standing, applicant: int, to: int) -> dict[int, str]:
    """Return the users whose lists get a friend if the two become friends, each with the field that names it."""
    lists = ((applicant, "fromUserID", standing.first_has_second), (to, "toUserID", standing.second_has_first))
    return {owner: field for owner, field, has in lists if not has}


def _require(call: Call, request: AddFriendRequest) -> None:
    if not request.to_user_id:
        raise ImError(Code.ARGS, "toUserID is empty")
    if not request.from_user_id:
        raise ImError(Code.ARGS, "fromUserID is empty")
    require_length("reqMsg", request.req_msg)
    require_length("ex", request.ex)
    call.require_self_or_admin(request.from_user_id)
    if request.from_user_id == request.to_user_id:
        raise ImError(Code.CANNOT_ADD_YOURSELF, f"toUserID: {request.to_user_id} is fromUserID as well")
