"""This server as what imports: its operations, called within the process as an administrator."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final, TypeVar

import msgspec

from amity.calls.call import Call
from amity.calls.operation import Operation
from amity.client.types.relations.friends import ImportFriendRequest, ImportFriendResponse
from amity.client.types.users import (
    AccountCheckRequest,
    AccountCheckResponse,
    NewUser,
    UserRegisterRequest,
    UserRegisterResponse,
)
from amity.console.context import Operations
from amity.logs import operation_id
from amity.wire.platforms import ADMIN

T = TypeVar("T")
_encode: Final = msgspec.json.Encoder().encode


class InProcess:
    """Calls operations for the job ``job`` as ``admin``. They are checked, limited and asked about as over HTTP. Each
    method raises ``ImError`` as they do.

    An operation that has begun runs to its end, also if whoever called it is cancelled: its changes are stored by then,
    and clients are yet to be told of them.
    """

    def __init__(self, operations: Operations, admin: str, job: int, run: str) -> None:
        self._operations = operations
        self._admin = admin
        self._job = job
        self._run = run
        self._calls = 0
        self._under_way: set[asyncio.Task[Any]] = set()

    async def finish(self) -> None:
        """Wait until the operations under way have ended. Raises nothing."""
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def registered(self, user_ids: Sequence[str]) -> set[str]:
        """Return those ids that are registered. They must be distinct."""
        request = AccountCheckRequest(check_user_ids=list(user_ids))
        answer = await self._call("/user/account_check", request, AccountCheckResponse)
        return {each.user_id for each in answer.results if each.account_status == 1}

    async def register_users(self, new: Sequence[NewUser]) -> UserRegisterResponse:
        """Register users, all or none. The answer has the users that the business server left out."""
        return await self._call("/user/user_register", UserRegisterRequest(users=list(new)), UserRegisterResponse)

    async def import_friends(
        self, owner: str, friends: Sequence[str], *, partial: bool, idempotency_key: str
    ) -> ImportFriendResponse:
        """Make ``friends`` (1 to 1000) and ``owner`` friends of each other."""
        request = ImportFriendRequest(owner_user_id=owner, friend_user_ids=list(friends), partial=partial)
        return await self._call("/friend/import_friend", request, ImportFriendResponse, idempotency_key)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever called it may be gone: asyncio would log that nobody asked for the exception

    async def _call(self, path: str, request: msgspec.Struct, kind: type[T], idempotency_key: str = "") -> T:
        # On SQLite a read is over without a turn of the event loop: others would wait for as many as follow each other.
        await asyncio.sleep(0)
        operation, decode = self._operations[path]
        self._calls += 1
        call = Call(
            operation_id=f"import-{self._job}-{self._run}-{self._calls}",
            user_id=self._admin,
            platform_id=ADMIN,
            is_admin=True,
            idempotency_key=idempotency_key,
            body=_encode(request),
            job=self._job,
        )
        task = asyncio.create_task(_run(operation, call, decode(call.body)), name=call.operation_id)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        answer = await asyncio.shield(task)
        return kind() if answer is None else msgspec.convert(answer, kind, from_attributes=True)


async def _run(operation: Operation, call: Call, request: Any) -> Any:
    operation_id.set(call.operation_id)
    try:
        return await operation.handler(call, request)
    finally:
        call.answered()
