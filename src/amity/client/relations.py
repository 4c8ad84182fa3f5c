"""Friend requests and blacklists as methods: what amity and OpenIM's server answer alike."""

from collections.abc import Sequence

import msgspec

from amity.client.answers import Answer, Page, User
from amity.client.connection import Connection


class FriendRequest(Answer):
    """Somebody's wish to be friends; times in milliseconds since 1970. ``handle_result``: 0 waits, 1 agreed, -1
    refused."""

    from_user_id: str = ""
    to_user_id: str = ""
    handle_result: int = 0
    req_msg: str = ""
    create_time: int = 0
    handler_user_id: str = ""
    handle_msg: str = ""
    handle_time: int = 0
    ex: str = ""


class Black(Answer):
    """A user on a blacklist; ``create_time`` in seconds since 1970 (in milliseconds from ``get_specified_blacks``)."""

    owner_user_id: str = ""
    create_time: int = 0
    black_user_info: User | None = None
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""


class _RequestsAnswer(Answer):
    total: int = 0
    friend_requests: list[FriendRequest] = msgspec.field(default_factory=list, name="FriendRequests")


class _OwnRequestsAnswer(Answer):
    total: int = 0
    friend_requests: list[FriendRequest] = msgspec.field(default_factory=list)


class _CountAnswer(Answer):
    count: int = 0


class _BlacksAnswer(Answer):
    total: int = 0
    blacks: list[Black] = msgspec.field(default_factory=list)


class IncrementalBlacks(Answer):
    """What changed on a blacklist since a version. ``full``: too much or unknown, read the whole list instead."""

    version: int = 0
    version_id: str = ""
    full: bool = False
    delete: list[str] = msgspec.field(default_factory=list)
    insert: list[Black] = msgspec.field(default_factory=list)
    update: list[Black] = msgspec.field(default_factory=list)


class RelationOperations(Connection):
    """What users are to each other, beside friends."""

    async def add_friend(self, user_id: str, to: str, message: str = "", ex: str = "") -> None:
        """Ask ``to`` to be a friend of a user's; where it has asked already, the two are friends at once."""
        request = {"fromUserID": user_id, "toUserID": to, "reqMsg": message, "ex": ex}
        await self.call_raw("/friend/add_friend", request)

    async def answer_friend_request(self, user_id: str, applicant: str, *, agree: bool, message: str = "") -> None:
        """Agree to the request of ``applicant`` in a user's name, or refuse it."""
        request = {"fromUserID": applicant, "toUserID": user_id, "handleMsg": message}
        await self.call_raw("/friend/add_friend_response", {**request, "handleResult": 1 if agree else -1})

    async def get_friend_requests(
        self, user_id: str, page: int = 1, size: int = 1000, *, results: Sequence[int] = ()
    ) -> Page[FriendRequest]:
        """Read a page of the requests to a user, the newest first, with one of ``results``: any where none is named."""
        request = {"userID": user_id, "pagination": {"pageNumber": page, "showNumber": size}}
        answer = await self.call(
            "/friend/get_friend_apply_list", {**request, "handleResults": results}, _RequestsAnswer
        )
        return Page(answer.total, answer.friend_requests)

    async def get_own_friend_requests(
        self, user_id: str, page: int = 1, size: int = 1000, *, results: Sequence[int] = ()
    ) -> Page[FriendRequest]:
        """Read a page of a user's own requests, the newest first, with one of ``results``: any where none is named."""
        request = {"userID": user_id, "pagination": {"pageNumber": page, "showNumber": size}}
        answer = await self.call(
            "/friend/get_self_friend_apply_list", {**request, "handleResults": results}, _OwnRequestsAnswer
        )
        return Page(answer.total, answer.friend_requests)

    async def get_designated_friend_requests(self, user_id1: str, user_id2: str) -> list[FriendRequest]:
        """Read the requests between two users, that of ``user_id1`` first."""
        request = {"fromUserID": user_id1, "toUserID": user_id2}
        answer = await self.call("/friend/get_designated_friend_apply", request, _OwnRequestsAnswer)
        return answer.friend_requests

    async def count_friend_requests(self, user_id: str, since: int = 0) -> int:
        """Return how many requests wait for a user that came after a time, in milliseconds since 1970."""
        request = {"userID": user_id, "time": since}
        return (await self.call("/friend/get_self_unhandled_apply_count", request, _CountAnswer)).count

    async def add_black(self, owner: str, black: str, ex: str = "") -> None:
        """Put a user on the owner's blacklist."""
        await self.call_raw("/friend/add_black", {"ownerUserID": owner, "blackUserID": black, "ex": ex})

    async def remove_black(self, owner: str, black: str) -> None:
        """Take a user from the owner's blacklist."""
        await self.call_raw("/friend/remove_black", {"ownerUserID": owner, "blackUserID": black})

    async def get_specified_blacks(self, owner: str, user_ids: Sequence[str]) -> list[Black]:
        """Read those of some users whom an owner has blacklisted, in the order of ``user_ids``."""
        request = {"ownerUserID": owner, "userIDList": user_ids}
        return (await self.call("/friend/get_specified_blacks", request, _BlacksAnswer)).blacks

    async def get_incremental_blacks(self, user_id: str, version_id: str, version: int) -> IncrementalBlacks:
        request = {"userID": user_id, "versionID": version_id, "version": version}
        return await self.call("/friend/get_incremental_blacks", request, IncrementalBlacks)

    async def get_black_list(self, user_id: str, page: int = 1, size: int = 1000) -> Page[Black]:
        """Read a page of those whom a user has blacklisted, the first first."""
        request = {"userID": user_id, "pagination": {"pageNumber": page, "showNumber": size}}
        answer = await self.call("/friend/get_black_list", request, _BlacksAnswer)
        return Page(answer.total, answer.blacks)
