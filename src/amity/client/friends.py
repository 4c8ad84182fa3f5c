"""The operations on friends that amity and OpenIM's server answer alike, as methods; and the log of imports, which is
amity's own."""

from collections.abc import AsyncIterator, Sequence

from amity.client.connection import Connection
from amity.client.page import PAGE, Page, pagination
from amity.client.types.relations.friends import (
    FRIEND_DELETE_FRIEND,
    FRIEND_GET_DESIGNATED_FRIENDS,
    FRIEND_GET_FRIEND_ID,
    FRIEND_GET_FRIEND_LIST,
    FRIEND_GET_FULL_FRIEND_USER_IDS,
    FRIEND_GET_IMPORT_LOG,
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
    GetImportLogRequest,
    GetIncrementalFriendsRequest,
    GetIncrementalFriendsResponse,
    GetSpecifiedFriendsInfoRequest,
    ImportFriendRequest,
    ImportFriendResponse,
    ImportLogEntry,
    IsFriendRequest,
    IsFriendResponse,
    SetFriendRemarkRequest,
    SpecifiedFriend,
    UpdateFriendsRequest,
)


class FriendOperations(Connection):
    """Operations that import, read and change friend lists."""

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

        Only amity knows ``partial``, ``notify`` and the key. OpenIM's server ignores them, and its answer does not say
        who was imported.
        """
        request = ImportFriendRequest(
            owner_user_id=owner,
            friend_user_ids=list(friends),
            partial=True if partial else None,
            notify=None if notify else False,
        )
        return await self.call(FRIEND_IMPORT_FRIEND, request, idempotency_key=idempotency_key)

    async def get_import_log(
        self, page: int = 1, size: int = 100, *, owner: str = "", verdict: str = ""
    ) -> Page[ImportLogEntry]:
        """Read a page of what became of imports, newest first. An empty filter matches all."""
        request = GetImportLogRequest(owner_user_id=owner, verdict=verdict, pagination=pagination(page, size))
        answer = await self.call(FRIEND_GET_IMPORT_LOG, request)
        return Page(answer.total, answer.entries)

    async def get_friend_list(self, user_id: str, page: int = 1, size: int = PAGE) -> Page[Friend]:
        """Read a page of a user's friend list."""
        request = GetFriendListRequest(pagination=pagination(page, size), user_id=user_id)
        answer = await self.call(FRIEND_GET_FRIEND_LIST, request)
        return Page(answer.total, answer.friends_info)

    async def friends(self, user_id: str) -> AsyncIterator[Friend]:
        """Yield a user's whole friend list, read page by page."""
        page = 1
        while entries := (await self.get_friend_list(user_id, page)).entries:
            for friend in entries:
                yield friend
            if len(entries) < PAGE:
                return
            page += 1

    async def get_designated_friends(self, owner: str, friends: Sequence[str]) -> list[Friend]:
        """Read some of a user's friends. Users who are not friends are left out."""
        request = GetDesignatedFriendsRequest(owner_user_id=owner, friend_user_ids=list(friends))
        return (await self.call(FRIEND_GET_DESIGNATED_FRIENDS, request)).friends_info

    async def get_friend_ids(self, user_id: str) -> list[str]:
        """Read the ids of all of a user's friends, in the order of the list."""
        return (await self.call(FRIEND_GET_FRIEND_ID, GetFriendIdRequest(user_id=user_id))).friend_ids

    async def is_friend(self, user_id1: str, user_id2: str) -> IsFriendResponse:
        """Ask which of two users has the other as a friend. ``in_user1_friends`` means that user 1 has user 2."""
        return await self.call(FRIEND_IS_FRIEND, IsFriendRequest(user_id1=user_id1, user_id2=user_id2))

    async def get_specified_friends_info(self, owner: str, user_ids: Sequence[str]) -> list[SpecifiedFriend]:
        """Read users (at most 1000) as ``owner`` sees them. ``friend_info`` is ``None`` for a user who is not a friend,
        ``black_info`` for one who is not blocked."""
        request = GetSpecifiedFriendsInfoRequest(owner_user_id=owner, user_id_list=list(user_ids))
        return (await self.call(FRIEND_GET_SPECIFIED_FRIENDS_INFO, request)).infos

    async def delete_friend(self, owner: str, friend: str) -> None:
        """Delete ``friend`` from the owner's list. The list of ``friend`` keeps the owner."""
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
        """Set the given fields of all these friends (at most 1000)."""
        request = UpdateFriendsRequest(
            owner_user_id=owner, friend_user_ids=list(friends), is_pinned=pinned, remark=remark, ex=ex
        )
        await self.call(FRIEND_UPDATE_FRIENDS, request)

    async def set_friend_remark(self, owner: str, friend: str, remark: str) -> None:
        """Set the owner's remark on a friend."""
        request = SetFriendRemarkRequest(owner_user_id=owner, friend_user_id=friend, remark=remark)
        await self.call(FRIEND_SET_FRIEND_REMARK, request)

    async def get_incremental_friends(
        self, user_id: str, version_id: str, version: int
    ) -> GetIncrementalFriendsResponse:
        """Read the changes of a friend list since a version. If the answer is ``full``, read the whole list instead."""
        request = GetIncrementalFriendsRequest(user_id=user_id, version_id=version_id, version=version)
        return await self.call(FRIEND_GET_INCREMENTAL_FRIENDS, request)

    async def get_full_friend_user_ids(self, user_id: str, id_hash: int = 0) -> GetFullFriendUserIdsResponse:
        """Read all friends' ids in the server's order; none if the answer is ``equal``, because the hash matches."""
        request = GetFullFriendUserIdsRequest(user_id=user_id, id_hash=id_hash)
        return await self.call(FRIEND_GET_FULL_FRIEND_USER_IDS, request)
