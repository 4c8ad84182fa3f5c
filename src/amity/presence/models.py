"""Who is online, and the requests about it, as on the wire."""

from amity.calls.call import Request, Response
from amity.users.rules import FewIds
from amity.wire.integers import Int32


class GetUsersOnlineStatusRequest(Request):
    user_ids: FewIds | None = None


class PlatformDetail(Response):
    """One connection of a user."""

    platform_id: int
    conn_id: str
    is_background: bool
    token: str


class UserOnlineDetail(Response):
    """A user with all connections; ``status`` is 1 online, 0 offline."""

    user_id: str
    status: int
    detail_platform_status: list[PlatformDetail]


class PlatformTokens(Response):
    """The tokens of a user's connections on one platform, and how many those are."""

    platform_id: int
    total: int
    token: list[str]


class UserOnlineTokens(Response):
    user_id: str
    status: int
    single_platform_token: list[PlatformTokens]


class GetUsersStatusRequest(Request):
    """``user_id`` is accepted and ignored, as by OpenIM."""

    user_id: str = ""
    user_ids: FewIds | None = None


class OnlineStatus(Response):
    """A user with the platforms where they are online; ``status`` is 1 online, 0 offline."""

    user_id: str
    status: int
    platform_ids: list[int]


class StatusListResponse(Response):
    status_list: list[OnlineStatus]


class SubscribeUsersStatusRequest(Request):
    """``genre`` is 1 to subscribe, 2 to cancel."""

    user_id: str = ""
    user_ids: FewIds | None = None
    genre: Int32 = 0


class GetSubscribeUsersStatusRequest(Request):
    user_id: str = ""
