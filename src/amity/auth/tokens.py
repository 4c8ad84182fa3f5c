"""JSON Web Tokens as OpenIM issues them: HS256 only, with the claims UserID, PlatformID, exp and iat.

Pure: the store decides whether a token was issued here and is still valid.
"""

import base64
import binascii
from typing import Any

import jwt
import msgspec
from jwt.algorithms import HMACAlgorithm

from amity.clock import FUTURE_SECONDS
from amity.errors import Code, ImError

LONGEST = 4096
_BACKDATED_SECONDS = 5  # seconds: OpenIM's servers accept no token from the future


class Claims(msgspec.Struct, frozen=True):
    """The claims of a token. Times in seconds since 1970."""

    user_id: str = msgspec.field(default="", name="UserID")
    platform_id: int = msgspec.field(default=0, name="PlatformID")
    exp: float | None = None
    nbf: float | None = None
    iat: float | None = None


class _Hs256(HMACAlgorithm):
    """HMAC-SHA256 with a key of any length: the settings' rules limit the length of secrets."""

    def check_key_length(self, key: Any) -> str | None:
        return None


_signatures = jwt.PyJWS(algorithms=[])
_signatures.register_algorithm("HS256", _Hs256(HMACAlgorithm.SHA256))
_header = msgspec.json.Decoder(dict[str, Any])
_claims = msgspec.json.Decoder(Claims)


def sign(secret: str, user_id: str, platform_id: int, now: int, expires: int) -> str:
    """Sign a token; times in whole seconds since 1970."""
    claims = {"UserID": user_id, "PlatformID": platform_id, "exp": expires, "iat": now - _BACKDATED_SECONDS}
    return _signatures.encode(msgspec.json.encode(claims), secret, algorithm="HS256")


def times_of(token: str) -> tuple[int, int]:
    """Return when a token that was let in was issued and expires, in seconds since 1970, as it says; 0 if it does
    not."""
    claims = _claims.decode(_unpacked(token.split(".")[1]))
    return int(claims.iat or 0), int(claims.exp or 0)


def resigned(secret: str, user_id: str, platform_id: int, issued: int, expires: int) -> str:
    """Return the token that ``sign`` has made with these times."""
    return sign(secret, user_id, platform_id, issued + _BACKDATED_SECONDS, expires)


def read(secret: str, token: str) -> Claims:
    """Return the claims of a token that is signed with ``secret``. Its expiry is not checked.

    Raises ``ImError``: 1503 if it is not a token, 1505 if signature or algorithm are others.
    """
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST:
        raise ImError(Code.TOKEN_MALFORMED, "a token has three parts, parted by dots")
    try:
        _header.decode(_unpacked(parts[0]))
        claims = _claims.decode(_unpacked(parts[1]))
    except (binascii.Error, ValueError, msgspec.MsgspecError, RecursionError):
        raise ImError(Code.TOKEN_MALFORMED, "the parts of a token are JSON objects in base64") from None
    try:
        _signatures.decode(token, secret, algorithms=["HS256"])
    except jwt.InvalidAlgorithmError:
        raise ImError(Code.TOKEN_UNKNOWN, "signing method is invalid: only HS256 is accepted") from None
    except jwt.PyJWTError:
        raise ImError(Code.TOKEN_UNKNOWN, "signature is invalid") from None
    return claims


def require_current(claims: Claims, now: float) -> None:
    """Raise ``ImError``: 1501 if the token has expired, 1504 or 1505 if it is dated in the future, by more than the
    clocks of two processes may differ."""
    if claims.exp is not None and now >= claims.exp:
        raise ImError(Code.TOKEN_EXPIRED)
    if claims.nbf is not None and now + FUTURE_SECONDS < claims.nbf:
        raise ImError(Code.TOKEN_NOT_VALID_YET)
    if claims.iat is not None and now + FUTURE_SECONDS < claims.iat:
        raise ImError(Code.TOKEN_UNKNOWN, "token is used before it was issued")


def _unpacked(part: str) -> bytes:
    if "=" in part:
        raise ValueError("base64 in a token has no padding")
    return base64.b64decode(part.encode("ascii") + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
