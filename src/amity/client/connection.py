"""A way to one server: envelope, operation ids, and an administrator's token that is renewed when it expires."""

import asyncio
import ssl
import uuid
from types import NoneType
from typing import Any, TypeVar

import msgspec

from amity.client.operation import Operation
from amity.client.types.auth import AUTH_GET_ADMIN_TOKEN, GetAdminTokenRequest
from amity.errors import Code, ImError
from amity.http.client import HttpClient, HttpFailure
from amity.http.url import parse as parse_url

Q = TypeVar("Q")
A = TypeVar("A")

# Enough for a page of 100,000 friends; a limit at all, because the server may be something else than it says.
ANSWER_LIMIT = 256 * 1024 * 1024
_STALE_TOKEN = frozenset((Code.TOKEN_EXPIRED, Code.TOKEN_KICKED, Code.TOKEN_NOT_EXIST))


class UnexpectedAnswer(HttpFailure):
    """An answer that no OpenIM server gives: another HTTP status than 200, or a body that is no envelope.

    ``status`` is the HTTP status; ``reason`` a predicate, as with every ``HttpFailure``.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class _Envelope(msgspec.Struct, rename="camel"):
    err_code: int = 0
    err_msg: str = ""
    err_dlt: str = ""
    data: Any = None


_envelope = msgspec.json.Decoder(_Envelope)
_encode = msgspec.json.Encoder().encode


def without_nulls(value: Any) -> Any:
    """Drop what is null from objects, at any depth: OpenIM writes an empty list and an absent object as ``null``."""
    if isinstance(value, dict):
        return {name: without_nulls(entry) for name, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [without_nulls(entry) for entry in value if entry is not None]
    return value


def decoded(operation: Operation[Any, A], data: Any) -> A:
    """Return the ``data`` of an answer in its type. Raises ``UnexpectedAnswer`` where it does not fit."""
    told = None if operation.answer is NoneType else without_nulls(data)
    if not told:
        return operation.answer()
    try:
        return msgspec.convert(told, operation.answer)
    except msgspec.ValidationError as error:
        raise UnexpectedAnswer(200, f"answered {operation.path} with data that does not fit: {error}") from None


class Connection:
    """Calls operations of the REST API at ``url``.

    With a ``token`` every call is made with it. With a ``secret`` an administrator's token for ``admin`` is fetched at
    the first call that needs one, and fetched anew, once per call, when the server says that it is no longer valid.
    ``timeout`` in seconds bounds each call. ``tls`` is for an ``https`` URL whose certificate needs more than the
    system's authorities. Raises ``ValueError`` for a URL that cannot be called.
    """

    def __init__(
        self,
        url: str,
        *,
        secret: str | None = None,
        admin: str = "imAdmin",
        token: str | None = None,
        timeout: float = 60.0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.admin = admin
        self.timeout = timeout
        self._secret = secret
        self._token = token
        self._login = asyncio.Lock()
        parse_url(self.url)
        self._http = HttpClient(tls=tls, limit=ANSWER_LIMIT)

    async def close(self) -> None:
        """Close the connections to the server."""
        await self._http.close()

    async def call(self, operation: Operation[Q, A], request: Q, *, idempotency_key: str | None = None) -> A:
        """Call one operation and return the ``data`` of its answer, nothing of which need be there.

        Raises ``ImError`` with the server's code, ``UnexpectedAnswer`` for what no such server answers, and
        ``HttpFailure`` where no answer came.
        """
        data = await self.call_raw(
            operation.path, request, idempotency_key=idempotency_key, authenticated=operation.needs_token
        )
        return decoded(operation, data)

    async def call_raw(
        self, path: str, request: Any, *, idempotency_key: str | None = None, authenticated: bool = True
    ) -> Any:
        """Call one operation with any request that can be JSON, and return ``data`` as it came, ``None`` where there is
        none. Raises as ``call`` does."""
        body = _encode(request)
        headers = {"content-type": "application/json"}
        if idempotency_key is not None:
            headers["idempotency-key"] = idempotency_key
        if not authenticated:
            return await self._post(path, headers, body)
        headers["token"] = used = self._token or await self._fresh_token("")
        try:
            return await self._post(path, headers, body)
        except ImError as error:
            if self._secret is None or error.code not in _STALE_TOKEN:
                raise
        headers["token"] = await self._fresh_token(used)
        return await self._post(path, headers, body)

    async def _fresh_token(self, stale: str) -> str:
        """Fetch an administrator's token unless another call did so meanwhile."""
        async with self._login:
            if self._token and self._token != stale:
                return self._token
            if self._secret is None:
                raise ImError(Code.ARGS, "neither a token nor the server's secret was given")
            request = GetAdminTokenRequest(secret=self._secret, user_id=self.admin)
            token = (await self.call(AUTH_GET_ADMIN_TOKEN, request)).token
            if not token:
                raise UnexpectedAnswer(200, f"answered {AUTH_GET_ADMIN_TOKEN.path} without a token")
            self._token = token
            return token

    async def _post(self, path: str, headers: dict[str, str], body: bytes) -> Any:
        traced = headers | {"operationID": uuid.uuid4().hex}
        reply = await self._http.post(self.url + path, traced, body, self.timeout)
        if reply.status != 200:
            raise UnexpectedAnswer(reply.status, f"answered {path} with the HTTP status {reply.status}")
        try:
            envelope = _envelope.decode(reply.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise UnexpectedAnswer(200, f"answered {path} with something that is not OpenIM's JSON") from None
        if envelope.err_code != 0:
            raise ImError(envelope.err_code, envelope.err_dlt, message=envelope.err_msg)
        return envelope.data
