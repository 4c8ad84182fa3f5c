"""The requests and answers about friends, as on the wire."""

import msgspec

from amity.calls.call import Request, Response
from amity.calls.page import Pagination
from amity.relations.pair.models import Black
from amity.users.models import Skipped, User
from amity.wire.integers import Uint64


class Friend(Response):
    """A friend in a list. ``create_time`` in seconds since 1970 (in ``get_specified_friends_info`` OpenIM has
    milliseconds, and no ``friend_user``); of ``friend_user`` only id, nickname, faceURL and ex are filled."""

    owner_user_id: str
    remark: str
    create_time: int
    friend_user: User | None
    add_source: int
    operator_user_id: str
    ex: str
    is_pinned: bool


class ImportFriendRequest(Request):
    """``notify: false`` tells no client; ``partial: true`` imports what is valid and reports the rest."""

    owner_user_id: str = ""
    friend_user_ids: list[str] | None = msgspec.field(default=None, name="friendUserIDs")
    notify: bool | None = None
    partial: bool | None = None


class ImportFriendResponse(Response):
    """``imported`` are the pairs that are new, ``existing`` those that were friends before; each in the order of the
    list that was imported, with whom the app's business server added. ``skipped`` are those whom it left out (80000),
    and of a partial import those that are not valid."""

    imported: list[str]
    existing: list[str]
    skipped: list[Skipped]


class GetFriendListRequest(Request):
    pagination: Pagination | None = None
    user_id: str = ""


class GetFriendListResponse(Response):
    friends_info: list[Friend]
    total: int


class GetDesignatedFriendsRequest(Request):
    owner_user_id: str = ""
    friend_user_ids: list[str] | None = None


class GetDesignatedFriendsResponse(Response):
    friends_info: list[Friend]


class GetFriendIdRequest(Request):
    user_id: str = ""


class GetFriendIdResponse(Response):
    friend_ids: list[str]


class IsFriendRequest(Request):
    user_id1: str = msgspec.field(default="", name="userID1")
    user_id2: str = msgspec.field(default="", name="userID2")


class IsFriendResponse(Response):
    in_user1_friends: bool
    in_user2_friends: bool


class GetSpecifiedFriendsInfoRequest(Request):
    owner_user_id: str = ""
    user_id_list: list[str] | None = msgspec.field(default=None, name="userIDList")


class SpecifiedFriend(Response):
    user_info: User
    friend_info: Friend | None
    black_info: Black | None


class GetSpecifiedFriendsInfoResponse(Response):
    infos: list[SpecifiedFriend]


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
    version: int
    version_id: str
    full: bool
    delete: list[str]
    insert: list[Friend]
    update: list[Friend]
    sort_version: int


class GetFullFriendUserIdsRequest(Request):
    id_hash: Uint64 = 0
    user_id: str = ""


class GetFullFriendUserIdsResponse(Response):
    version: int
    version_id: str
    equal: bool
    user_ids: list[str]
