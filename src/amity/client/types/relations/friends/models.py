"""The requests and answers about friends, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination
from amity.client.types.relations.pair import Black
from amity.client.types.users.models import Skipped, User


class Friend(Response):
    """A friend in a list. ``create_time`` in seconds since 1970 (in ``get_specified_friends_info`` OpenIM has
    milliseconds, and no ``friend_user``); of ``friend_user`` only id, nickname, faceURL and ex are filled."""

    owner_user_id: str = ""
    remark: str = ""
    create_time: int = 0
    friend_user: User | None = None
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""
    is_pinned: bool = False


class ImportFriendRequest(Request):
    """``notify: false`` tells no client; ``partial: true`` imports what is valid and reports the rest."""

    owner_user_id: str = ""
    friend_user_ids: list[str] | None = None
    notify: bool | None = None
    partial: bool | None = None


class ImportFriendResponse(Response):
    """``imported`` are the pairs that are new, ``existing`` those that were friends before; each in the order of the
    list that was imported, with whom the app's business server added. ``skipped`` are those whom it left out (80000),
    and of a partial import those that are not valid.

    ``imported`` is ``None`` where the server does not say who was imported, as OpenIM's.
    """

    imported: list[str] | None = None
    existing: list[str] = msgspec.field(default_factory=list)
    skipped: list[Skipped] = msgspec.field(default_factory=list)


class GetFriendListRequest(Request):
    pagination: Pagination | None = None
    user_id: str = ""


class GetFriendListResponse(Response):
    friends_info: list[Friend] = msgspec.field(default_factory=list)
    total: int = 0


class GetDesignatedFriendsRequest(Request):
    owner_user_id: str = ""
    friend_user_ids: list[str] | None = None


class GetDesignatedFriendsResponse(Response):
    friends_info: list[Friend] = msgspec.field(default_factory=list)


class GetFriendIdRequest(Request):
    user_id: str = ""


class GetFriendIdResponse(Response):
    friend_ids: list[str] = msgspec.field(default_factory=list)


class IsFriendRequest(Request):
    user_id1: str = msgspec.field(default="", name="userID1")
    user_id2: str = msgspec.field(default="", name="userID2")


class IsFriendResponse(Response):
    in_user1_friends: bool = False
    in_user2_friends: bool = False


class GetSpecifiedFriendsInfoRequest(Request):
    owner_user_id: str = ""
    user_id_list: list[str] | None = None


class SpecifiedFriend(Response):
    user_info: User = msgspec.field(default_factory=User)
    friend_info: Friend | None = None
    black_info: Black | None = None


class GetSpecifiedFriendsInfoResponse(Response):
    infos: list[SpecifiedFriend] = msgspec.field(default_factory=list)


class DeleteFriendRequest(Request):
    owner_user_id: str = ""
    friend_user_id: str = ""


class UpdateFriendsRequest(Request):
    """Only the fields that are present are set, for all the friends named."""

    owner_user_id: str = ""
    friend_user_ids: list[str] | None = None
    is_pinned: bool | None = None
    remark: str | None = None
    ex: str | None = None


class SetFriendRemarkRequest(Request):
    owner_user_id: str = ""
    friend_user_id: str = ""
    remark: str = ""


class GetIncrementalFriendsRequest(Request):
    user_id: str = ""
    version_id: str = ""
    version: int = 0


class GetIncrementalFriendsResponse(Response):
    version: int = 0
    version_id: str = ""
    full: bool = False
    delete: list[str] = msgspec.field(default_factory=list)
    insert: list[Friend] = msgspec.field(default_factory=list)
    update: list[Friend] = msgspec.field(default_factory=list)
    sort_version: int = 0


class GetFullFriendUserIdsRequest(Request):
    id_hash: int = 0
    user_id: str = ""


class GetFullFriendUserIdsResponse(Response):
    version: int = 0
    version_id: str = ""
    equal: bool = False
    user_ids: list[str] = msgspec.field(default_factory=list)


FRIEND_IMPORT_FRIEND = Operation("/friend/import_friend", ImportFriendRequest, ImportFriendResponse)
"""Import friends."""
FRIEND_GET_FRIEND_LIST = Operation("/friend/get_friend_list", GetFriendListRequest, GetFriendListResponse)
"""List friends, page by page."""
FRIEND_GET_DESIGNATED_FRIENDS = Operation(
    "/friend/get_designated_friends",
    GetDesignatedFriendsRequest,
    GetDesignatedFriendsResponse,
)
"""Get some friends by their ids."""
FRIEND_GET_FRIEND_ID = Operation("/friend/get_friend_id", GetFriendIdRequest, GetFriendIdResponse)
"""List the ids of all friends."""
FRIEND_IS_FRIEND = Operation("/friend/is_friend", IsFriendRequest, IsFriendResponse)
"""Say whether two users are on each other's lists."""
FRIEND_GET_SPECIFIED_FRIENDS_INFO = Operation(
    "/friend/get_specified_friends_info",
    GetSpecifiedFriendsInfoRequest,
    GetSpecifiedFriendsInfoResponse,
)
"""Get users with what they are to the owner."""
FRIEND_DELETE_FRIEND = Operation("/friend/delete_friend", DeleteFriendRequest, NoneType)
"""Take a friend from the owner's list."""
FRIEND_UPDATE_FRIENDS = Operation("/friend/update_friends", UpdateFriendsRequest, NoneType)
"""Pin friends, set their remark or ex."""
FRIEND_SET_FRIEND_REMARK = Operation("/friend/set_friend_remark", SetFriendRemarkRequest, NoneType)
"""Set how the owner calls a friend."""
FRIEND_GET_INCREMENTAL_FRIENDS = Operation(
    "/friend/get_incremental_friends",
    GetIncrementalFriendsRequest,
    GetIncrementalFriendsResponse,
)
"""Get what has changed on a friend list."""
FRIEND_GET_FULL_FRIEND_USER_IDS = Operation(
    "/friend/get_full_friend_user_ids",
    GetFullFriendUserIdsRequest,
    GetFullFriendUserIdsResponse,
)
"""Compare or fetch all ids of a friend list."""
