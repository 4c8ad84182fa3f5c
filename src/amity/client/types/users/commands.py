"""The requests and answers about a user's commands, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response


class Command(Response):
    """``type`` and ``uuid`` are the client's; ``create_time`` in seconds since 1970."""

    type: int = 0
    create_time: int = 0
    uuid: str = ""
    value: str = ""
    ex: str = ""


class ProcessUserCommandRequest(Request):
    """``None`` is nothing, and in an update leaves what is there."""

    user_id: str = ""
    type: int = 0
    uuid: str = ""
    value: str | None = None
    ex: str | None = None


class ProcessUserCommandDeleteRequest(Request):
    user_id: str = ""
    type: int = 0
    uuid: str = ""


class ProcessUserCommandGetRequest(Request):
    user_id: str = ""
    type: int = 0


class ProcessUserCommandGetAllRequest(Request):
    user_id: str = ""


class CommandsResponse(Response):
    commands: list[Command] = msgspec.field(default_factory=list, name="CommandResp")


USER_PROCESS_USER_COMMAND_ADD = Operation("/user/process_user_command_add", ProcessUserCommandRequest, NoneType)
"""Keep a text with a user, for all of its devices."""
USER_PROCESS_USER_COMMAND_DELETE = Operation(
    "/user/process_user_command_delete",
    ProcessUserCommandDeleteRequest,
    NoneType,
)
"""Forget a text that was kept with a user."""
USER_PROCESS_USER_COMMAND_UPDATE = Operation("/user/process_user_command_update", ProcessUserCommandRequest, NoneType)
"""Change a text that is kept with a user."""
USER_PROCESS_USER_COMMAND_GET = Operation(
    "/user/process_user_command_get",
    ProcessUserCommandGetRequest,
    CommandsResponse,
)
"""Get the texts of one type that are kept with a user."""
USER_PROCESS_USER_COMMAND_GET_ALL = Operation(
    "/user/process_user_command_get_all",
    ProcessUserCommandGetAllRequest,
    CommandsResponse,
)
"""Get all texts that are kept with a user."""
