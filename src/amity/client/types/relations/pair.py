"""The relation of two users, and the wire form of friend requests and blacklist entries.

Written from the server's operations by `make client-types`: not to be edited.
"""

from amity.client.operation import Response
from amity.client.types.users.models import PublicUser


class FriendRequest(Response):
    """Somebody's wish to be friends; times in milliseconds since 1970. ``handle_result`` is 0 while it waits, 1 where
    it was agreed to, -1 where it was refused."""

    from_user_id: str = ""
    from_nickname: str = ""
    from_face_url: str = ""
    to_user_id: str = ""
    to_nickname: str = ""
    to_face_url: str = ""
    handle_result: int = 0
    req_msg: str = ""
    create_time: int = 0
    handler_user_id: str = ""
    handle_msg: str = ""
    handle_time: int = 0
    ex: str = ""


class Black(Response):
    """An entry of a blacklist; ``create_time`` in milliseconds since 1970."""

    owner_user_id: str = ""
    create_time: int = 0
    black_user_info: PublicUser | None = None
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""
