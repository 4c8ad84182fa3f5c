"""The requests and answers about a user's commands, as on the wire."""

from typing import Annotated, Final

import msgspec

from amity.calls.bounded import characters_up_to
from amity.calls.call import Request, Response
from amity.wire.integers import Int32

MOST_VALUE_CHARACTERS: Final = 8192
"""Characters of ``value`` and of ``ex``."""
_Text = Annotated[str, characters_up_to(MOST_VALUE_CHARACTERS)]


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
    value: _Text | None = None
    ex: _Text | None = None


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
