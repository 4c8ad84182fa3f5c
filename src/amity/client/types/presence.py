"""Who is online, and the requests about it, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

import msgspec

from amity.client.operation import Operation, Request, Response


class GetUsersOnlineStatusRequest(Request):
    user_ids: list[str] | None = None


class PlatformDetail(Response):
    """One connection of a user."""

    platform_id: int = 0
    conn_id: str = ""
    is_background: bool = False
    token: str = ""


class UserOnlineDetail(Response):
    """A user with all connections; ``status`` is 1 online, 0 offline."""

    user_id: str = ""
    status: int = 0
    detail_platform_status: list[PlatformDetail] = msgspec.field(default_factory=list)


class PlatformTokens(Response):
    """The tokens of a user's connections on one platform, and how many those are."""

    platform_id: int = 0
    total: int = 0
    token: list[str] = msgspec.field(default_factory=list)


class UserOnlineTokens(Response):
    user_id: str = ""
    status: int = 0
    single_platform_token: list[PlatformTokens] = msgspec.field(default_factory=list)


class GetUsersStatusRequest(Request):
    """``user_id`` is accepted and ignored, as by OpenIM."""

    user_id: str = ""
    user_ids: list[str] | None = None


class OnlineStatus(Response):
    """A user with the platforms where they are online; ``status`` is 1 online, 0 offline."""

    user_id: str = ""
    status: int = 0
    platform_ids: list[int] = msgspec.field(default_factory=list)


class StatusListResponse(Response):
    status_list: list[OnlineStatus] = msgspec.field(default_factory=list)


class SubscribeUsersStatusRequest(Request):
    """``genre`` is 1 to subscribe, 2 to cancel."""

    user_id: str = ""
    user_ids: list[str] | None = None
    genre: int = 0


class GetSubscribeUsersStatusRequest(Request):
    user_id: str = ""


USER_GET_USERS_ONLINE_STATUS = Operation(
    "/user/get_users_online_status",
    GetUsersOnlineStatusRequest,
    list[UserOnlineDetail],
)
"""Say who is online, with every connection."""
USER_GET_USERS_ONLINE_TOKEN_DETAIL = Operation(
    "/user/get_users_online_token_detail",
    GetUsersOnlineStatusRequest,
    list[UserOnlineTokens],
)
"""Get the tokens with which users are connected."""
USER_GET_USERS_STATUS = Operation("/user/get_users_status", GetUsersStatusRequest, StatusListResponse)
"""Say who is online, and on which platforms."""
USER_SUBSCRIBE_USERS_STATUS = Operation("/user/subscribe_users_status", SubscribeUsersStatusRequest, StatusListResponse)
"""Say how it stands with users to whom a client subscribes."""
USER_GET_SUBSCRIBE_USERS_STATUS = Operation(
    "/user/get_subscribe_users_status",
    GetSubscribeUsersStatusRequest,
    StatusListResponse,
)
"""List nobody."""
