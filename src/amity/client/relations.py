"""The operations on friend requests and blacklists that amity and OpenIM's server answer alike, as methods."""

from collections.abc import Sequence

from amity.client.connection import Connection
from amity.client.page import PAGE, Page, pagination
from amity.client.types.relations import blacks, requests
from amity.client.types.relations.pair import Black, FriendRequest


class RelationOperations(Connection):
    """Operations on friend requests and blacklists."""

    async def add_friend(self, user_id: str, to: str, message: str = "", ex: str = "") -> None:
        """Request that ``to`` becomes a friend of a user. If ``to`` has sent a request already, they become friends at
        once."""
        request = requests.AddFriendRequest(from_user_id=user_id, to_user_id=to, req_msg=message, ex=ex)
        await self.call(requests.FRIEND_ADD_FRIEND, request)

    async def answer_friend_request(self, user_id: str, applicant: str, *, agree: bool, message: str = "") -> None:
        """Accept the request of ``applicant`` to a user, or refuse it."""
        request = requests.AddFriendResponseRequest(
            from_user_id=applicant, to_user_id=user_id, handle_result=1 if agree else -1, handle_msg=message
        )
        await self.call(requests.FRIEND_ADD_FRIEND_RESPONSE, request)

    async def get_friend_requests(
        self, user_id: str, page: int = 1, size: int = PAGE, *, results: Sequence[int] = ()
    ) -> Page[FriendRequest]:
        """Read a page of the requests to a user, the newest first. ``results`` filters by result if it is not empty."""
        request = _page_of_requests(user_id, page, size, results)
        answer = await self.call(requests.FRIEND_GET_FRIEND_APPLY_LIST, request)
        return Page(answer.total, answer.friend_requests)

    async def get_own_friend_requests(
        self, user_id: str, page: int = 1, size: int = PAGE, *, results: Sequence[int] = ()
    ) -> Page[FriendRequest]:
        """Read a page of a user's own requests, the newest first. ``results`` filters by result if it is not empty."""
        request = _page_of_requests(user_id, page, size, results)
        answer = await self.call(requests.FRIEND_GET_SELF_FRIEND_APPLY_LIST, request)
        return Page(answer.total, answer.friend_requests)

    async def get_designated_friend_requests(self, user_id1: str, user_id2: str) -> list[FriendRequest]:
        """Read the requests between two users, the one of ``user_id1`` first."""
        request = requests.GetDesignatedFriendApplyRequest(from_user_id=user_id1, to_user_id=user_id2)
        return (await self.call(requests.FRIEND_GET_DESIGNATED_FRIEND_APPLY, request)).friend_requests

    async def count_friend_requests(self, user_id: str, since: int = 0) -> int:
        """Return the number of a user's unanswered requests that came after ``since``, in milliseconds since 1970."""
        request = requests.GetSelfUnhandledApplyCountRequest(user_id=user_id, time=since)
        return (await self.call(requests.FRIEND_GET_SELF_UNHANDLED_APPLY_COUNT, request)).count

    async def add_black(self, owner: str, black: str, ex: str = "") -> None:
        """Put a user on the owner's blacklist."""
        request = blacks.AddBlackRequest(owner_user_id=owner, black_user_id=black, ex=ex)
        await self.call(blacks.FRIEND_ADD_BLACK, request)

    async def remove_black(self, owner: str, black: str) -> None:
        """Remove a user from the owner's blacklist."""
        request = blacks.RemoveBlackRequest(owner_user_id=owner, black_user_id=black)
        await self.call(blacks.FRIEND_REMOVE_BLACK, request)

    async def get_specified_blacks(self, owner: str, user_ids: Sequence[str]) -> list[Black]:
        """Read the blacklist entries of an owner for these users, in the order of ``user_ids``."""
        request = blacks.GetSpecifiedBlacksRequest(owner_user_id=owner, user_id_list=list(user_ids))
        return (await self.call(blacks.FRIEND_GET_SPECIFIED_BLACKS, request)).blacks

    async def get_incremental_blacks(
        self, user_id: str, version_id: str, version: int
    ) -> blacks.GetIncrementalBlacksResponse:
        """Read the changes of a blacklist since a version. If the answer is ``full``, read the whole list instead."""
        request = blacks.GetIncrementalBlacksRequest(user_id=user_id, version_id=version_id, version=version)
        return await self.call(blacks.FRIEND_GET_INCREMENTAL_BLACKS, request)

    async def get_black_list(self, user_id: str, page: int = 1, size: int = PAGE) -> Page[Black]:
        """Read a page of a user's blacklist, the oldest entry first."""
        answer = await self.call(
            blacks.FRIEND_GET_BLACK_LIST, blacks.GetBlackListRequest(user_id=user_id, pagination=pagination(page, size))
        )
        return Page(answer.total, answer.blacks)


def _page_of_requests(user_id: str, page: int, size: int, results: Sequence[int]) -> requests.GetFriendApplyListRequest:
    return requests.GetFriendApplyListRequest(
        user_id=user_id,
        pagination=pagination(page, size),
        handle_results=list(results),
    )
