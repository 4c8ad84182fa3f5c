"""The requests and answers about blacklists, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination
from amity.client.types.relations.pair import Black


class AddBlackRequest(Request):
    owner_user_id: str = ""
    black_user_id: str = ""
    ex: str = ""


class RemoveBlackRequest(Request):
    owner_user_id: str = ""
    black_user_id: str = ""


class GetBlackListRequest(Request):
    user_id: str = ""
    pagination: Pagination | None = None


class GetSpecifiedBlacksRequest(Request):
    owner_user_id: str = ""
    user_id_list: list[str] | None = None


class GetBlackListResponse(Response):
    """``create_time`` of each is in seconds since 1970."""

    blacks: list[Black] = msgspec.field(default_factory=list)
    total: int = 0


class GetSpecifiedBlacksResponse(Response):
    """``create_time`` of each is in milliseconds since 1970. ``blacks`` is null where there are none, as in OpenIM: its
    JavaScript client asks for whom it has just taken from the list, and raises an event without data for an empty
    list."""

    blacks: list[Black] = msgspec.field(default_factory=list)
    total: int = 0


class GetIncrementalBlacksRequest(Request):
    user_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalBlacksResponse(Response):
    """``create_time`` of each is in seconds since 1970, as in the list that this saves fetching."""

    version: int = 0
    version_id: str = ""
    full: bool = False
    delete: list[str] = msgspec.field(default_factory=list)
    insert: list[Black] = msgspec.field(default_factory=list)
    update: list[Black] = msgspec.field(default_factory=list)


FRIEND_ADD_BLACK = Operation("/friend/add_black", AddBlackRequest, NoneType)
"""Put a user on the owner's blacklist."""
FRIEND_REMOVE_BLACK = Operation("/friend/remove_black", RemoveBlackRequest, NoneType)
"""Take a user from the owner's blacklist."""
FRIEND_GET_BLACK_LIST = Operation("/friend/get_black_list", GetBlackListRequest, GetBlackListResponse)
"""List the users whom a user has blacklisted, page by page."""
FRIEND_GET_SPECIFIED_BLACKS = Operation(
    "/friend/get_specified_blacks",
    GetSpecifiedBlacksRequest,
    GetSpecifiedBlacksResponse,
)
"""Get those of some users whom a user has blacklisted."""
FRIEND_GET_INCREMENTAL_BLACKS = Operation(
    "/friend/get_incremental_blacks",
    GetIncrementalBlacksRequest,
    GetIncrementalBlacksResponse,
)
"""Get what has changed on a blacklist."""
