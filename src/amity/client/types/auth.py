"""Tokens and the requests about them, as on the wire.

Written from the server's operations by `make client-types`: not to be edited.
"""

from types import NoneType

import msgspec

from amity.client.operation import Operation, Request, Response


class GetAdminTokenRequest(Request):
    secret: str = ""
    user_id: str = ""


class GetUserTokenRequest(Request):
    platform_id: int = 0
    user_id: str = ""


class TokenResponse(Response):
    """``expire_time_seconds`` is how long the token lives from now on."""

    token: str = ""
    expire_time_seconds: int = 0


class ParseTokenRequest(Request):
    token: str = ""


class ParseTokenResponse(Response):
    """``expire_time_seconds`` is when the token ends, in seconds since 1970."""

    user_id: str = ""
    platform_id: int = 0
    expire_time_seconds: int = 0


class CountTokensRequest(Request):
    user_id: str = ""


class PlatformTokenCount(Response):
    """How many valid tokens a user has on a platform, and when the last of them ends, in milliseconds since 1970."""

    platform_id: int = 0
    count: int = 0
    expire_time: int = 0


class CountTokensResponse(Response):
    platforms: list[PlatformTokenCount] = msgspec.field(default_factory=list)


class ForceLogoutRequest(Request):
    platform_id: int = 0
    user_id: str = ""


AUTH_GET_ADMIN_TOKEN = Operation("/auth/get_admin_token", GetAdminTokenRequest, TokenResponse, needs_token=False)
"""Get an administrator's token."""
AUTH_GET_USER_TOKEN = Operation("/auth/get_user_token", GetUserTokenRequest, TokenResponse)
"""Get a user's token."""
AUTH_PARSE_TOKEN = Operation("/auth/parse_token", ParseTokenRequest, ParseTokenResponse, needs_token=False)
"""Say whose a token is and when it ends."""
AUTH_COUNT_TOKENS = Operation("/auth/count_tokens", CountTokensRequest, CountTokensResponse)
"""Say on which platforms a user has valid tokens."""
AUTH_FORCE_LOGOUT = Operation("/auth/force_logout", ForceLogoutRequest, NoneType)
"""End a user's tokens on a platform."""
