"""The HTTP operations of blacklists and friend requests: what clients read of them."""

from amity.api.operation import Access, Operation
from amity.relations.applications import Applications
from amity.relations.applications_models import (
    GetDesignatedFriendApplyRequest,
    GetDesignatedFriendApplyResponse,
    GetFriendApplyListRequest,
    GetFriendApplyListResponse,
    GetSelfFriendApplyListResponse,
    GetSelfUnhandledApplyCountRequest,
    GetSelfUnhandledApplyCountResponse,
)
from amity.relations.blacks import Blacks
from amity.relations.blacks_models import BlacksResponse, GetBlackListRequest, GetSpecifiedBlacksRequest

_NO_REQUESTS = "There are none yet: asking to be friends is not built."
_NO_BLACKS = "Blacklisting is not built yet: what is there was put into the database."


def operations(blacks: Blacks, applications: Applications) -> list[Operation]:
    """Declare what callers may ask of blacklists and friend requests."""
    return [
        Operation(
            path="/friend/get_black_list",
            request=GetBlackListRequest,
            response=BlacksResponse,
            access=Access.CALLER,
            handler=blacks.get_black_list,
            summary="List the users whom a user has blacklisted, page by page",
            description=f"The first first. {_NO_BLACKS}",
        ),
        Operation(
            path="/friend/get_specified_blacks",
            request=GetSpecifiedBlacksRequest,
            response=BlacksResponse,
            access=Access.CALLER,
            handler=blacks.get_specified_blacks,
            summary="Get those of some users whom a user has blacklisted",
            description=f"All others are left out. {_NO_BLACKS}",
        ),
        Operation(
            path="/friend/get_friend_apply_list",
            request=GetFriendApplyListRequest,
            response=GetFriendApplyListResponse,
            access=Access.CALLER,
            handler=applications.get_friend_apply_list,
            summary="List friend requests to a user, page by page",
            description=_NO_REQUESTS,
        ),
        Operation(
            path="/friend/get_self_friend_apply_list",
            request=GetFriendApplyListRequest,
            response=GetSelfFriendApplyListResponse,
            access=Access.CALLER,
            handler=applications.get_self_friend_apply_list,
            summary="List a user's own friend requests, page by page",
            description=_NO_REQUESTS,
        ),
        Operation(
            path="/friend/get_designated_friend_apply",
            request=GetDesignatedFriendApplyRequest,
            response=GetDesignatedFriendApplyResponse,
            access=Access.CALLER,
            handler=applications.get_designated_friend_apply,
            summary="List the friend requests between two users",
            description=_NO_REQUESTS,
        ),
        Operation(
            path="/friend/get_self_unhandled_apply_count",
            request=GetSelfUnhandledApplyCountRequest,
            response=GetSelfUnhandledApplyCountResponse,
            access=Access.CALLER,
            handler=applications.get_self_unhandled_apply_count,
            summary="Count the friend requests that wait for a user",
            description=_NO_REQUESTS,
        ),
    ]
