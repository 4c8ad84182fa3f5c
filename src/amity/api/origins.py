"""The origin check in front of the API. It is used if ``api.corsOrigins`` is not ``*``."""

from collections.abc import Awaitable, Callable
from typing import Final

from amity.api.answers import CLOSE, Message, Receive, Scope, Send, answer, failure
from amity.errors import Code, ImError
from amity.http.origins import Origins

_ORIGIN: Final = b"access-control-allow-origin"
_CORS_PREFIX: Final = b"access-control-"
_VARY: Final = (b"vary", b"origin")


class OriginGuard:
    """An ASGI application that wraps another one: it refuses pages of other origins, and names the allowed one to
    browsers.

    Preflights are refused like all else, with 403. So is a call that a page makes without one.
    """

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], origins: Origins) -> None:
        self._app = app
        self._origins = origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request, or refuse it."""
        headers: dict[bytes, bytes] = dict(scope.get("headers", ()))
        if problem := self._origins.problem_of(headers):
            refused = failure(ImError(Code.NO_PERMISSION, problem))
            await answer(send, refused, [(b"content-type", b"application/json"), _VARY, CLOSE], 403)
            return
        origin = headers.get(b"origin")

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _named(message["headers"], origin)}
            await send(message)

        await self._app(scope, receive, tell)


def _named(headers: list[tuple[bytes, bytes]], origin: bytes | None) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with the origin in place of ``*``; without ``Origin``, drop the headers for
    browsers."""
    if origin is None:
        return [*(each for each in headers if not each[0].startswith(_CORS_PREFIX)), _VARY]
    return [*((name, origin if name == _ORIGIN else value) for name, value in headers), _VARY]
