"""Tokens and the requests about them, as on the wire."""

from amity.calls.call import Request, Response
from amity.errors import Code, ImError
from amity.wire.integers import Int32
from amity.wire.platforms import PLATFORMS


class GetAdminTokenRequest(Request):
    secret: str = ""
    user_id: str = ""


class GetUserTokenRequest(Request):
    platform_id: Int32 = 0
    user_id: str = ""


class TokenResponse(Response):
    """``expire_time_seconds`` is how long the token lives from now on."""

    token: str
    expire_time_seconds: int


class ParseTokenRequest(Request):
    token: str = ""


class ParseTokenResponse(Response):
    """``expire_time_seconds`` is when the token ends, in seconds since 1970."""

    user_id: str
    platform_id: int
    expire_time_seconds: int


class CountTokensRequest(Request):
    user_id: str = ""


class PlatformTokenCount(Response):
    """How many valid tokens a user has on a platform, and when the last of them ends, in milliseconds since 1970."""

    platform_id: int
    count: int
    expire_time: int


class CountTokensResponse(Response):
    platforms: list[PlatformTokenCount]


class ForceLogoutRequest(Request):
    platform_id: Int32 = 0
    user_id: str = ""

    def __post_init__(self) -> None:
        # OpenIM checks these before the caller's identity, so the decoder does too.
        if not self.user_id:
            raise ImError(Code.ARGS, "userID is empty")
        if self.platform_id not in PLATFORMS:
            raise ImError(Code.ARGS, "platformID is invalidate")
