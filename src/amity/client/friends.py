"""Friends as methods: what amity and OpenIM's server answer alike."""

from collections.abc import AsyncIterator, Sequence

from amity.client.connection import Connection
from amity.client.page import PAGE, Page, pagination
from amity.client.types.relations.friends import (
    FRIEND_DELETE_FRIEND,
    FRIEND_GET_DESIGNATED_FRIENDS,
    FRIEND_GET_FRIEND_ID,
    FRIEND_GET_FRIEND_LIST,
    FRIEND_GET_FULL_FRIEND_USER_IDS,
    FRIEND_GET_INCREMENTAL_FRIENDS,
    FRIEND_GET_SPECIFIED_FRIENDS_INFO,
    FRIEND_IMPORT_FRIEND,
    FRIEND_IS_FRIEND,
    FRIEND_SET_FRIEND_REMARK,
    FRIEND_UPDATE_FRIENDS,
    DeleteFriendRequest,
    Friend,
    GetDesignatedFriendsRequest,
    GetFriendIdRequest,
    GetFriendListRequest,
    GetFullFriendUserIdsRequest,
    GetFullFriendUserIdsResponse,
    GetIncrementalFriendsRequest,
    GetIncrementalFriendsResponse,
    GetSpecifiedFriendsInfoRequest,
    ImportFriendRequest,
    ImportFriendResponse,
    IsFriendRequest,
    IsFriendResponse,
    SetFriendRemarkRequest,
    SpecifiedFriend,
    UpdateFriendsRequest,
)


class FriendOperations(Connection):
    """Friend lists: importing, reading, changing."""

    async def import_friends(
        self,
        owner: str,
        friends: Sequence[str],
        *,
        partial: bool = False,
        notify: bool = True,
        idempotency_key: str | None = None,
    ) -> ImportFriendResponse:
        """Make ``friends`` (1 to 1000) and ``owner`` friends of each other.

        ``partial``, ``notify`` and the key are amity's own; OpenIM's server ignores them, and its answer does not tell
        who was imported.
        """
        request = ImportFriendRequest(
            owner_user_id=owner,
            friend_user_ids=list(friends),
            partial=True if partial else None,
            notify=None if notify else False,
        )
        return await self.call(FRIEND_IMPORT_FRIEND, request, idempotency_key=idempotency_key)

    async def get_friend_list(self, user_id: str, page: int = 1, size: int = PAGE) -> Page[Friend]:
        request = GetFriendListRequest(pagination=pagination(page, size), user_id=user_id)
        answer = await self.call(FRIEND_GET_FRIEND_LIST, request)
        return Page(answer.total, answer.friends_info)

    async def friends(self, user_id: str) -> AsyncIterator[Friend]:
        """Go through a user's whole friend list, page by page."""
        page = 1
        while entries := (await self.get_friend_list(user_id, page)).entries:
            for friend in entries:
                yield friend
            if len(entries) < PAGE:
                return
            page += 1

    async def get_designated_friends(self, owner: str, friends: Sequence[str]) -> list[Friend]:
        """Read some of a user's friends; who is no friend is left out."""
        request = GetDesignatedFriendsRequest(owner_user_id=owner, friend_user_ids=list(friends))
        return (await self.call(FRIEND_GET_DESIGNATED_FRIENDS, request)).friends_info

    async def get_friend_ids(self, user_id: str) -> list[str]:
        """Read the ids of all of a user's friends, in the order of the list."""
        return (await self.call(FRIEND_GET_FRIEND_ID, GetFriendIdRequest(user_id=user_id))).friend_ids

    async def is_friend(self, user_id1: str, user_id2: str) -> IsFriendResponse:
        """Say who has whom in the list: ``in_user1_friends`` says that user 2 is in user 1's."""
        return await self.call(FRIEND_IS_FRIEND, IsFriendRequest(user_id1=user_id1, user_id2=user_id2))

    async def get_specified_friends_info(self, owner: str, user_ids: Sequence[str]) -> list[SpecifiedFriend]:
        """Read users (at most 1000) as ``owner`` sees them: ``friend_info`` is ``None`` of who is no friend,
        ``black_info`` of who is not blocked."""
        request = GetSpecifiedFriendsInfoRequest(owner_user_id=owner, user_id_list=list(user_ids))
        return (await self.call(FRIEND_GET_SPECIFIED_FRIENDS_INFO, request)).infos

    async def delete_friend(self, owner: str, friend: str) -> None:
        """Take ``friend`` off the owner's list; the other direction stays."""
        request = DeleteFriendRequest(owner_user_id=owner, friend_user_id=friend)
        await self.call(FRIEND_DELETE_FRIEND, request)

    async def update_friends(
        self,
        owner: str,
        friends: Sequence[str],
        *,
        pinned: bool | None = None,
        remark: str | None = None,
        ex: str | None = None,
    ) -> None:
        """Set what is given on all of these friends (at most 1000)."""
        request = UpdateFriendsRequest(
            owner_user_id=owner, friend_user_ids=list(friends), is_pinned=pinned, remark=remark, ex=ex
        )
        await self.call(FRIEND_UPDATE_FRIENDS, request)

    async def set_friend_remark(self, owner: str, friend: str, remark: str) -> None:
        request = SetFriendRemarkRequest(owner_user_id=owner, friend_user_id=friend, remark=remark)
        await self.call(FRIEND_SET_FRIEND_REMARK, request)

    async def get_incremental_friends(
        self, user_id: str, version_id: str, version: int
    ) -> GetIncrementalFriendsResponse:
        """Read what changed in a friend list since a version. ``full`` in the answer: read the whole list instead."""
        request = GetIncrementalFriendsRequest(user_id=user_id, version_id=version_id, version=version)
        return await self.call(FRIEND_GET_INCREMENTAL_FRIENDS, request)

    async def get_full_friend_user_ids(self, user_id: str, id_hash: int = 0) -> GetFullFriendUserIdsResponse:
        """Read all friends' ids in the server's order; none where ``equal``: the hash sent is the list's."""
        request = GetFullFriendUserIdsRequest(user_id=user_id, id_hash=id_hash)
        return await self.call(FRIEND_GET_FULL_FRIEND_USER_IDS, request)
