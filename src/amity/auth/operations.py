"""The HTTP operations of tokens."""

from amity.auth.service import Auth
from amity.calls.operation import Access, Operation


def admin_token(auth: Auth) -> Operation:
    """Declare the operation that gives an administrator a token."""
    return Operation(
        "/auth/get_admin_token",
        auth.get_admin_token,
        "Get an administrator's token",
        description="For whoever knows the server's `secret`. Tokens that were given before stay valid.",
        access=Access.ANYONE,
    )


def operations(auth: Auth) -> list[Operation]:
    """Declare the operations of tokens."""
    return [
        admin_token(auth),
        Operation(
            "/auth/get_user_token",
            auth.get_user_token,
            "Get a user's token",
            description=(
                "One per platform, unless the setting `multiLogin` says otherwise: a new token ends the older ones of"
                " the same user and platform. Platforms: 1 iOS,"
                " 2 Android, 3 Windows, 4 macOS, 5 Web, 6 mini program, 7 Linux, 8 Android pad, 9 iPad, 11 HarmonyOS."
            ),
            access=Access.ADMIN,
        ),
        Operation(
            "/auth/parse_token",
            auth.parse_token,
            "Say whose a token is and when it ends",
            access=Access.ANYONE,
        ),
        Operation(
            "/auth/count_tokens",
            auth.count_tokens,
            "Say on which platforms a user has valid tokens",
            description="How many, and until when. The server knows no token: it has their hashes.",
            access=Access.ADMIN,
        ),
        Operation(
            "/auth/force_logout",
            auth.force_logout,
            "End a user's tokens on a platform",
            description="And those for what is no platform, which earlier versions gave out.",
            access=Access.ADMIN,
        ),
    ]
