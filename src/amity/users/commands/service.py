"""Texts that clients store for a user, so that all of its devices have them. The client chooses their kind and id.

OpenIM calls them commands, and gives them no meaning. As in OpenIM, other devices are not notified of changes.

Source: open-im-server 3.8 ``internal/rpc/user/user.go`` (``ProcessUserCommand...``).
"""

from collections.abc import Awaitable, Callable

from amity.calls.call import Call
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.storage import Database, Transaction
from amity.users.commands import store
from amity.users.commands.models import (
    MOST_VALUE_CHARACTERS,
    Command,
    CommandsResponse,
    ProcessUserCommandDeleteRequest,
    ProcessUserCommandGetAllRequest,
    ProcessUserCommandGetRequest,
    ProcessUserCommandRequest,
)
from amity.users.directory import Directory

MOST_COMMANDS = 1000
"""The most commands of one user. Without a limit, a client's ``get_all`` could overload the server."""
MOST_UUID_CHARACTERS = 256


class Commands:
    """The operations of a user's commands."""

    def __init__(self, database: Database, directory: Directory, clock: Clock = SYSTEM_CLOCK) -> None:
        self._database = database
        self._directory = directory
        self._clock = clock

    async def add(self, call: Call, request: ProcessUserCommandRequest) -> None:
        """Store a command. Raises ``ImError``: 1003 if there is one of that kind and id, 1004 if the user is
        unknown."""
        _require_named(call, request)
        _require_sizes(request)
        user_seq = await self._number(request.user_id)
        command = Command(
            type=request.type,
            create_time=int(self._clock.now()),
            uuid=request.uuid,
            value=request.value or "",
            ex=request.ex or "",
        )

        async def write(tx: Transaction) -> None:
            if not await store.add(tx, user_seq, command):
                raise ImError(Code.DUPLICATE_KEY, f"uuid: there is a command {request.uuid} of type {request.type}")
            if await store.count(tx, user_seq) > MOST_COMMANDS:
                raise ImError(Code.ARGS, f"userID: user {request.user_id} has {MOST_COMMANDS} commands, the limit")

        await self._database.write(write)

    async def update(self, call: Call, request: ProcessUserCommandRequest) -> None:
        """Change a command. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if it does not exist."""
        _require_named(call, request)
        _require_sizes(request)
        await self._change(
            request,
            lambda tx, user_seq: store.update(tx, user_seq, request.type, request.uuid, request.value, request.ex),
        )

    async def delete(self, call: Call, request: ProcessUserCommandDeleteRequest) -> None:
        """Delete a command. Raises ``ImError``, ``RECORD_NOT_FOUND`` (1004), if it does not exist."""
        _require_named(call, request)
        await self._change(request, lambda tx, user_seq: store.delete(tx, user_seq, request.type, request.uuid))

    async def get(self, call: Call, request: ProcessUserCommandGetRequest) -> CommandsResponse:
        """Return a user's commands of one kind."""
        call.require_own(request.user_id, "userID")
        _require_type(request.type)
        commands = await self._of_user(request.user_id)
        return CommandsResponse(commands=[command for command in commands if command.type == request.type])

    async def get_all(self, call: Call, request: ProcessUserCommandGetAllRequest) -> CommandsResponse:
        """Return all of a user's commands."""
        call.require_own(request.user_id, "userID")
        return CommandsResponse(commands=await self._of_user(request.user_id))

    async def _change(
        self,
        request: ProcessUserCommandRequest | ProcessUserCommandDeleteRequest,
        change: Callable[[Transaction, int], Awaitable[bool]],
    ) -> None:
        user_seq = await self._number(request.user_id)
        if not await self._database.write(lambda tx: change(tx, user_seq)):
            raise ImError(Code.RECORD_NOT_FOUND, f"uuid: there is no command {request.uuid} of type {request.type}")

    async def _of_user(self, user_id: str) -> list[Command]:
        user_seq = await self._directory.number(user_id)
        return [] if user_seq is None else await store.of_user(self._database, user_seq)

    async def _number(self, user_id: str) -> int:
        number = await self._directory.number(user_id)
        if number is None:
            raise ImError(Code.RECORD_NOT_FOUND, f"userID: user not found: {user_id}")
        return number


def _require_named(call: Call, request: ProcessUserCommandRequest | ProcessUserCommandDeleteRequest) -> None:
    call.require_own(request.user_id, "userID")
    _require_type(request.type)
    if not 1 <= len(request.uuid) <= MOST_UUID_CHARACTERS:
        raise ImError(Code.ARGS, f"uuid: {len(request.uuid)} characters, and 1 to {MOST_UUID_CHARACTERS} are allowed")


def _require_type(kind: int) -> None:
    if not kind:
        raise ImError(Code.ARGS, "type: is not specified")


def _require_sizes(request: ProcessUserCommandRequest) -> None:
    for field, text in (("value", request.value), ("ex", request.ex)):
        if text is not None and len(text) > MOST_VALUE_CHARACTERS:
            raise ImError(
                Code.ARGS, f"{field}: {len(text)} characters, and at most {MOST_VALUE_CHARACTERS} are allowed"
            )
