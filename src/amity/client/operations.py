"""The operations of the REST API as methods."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Self

from amity.client import answers
from amity.client.callbacks import CallbackOperations
from amity.client.moving import MovingOperations
from amity.client.preferences import PreferenceOperations
from amity.client.relations import RelationOperations

PAGE = 1000


def _page(page: int, size: int) -> dict[str, int]:
    return {"pageNumber": page, "showNumber": size}


class AmityClient(CallbackOperations, MovingOperations, PreferenceOperations, RelationOperations):
    """An administrator's or a user's client. Every method raises ``ImError`` with the server's code and ``HttpFailure``
    where the server gave no answer that fits. Pages count from 1. See ``Connection`` for the arguments."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # Auth --------------------------------------------------------------------------------------------------------

    async def get_admin_token(self, secret: str, user_id: str) -> answers.TokenAnswer:
        """Fetch an administrator's token; this client's own is fetched by itself."""
        return await self.call(
            "/auth/get_admin_token", {"secret": secret, "userID": user_id}, answers.TokenAnswer, authenticated=False
        )

    async def get_user_token(self, user_id: str, platform_id: int) -> answers.TokenAnswer:
        return await self.call(
            "/auth/get_user_token", {"userID": user_id, "platformID": platform_id}, answers.TokenAnswer
        )

    async def parse_token(self, token: str) -> answers.TokenContent:
        return await self.call("/auth/parse_token", {"token": token}, answers.TokenContent, authenticated=False)

    async def force_logout(self, user_id: str, platform_id: int) -> None:
        await self.call_raw("/auth/force_logout", {"userID": user_id, "platformID": platform_id})

    # Users -------------------------------------------------------------------------------------------------------

    async def register_users(self, users: Sequence[Mapping[str, Any]]) -> answers.RegisterAnswer:
        """Register users, all or none: objects with ``userID``, ``nickname`` and, if wanted, ``faceURL`` and ``ex``.

        Return whom the business server left out."""
        return await self.call("/user/user_register", {"users": users}, answers.RegisterAnswer)

    async def get_users_info(self, user_ids: Sequence[str]) -> list[answers.User]:
        """Read users; unknown ones are left out."""
        answer = await self.call("/user/get_users_info", {"userIDs": user_ids}, answers.UsersInfoAnswer)
        return answer.users_info

    async def get_users(
        self, page: int = 1, size: int = PAGE, *, user_id: str = "", nickname: str = ""
    ) -> answers.Page[answers.User]:
        """Read a page of the users, of those that match if a filter is given; without administrators."""
        request = {"pagination": _page(page, size), "userID": user_id, "nickName": nickname}
        answer = await self.call("/user/get_users", request, answers.UsersAnswer)
        return answers.Page(answer.total, answer.users)

    async def get_all_user_ids(self, page: int = 1, size: int = PAGE) -> answers.Page[str]:
        """Read a page of all ids, those of administrators included."""
        request = {"pagination": _page(page, size)}
        answer = await self.call("/user/get_all_users_uid", request, answers.UserIdsAnswer)
        return answers.Page(answer.total, answer.user_ids)

    async def registered(self, user_ids: Sequence[str]) -> set[str]:
        """Return those of the ids that are registered (``/user/account_check``). No id may be there twice."""
        request = {"checkUserIDs": user_ids}
        answer = await self.call("/user/account_check", request, answers.AccountCheckAnswer)
        return {result.user_id for result in answer.results if result.account_status == 1}

    async def update_user_info(self, user: Mapping[str, Any]) -> None:
        """Set those of a user's fields that are not empty. ``user`` has ``userID``."""
        await self.call_raw("/user/update_user_info", {"userInfo": user})

    async def update_user_info_ex(self, user: Mapping[str, Any]) -> None:
        """Set those of a user's fields that are there, to the empty text too. ``user`` has ``userID``."""
        await self.call_raw("/user/update_user_info_ex", {"userInfo": user})

    # Friends -----------------------------------------------------------------------------------------------------

    async def import_friends(
        self,
        owner: str,
        friends: Sequence[str],
        *,
        partial: bool = False,
        notify: bool = True,
        idempotency_key: str | None = None,
    ) -> answers.ImportAnswer:
        """Make ``friends`` (1 to 1000) and ``owner`` friends of each other.

        ``partial``, ``notify`` and the key are amity's own; OpenIM's server ignores them, and its answer does not tell
        who was imported.
        """
        request: dict[str, Any] = {"ownerUserID": owner, "friendUserIDs": friends}
        if partial:
            request["partial"] = True
        if not notify:
            request["notify"] = False
        path = "/friend/import_friend"
        return await self.call(path, request, answers.ImportAnswer, idempotency_key=idempotency_key)

    async def get_friend_list(self, user_id: str, page: int = 1, size: int = PAGE) -> answers.Page[answers.Friend]:
        request = {"pagination": _page(page, size), "userID": user_id}
        answer = await self.call("/friend/get_friend_list", request, answers.FriendsAnswer)
        return answers.Page(answer.total, answer.friends_info)

    async def friends(self, user_id: str) -> AsyncIterator[answers.Friend]:
        """Go through a user's whole friend list, page by page."""
        page = 1
        while entries := (await self.get_friend_list(user_id, page)).entries:
            for friend in entries:
                yield friend
            if len(entries) < PAGE:
                return
            page += 1

    async def get_designated_friends(self, owner: str, friends: Sequence[str]) -> list[answers.Friend]:
        """Read some of a user's friends; who is no friend is left out."""
        request = {"ownerUserID": owner, "friendUserIDs": friends}
        return (await self.call("/friend/get_designated_friends", request, answers.FriendsAnswer)).friends_info

    async def get_friend_ids(self, user_id: str) -> list[str]:
        """Read the ids of all of a user's friends, in the order of the list."""
        return (await self.call("/friend/get_friend_id", {"userID": user_id}, answers.FriendIdsAnswer)).friend_ids

    async def is_friend(self, user_id1: str, user_id2: str) -> answers.IsFriendAnswer:
        return await self.call("/friend/is_friend", {"userID1": user_id1, "userID2": user_id2}, answers.IsFriendAnswer)

    async def get_specified_friends_info(self, owner: str, user_ids: Sequence[str]) -> list[answers.UserRelation]:
        """Read users (at most 1000) as ``owner`` sees them."""
        request = {"ownerUserID": owner, "userIDList": user_ids}
        return (await self.call("/friend/get_specified_friends_info", request, answers.RelationsAnswer)).infos

    async def delete_friend(self, owner: str, friend: str) -> None:
        """Take ``friend`` off the owner's list; the other direction stays."""
        await self.call_raw("/friend/delete_friend", {"ownerUserID": owner, "friendUserID": friend})

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
        given = {"isPinned": pinned, "remark": remark, "ex": ex}
        request = {"ownerUserID": owner, "friendUserIDs": friends}
        await self.call_raw(
            "/friend/update_friends", request | {name: value for name, value in given.items() if value is not None}
        )

    async def set_friend_remark(self, owner: str, friend: str, remark: str) -> None:
        request = {"ownerUserID": owner, "friendUserID": friend, "remark": remark}
        await self.call_raw("/friend/set_friend_remark", request)

    async def get_incremental_friends(self, user_id: str, version_id: str, version: int) -> answers.IncrementalFriends:
        request = {"userID": user_id, "versionID": version_id, "version": version}
        return await self.call("/friend/get_incremental_friends", request, answers.IncrementalFriends)

    async def get_full_friend_user_ids(self, user_id: str, id_hash: int = 0) -> answers.FullFriendIds:
        request = {"userID": user_id, "idHash": id_hash}
        return await self.call("/friend/get_full_friend_user_ids", request, answers.FullFriendIds)
