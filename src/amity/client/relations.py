"""Friend requests and blacklists as methods: what amity and OpenIM's server answer alike."""

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
    """A user on a blacklist; ``create_time`` in seconds since 1970."""

    owner_user_id: str = ""
    create_time: int = 0
    black_user_info: User | None = None
    add_source: int = 0
    operator_user_id: str = ""
    ex: str = ""


class _RequestsAnswer(Answer):
    total: int = 0
    friend_requests: list[FriendRequest] = msgspec.field(default_factory=list, name="FriendRequests")


class _BlacksAnswer(Answer):
    total: int = 0
    blacks: list[Black] = msgspec.field(default_factory=list)


class RelationOperations(Connection):
    """What users are to each other, beside friends."""

    async def get_friend_requests(self, user_id: str, page: int = 1, size: int = 1000) -> Page[FriendRequest]:
        """Read a page of the requests to a user, the newest first, whatever became of them."""
        request = {"userID": user_id, "pagination": {"pageNumber": page, "showNumber": size}}
        answer = await self.call("/friend/get_friend_apply_list", request, _RequestsAnswer)
        return Page(answer.total, answer.friend_requests)

    async def get_black_list(self, user_id: str, page: int = 1, size: int = 1000) -> Page[Black]:
        """Read a page of those whom a user has blacklisted, the first first."""
        request = {"userID": user_id, "pagination": {"pageNumber": page, "showNumber": size}}
        answer = await self.call("/friend/get_black_list", request, _BlacksAnswer)
        return Page(answer.total, answer.blacks)
