"""The requests and answers about blacklists, as on the wire."""

import msgspec

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.relations.pair.models import Black


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
    user_id_list: list[str] | None = msgspec.field(default=None, name="userIDList")


class GetBlackListResponse(Response):
    """``create_time`` of each is in seconds since 1970."""

    blacks: list[Black]
    total: int


class GetSpecifiedBlacksResponse(Response):
    """``create_time`` of each is in milliseconds since 1970. ``blacks`` is null where there are none, as in OpenIM: its
    JavaScript client asks for whom it has just taken from the list, and raises an event without data for an empty
    list."""

    blacks: list[Black] | None
    total: int


class GetIncrementalBlacksRequest(Request):
    user_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalBlacksResponse(Response):
    """``create_time`` of each is in seconds since 1970, as in the list that this saves fetching."""

    version: int
    version_id: str
    full: bool
    delete: list[str]
    insert: list[Black]
    update: list[Black]
