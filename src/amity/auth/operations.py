"""The HTTP operations of tokens."""

from amity.auth.models import (
    ForceLogoutRequest,
    GetAdminTokenRequest,
    GetUserTokenRequest,
    ParseTokenRequest,
    ParseTokenResponse,
    TokenResponse,
)
from amity.auth.service import Auth
from amity.calls.operation import Access, Operation


def operations(auth: Auth) -> list[Operation]:
    """Declare what callers may ask about tokens."""
    return [
        Operation(
            path="/auth/get_admin_token",
            request=GetAdminTokenRequest,
            response=TokenResponse,
            access=Access.ANYONE,
            handler=auth.get_admin_token,
            summary="Get an administrator's token",
            description="For whoever knows the server's `secret`. Tokens that were given before stay valid.",
        ),
        Operation(
            path="/auth/get_user_token",
            request=GetUserTokenRequest,
            response=TokenResponse,
            access=Access.ADMIN,
            handler=auth.get_user_token,
            summary="Get a user's token",
            description=(
                "One per platform, unless the setting `multiLogin` says otherwise: a new token ends the older ones of"
                " the same user and platform. Platforms: 1 iOS,"
                " 2 Android, 3 Windows, 4 macOS, 5 Web, 6 mini program, 7 Linux, 8 Android pad, 9 iPad, 11 HarmonyOS."
            ),
        ),
        Operation(
            path="/auth/parse_token",
            request=ParseTokenRequest,
            response=ParseTokenResponse,
            access=Access.ANYONE,
            handler=auth.parse_token,
            summary="Say whose a token is and when it ends",
        ),
        Operation(
            path="/auth/force_logout",
            request=ForceLogoutRequest,
            response=None,
            access=Access.ADMIN,
            handler=auth.force_logout,
            summary="End a user's tokens on a platform",
            description="And those for what is no platform, which earlier versions gave out.",
        ),
    ]
