"""HTTP answers: the envelope of every operation, and the headers of every answer."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from amity.api.bounds import MOST_ANSWER_BYTES
from amity.errors import Code, ImError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

_EXPOSED = (
    b"Content-Length, Access-Control-Allow-Origin, Access-Control-Allow-Headers,Cache-Control,Content-Language,"
    b"Content-Type,Expires,Last-Modified,Pragma,FooBar"
)
# Source: OpenIM's CORS middleware, which sends all of it with every answer. Headers that only an answer to OPTIONS
# needs are sent with that alone: each header costs a microsecond.
CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"*"),
    (b"access-control-allow-headers", b"*"),
]
PREFLIGHT: Headers = [
    *CORS,
    (b"access-control-expose-headers", _EXPOSED),
    (b"access-control-max-age", b"172800"),
    (b"access-control-allow-credentials", b"false"),
    (b"content-type", b"application/json"),
]
JSON: Headers = [*CORS, (b"content-type", b"application/json")]
TEXT: Headers = [*CORS, (b"content-type", b"text/plain")]
CLOSE = (b"connection", b"close")

OPTIONS_ANSWER = b'"Options Request!"'
SUCCESS = b'{"errCode":0,"errMsg":"","errDlt":""}'
_SUCCESS_WITH = b'{"errCode":0,"errMsg":"","errDlt":"","data":'

_encode = msgspec.json.Encoder().encode


def success(data: Any) -> bytes:
    """Return the envelope of a success; without ``data`` if there is none.

    Raises ``ImError``, ``ARGS`` (1001), if the data exceeds 16 MiB.
    """
    if data is None:
        return SUCCESS
    encoded = _encode(data)
    if len(encoded) > MOST_ANSWER_BYTES:
        raise too_large()
    return _SUCCESS_WITH + encoded + b"}"


def too_large() -> ImError:
    """Return the error for an answer beyond its bound."""
    return ImError(Code.ARGS, f"the answer is too large (limit {MOST_ANSWER_BYTES >> 20} MiB): ask for fewer entries")


def failure(error: ImError) -> bytes:
    """Return the envelope of an error."""
    return _encode({"errCode": error.code, "errMsg": error.message, "errDlt": error.detail})


async def answer(send: Send, body: bytes, headers: Headers = JSON, status: int = 200) -> None:
    """Send a complete answer."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
