"""The relation of two users, and the wire form of friend requests and blacklist entries."""

from enum import IntEnum
from typing import NamedTuple

from amity.calls.call import Response
from amity.users.models import PublicUser


class HandleResult(IntEnum):
    """The state of a friend request, as on the wire."""

    REFUSED = -1
    WAITING = 0
    AGREED = 1


class Standing(NamedTuple):
    """The relation of two users, ``first`` and ``second`` in the order of the arguments.

    ``applied`` is the state of first's request to second, ``asked`` that of second's request to first; ``None`` if
    there is no request.
    """

    first_has_second: bool
    second_has_first: bool
    first_blocks_second: bool
    second_blocks_first: bool
    applied: int | None
    asked: int | None


class FriendRequest(Response):
    """Somebody's wish to be friends; times in milliseconds since 1970. ``handle_result`` is 0 while it waits, 1 where
    it was agreed to, -1 where it was refused."""

    from_user_id: str
    from_nickname: str
    from_face_url: str
    to_user_id: str
    to_nickname: str
    to_face_url: str
    handle_result: int
    req_msg: str
    create_time: int
    handler_user_id: str
    handle_msg: str
    handle_time: int
    ex: str


class Black(Response):
    """An entry of a blacklist; ``create_time`` in milliseconds since 1970."""

    owner_user_id: str
    create_time: int
    black_user_info: PublicUser | None
    add_source: int
    operator_user_id: str
    ex: str
