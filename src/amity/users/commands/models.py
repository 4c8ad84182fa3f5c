"""The requests and answers about a user's commands, as on the wire."""

import msgspec

from amity.calls.call import Request, Response
from amity.wire.integers import Int32


class Command(Response):
    """``type`` and ``uuid`` are the client's; ``create_time`` in seconds since 1970."""

    type: int
    create_time: int
    uuid: str
    value: str
    ex: str


class ProcessUserCommandRequest(Request):
    """``None`` is nothing, and in an update leaves what is there."""

    user_id: str = ""
    type: Int32 = 0
    uuid: str = ""
    value: str | None = None
    ex: str | None = None


class ProcessUserCommandDeleteRequest(Request):
    user_id: str = ""
    type: Int32 = 0
    uuid: str = ""


class ProcessUserCommandGetRequest(Request):
    user_id: str = ""
    type: Int32 = 0


class ProcessUserCommandGetAllRequest(Request):
    user_id: str = ""


class CommandsResponse(Response):
    commands: list[Command] = msgspec.field(name="CommandResp")
