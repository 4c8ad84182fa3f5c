"""A file that an administrator downloads, sent piece by piece."""

from collections.abc import AsyncIterator

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Download(Response):
    """``pieces``, of ``size`` bytes together, as the file ``name``, which is a name of the console's own: letters,
    digits, ``-`` and ``.``. Raises ``ValueError`` where the pieces have another size: the connection ends then."""

    def __init__(self, name: str, kind: str, size: int, pieces: AsyncIterator[bytes]) -> None:
        super().__init__(media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
        self.headers["content-length"] = str(size)
        self._left = size
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it as fast as the client takes it."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        if scope["method"] != "HEAD":
            async for piece in self._pieces:
                self._left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            if self._left:
                raise ValueError("the pieces of a download are not as long as was said")
        await send({"type": "http.response.body", "body": b"", "more_body": False})
