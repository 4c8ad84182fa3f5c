"""Call one server: envelopes, operation ids, and an administrator's token that is renewed when it expires."""

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

# Enough for a page of 100,000 friends. There is a limit because the URL may lead to another program.
ANSWER_LIMIT = 256 * 1024 * 1024
_STALE_TOKEN = frozenset((Code.TOKEN_EXPIRED, Code.TOKEN_KICKED, Code.TOKEN_NOT_EXIST))


class UnexpectedAnswer(HttpFailure):
    """The answer is not one of an OpenIM server: its HTTP status is not 200, or its body is no envelope.

    ``status`` is the HTTP status. ``reason`` is a predicate, as with every ``HttpFailure``.
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
    """Drop nulls from objects and lists, at any depth. OpenIM writes an empty list and an absent object as ``null``."""
    if isinstance(value, dict):
        return {name: without_nulls(entry) for name, entry in value.items() if entry is not None}
    if isinstance(value, list):
        return [without_nulls(entry) for entry in value if entry is not None]
    return value


def decoded(operation: Operation[Any, A], data: Any) -> A:
    """Return the ``data`` of an answer in its type. Raises ``UnexpectedAnswer`` if it does not fit."""
    present = None if operation.answer is NoneType else without_nulls(data)
    if not present:
        return operation.answer()
    try:
        return msgspec.convert(present, operation.answer)
    except msgspec.ValidationError as error:
        raise UnexpectedAnswer(200, f"answered {operation.path} with data that does not fit: {error}") from None


class Connection:
    """Calls operations of the REST API at ``url``.

    If ``token`` is given, every call uses it. If ``secret`` is given, the first call that needs a token fetches an
    administrator's token for ``admin``; a call fetches it again, once, if the server says that it is no longer valid.
    ``timeout`` is the limit of each call in seconds. ``tls`` is for an ``https`` URL whose certificate is not signed by
    one of the system's authorities. Raises ``ValueError`` for a URL that cannot be called.
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
        """Call one operation and return the ``data`` of its answer. Missing fields have their defaults.

        Raises ``ImError`` with the server's code, ``UnexpectedAnswer`` for an answer that no such server gives, and
        ``HttpFailure`` if no answer came.
        """
        data = await self.call_raw(
            operation.path, request, idempotency_key=idempotency_key, authenticated=operation.needs_token
        )
        return decoded(operation, data)

    async def call_raw(
        self, path: str, request: Any, *, idempotency_key: str | None = None, authenticated: bool = True
    ) -> Any:
        """Call one operation with any request that can be encoded as JSON; return ``data`` as it came, ``None`` if
        there is none. Raises as ``call`` does."""
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
        """Return an administrator's token other than ``stale``: the one that another call fetched meanwhile, or a new
        one."""
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
