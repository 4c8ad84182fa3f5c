"""The cookies of the console."""

from typing import Final

from starlette.responses import Response

SESSION: Final = "amity_console"
LANGUAGE: Final = "amity_console_language"
_PATH: Final = "/console"
_YEAR: Final = 365 * 86400


def read_cookies(header: str) -> dict[str, str]:
    """Return the cookies of a header, in a time in proportion to its length: the standard library's parser needs the
    square of it (CVE-2024-7592). Ours are never quoted."""
    found: dict[str, str] = {}
    for part in header.split(";"):
        name, _, value = part.partition("=")
        found.setdefault(name.strip(), value.strip())
    return found


def give(response: Response, name: str, value: str, *, is_secure: bool) -> None:
    """Set a cookie that no script reads and no other site sends: a session's until the browser closes, the language for
    a year."""
    response.set_cookie(
        name,
        value,
        max_age=_YEAR if name == LANGUAGE else None,
        path=_PATH,
        secure=is_secure,
        httponly=True,
        samesite="strict",
    )


def take_back(response: Response, name: str, *, is_secure: bool) -> None:
    """Have a browser forget a cookie."""
    response.delete_cookie(name, path=_PATH, secure=is_secure, httponly=True, samesite="strict")
