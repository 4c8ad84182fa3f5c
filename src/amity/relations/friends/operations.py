"""The HTTP operations of friends."""

from amity.calls.operation import Access, Operation
from amity.relations.friends.importing import ImportFriends
from amity.relations.friends.increments import Increments
from amity.relations.friends.models import (
    DeleteFriendRequest,
    GetDesignatedFriendsRequest,
    GetDesignatedFriendsResponse,
    GetFriendIdRequest,
    GetFriendIdResponse,
    GetFriendListRequest,
    GetFriendListResponse,
    GetFullFriendUserIdsRequest,
    GetFullFriendUserIdsResponse,
    GetIncrementalFriendsRequest,
    GetIncrementalFriendsResponse,
    GetSpecifiedFriendsInfoRequest,
    GetSpecifiedFriendsInfoResponse,
    ImportFriendRequest,
    ImportFriendResponse,
    IsFriendRequest,
    IsFriendResponse,
    SetFriendRemarkRequest,
    UpdateFriendsRequest,
)
from amity.relations.friends.service import Friends


def operations(import_friends: ImportFriends, friends: Friends, increments: Increments) -> list[Operation]:
    """Declare what callers may ask of friends."""
    return [
        Operation(
            path="/friend/import_friend",
            request=ImportFriendRequest,
            response=ImportFriendResponse,
            access=Access.CALLER,
            handler=import_friends,
            summary="Import friends",
            description=(
                "Makes friends of the owner and 1 to 1000 others, both ways, all or nothing. Administrators import for "
                "anyone, users for themselves where `clientImport` allows it. Asks `beforeImportFriends`, which may "
                "allow, reject or replace the list; raises `afterImportFriends`. Clients that are connected are told: "
                "the owner's once, each friend's once, nobody's with `notify: false`. `partial: true` imports what is "
                "valid and reports the rest in `skipped`. Whom the business server leaves out is there too, with "
                "`errCode` 80000; whom it adds is in `imported` or `existing`. The header `Idempotency-Key` makes a "
                "repeated call answer what the first one answered, for 24 hours."
            ),
        ),
        Operation(
            path="/friend/get_friend_list",
            request=GetFriendListRequest,
            response=GetFriendListResponse,
            access=Access.CALLER,
            handler=friends.get_friend_list,
            summary="List friends, page by page",
            description="Pinned ones first, then the oldest.",
        ),
        Operation(
            path="/friend/get_designated_friends",
            request=GetDesignatedFriendsRequest,
            response=GetDesignatedFriendsResponse,
            access=Access.CALLER,
            handler=friends.get_designated_friends,
            summary="Get some friends by their ids",
            description="Users who are no friends are left out.",
        ),
        Operation(
            path="/friend/get_friend_id",
            request=GetFriendIdRequest,
            response=GetFriendIdResponse,
            access=Access.CALLER,
            handler=friends.get_friend_id,
            summary="List the ids of all friends",
        ),
        Operation(
            path="/friend/is_friend",
            request=IsFriendRequest,
            response=IsFriendResponse,
            access=Access.CALLER,
            handler=friends.is_friend,
            summary="Say whether two users are on each other's lists",
        ),
        Operation(
            path="/friend/get_specified_friends_info",
            request=GetSpecifiedFriendsInfoRequest,
            response=GetSpecifiedFriendsInfoResponse,
            access=Access.CALLER,
            handler=friends.get_specified_friends_info,
            summary="Get users with what they are to the owner",
        ),
        Operation(
            path="/friend/delete_friend",
            request=DeleteFriendRequest,
            response=None,
            access=Access.CALLER,
            handler=friends.delete_friend,
            summary="Take a friend from the owner's list",
            description="The owner stays on the friend's list, as in OpenIM. Raises `afterDeleteFriend`.",
        ),
        Operation(
            path="/friend/update_friends",
            request=UpdateFriendsRequest,
            response=None,
            access=Access.CALLER,
            handler=friends.update_friends,
            summary="Pin friends, set their remark or ex",
        ),
        Operation(
            path="/friend/set_friend_remark",
            request=SetFriendRemarkRequest,
            response=None,
            access=Access.CALLER,
            handler=friends.set_friend_remark,
            summary="Set how the owner calls a friend",
            description="Asks `beforeSetFriendRemark`, raises `afterSetFriendRemark`.",
        ),
        Operation(
            path="/friend/get_incremental_friends",
            request=GetIncrementalFriendsRequest,
            response=GetIncrementalFriendsResponse,
            access=Access.CALLER,
            handler=increments.get_incremental_friends,
            summary="Get what has changed on a friend list",
            description=(
                "Since the client's version; `full` says that it must fetch the whole list. A connected client on "
                "OpenIM's Go core gets at most 200 changes at once, and a notification where there are more."
            ),
        ),
        Operation(
            path="/friend/get_full_friend_user_ids",
            request=GetFullFriendUserIdsRequest,
            response=GetFullFriendUserIdsResponse,
            access=Access.CALLER,
            handler=increments.get_full_friend_user_ids,
            summary="Compare or fetch all ids of a friend list",
        ),
    ]
