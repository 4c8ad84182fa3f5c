"""The HTTP operations of blacklists."""

from amity.calls.operation import Access, Operation
from amity.relations.blacks.changing import BlackChanges
from amity.relations.blacks.models import (
    AddBlackRequest,
    GetBlackListRequest,
    GetBlackListResponse,
    GetIncrementalBlacksRequest,
    GetIncrementalBlacksResponse,
    GetSpecifiedBlacksRequest,
    GetSpecifiedBlacksResponse,
    RemoveBlackRequest,
)
from amity.relations.blacks.reading import Blacks


def operations(changes: BlackChanges, blacks: Blacks) -> list[Operation]:
    """Declare what callers may ask of blacklists."""
    return [
        Operation(
            path="/friend/add_black",
            request=AddBlackRequest,
            response=None,
            access=Access.CALLER,
            handler=changes.add_black,
            summary="Put a user on the owner's blacklist",
            description=(
                "Friend requests between the two are refused, without anybody being told; a friendship stays. Asks "
                "`beforeAddBlack`, raises `afterAddBlack`. The owner's clients are told."
            ),
        ),
        Operation(
            path="/friend/remove_black",
            request=RemoveBlackRequest,
            response=None,
            access=Access.CALLER,
            handler=changes.remove_black,
            summary="Take a user from the owner's blacklist",
            description="Raises `afterRemoveBlack`. The owner's clients are told.",
        ),
        Operation(
            path="/friend/get_black_list",
            request=GetBlackListRequest,
            response=GetBlackListResponse,
            access=Access.CALLER,
            handler=blacks.get_black_list,
            summary="List the users whom a user has blacklisted, page by page",
            description="The first first.",
        ),
        Operation(
            path="/friend/get_specified_blacks",
            request=GetSpecifiedBlacksRequest,
            response=GetSpecifiedBlacksResponse,
            access=Access.CALLER,
            handler=blacks.get_specified_blacks,
            summary="Get those of some users whom a user has blacklisted",
            description="All others are left out.",
        ),
        Operation(
            path="/friend/get_incremental_blacks",
            request=GetIncrementalBlacksRequest,
            response=GetIncrementalBlacksResponse,
            access=Access.CALLER,
            handler=blacks.get_incremental_blacks,
            summary="Get what has changed on a blacklist",
            description="Since the client's version; `full` says that it must fetch the whole list.",
        ),
    ]
