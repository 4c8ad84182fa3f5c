"""The REST API as one ASGI application: routes of the operations, the order of checks, the envelope.

The order is OpenIM's: operationID, token, body, permission, and then the operation's own checks.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from amity.api.answers import (
    CORS,
    JSON,
    OPTIONS_ANSWER,
    PREFLIGHT,
    TEXT,
    Receive,
    Scope,
    Send,
    answer,
    failure,
    success,
)
from amity.api.bodies import (
    SMALL,
    Bodies,
    Disconnected,
    HeaderMap,
    answer_and_close,
    declared_length,
    disconnected,
    is_costly_to_skip,
    read_body,
)
from amity.api.bounds import LONGEST_IDEMPOTENCY_KEY, MOST_BODY_BYTES
from amity.api.concurrency import ConcurrencyLimit
from amity.api.decode import BodyDecoder, decoder_of
from amity.api.pages import PATHS, pages
from amity.api.routing_errors import ABOUT, RoutingErrors
from amity.api.serving import App
from amity.caller import ANONYMOUS, caller_gone, caller_id
from amity.calls.call import Call, Identity, Request
from amity.calls.operation import Access, Operation, Protobuf
from amity.clock import monotonic
from amity.errors import Code, ImError
from amity.http.turn import turn_end
from amity.logs import operation_id
from amity.metrics import request_meter
from amity.wire import protobuf

_log = logging.getLogger(__name__)

LONGEST_OPERATION_ID: Final = 256
LONGEST_TOKEN: Final = 4096
_NOBODY = Identity("", 0, False)
_SERVER_FAULTS = frozenset({Code.SERVER_INTERNAL, Code.DATABASE, Code.NETWORK, Code.DATA})

Identify = Callable[[str], Awaitable[Identity]]


_OF_JAVASCRIPT: Final = "/jssdk/"
"""OpenIM's JavaScript client sends an empty operationID there, where a conversation changed before it was fetched. It
does not catch a refusal: on Node.js it ends."""


class _Route:
    """An operation prepared for its calls."""

    __slots__ = (
        "admins_only",
        "decode",
        "handler",
        "meter",
        "most_bytes",
        "needs_token",
        "path",
        "protobuf",
        "request",
    )

    def __init__(self, operation: Operation, most_bytes: int) -> None:
        self.path = operation.path
        self.handler = operation.handler
        self.request = operation.request
        self.decode: BodyDecoder[Any] = decoder_of(operation.request)
        self.most_bytes = min(self.decode.most_bytes, most_bytes)
        self.protobuf = operation.protobuf
        self.needs_token = operation.access is not Access.ANYONE
        self.admins_only = operation.access is Access.ADMIN
        self.meter = request_meter(operation.path)

    def decode_protobuf(self, body: bytes, form: Protobuf) -> Request:
        """Decode a request from a protobuf message. Raises ``ImError``, ``ARGS`` (1001)."""
        request: Request = protobuf.decode(body, form.request, self.request)
        self.decode.require_bounds(request)
        return request


class Api:
    """The ASGI application.

    ``identify`` returns the identity of a token, or raises ``ImError``. ``ready`` raises while the server cannot serve,
    and returns what it lacks meanwhile, or an empty string.
    A request is refused if its body exceeds ``max_body_bytes``, or if the bodies under way exceed ``max_bodies_bytes``.
    A user's request is also refused while ``most_of_user`` others of that user are under way. ``about`` is the
    page at ``/``. ``beside`` are applications by the first part of their paths, as ``console``: they serve what is no
    operation.
    """

    def __init__(
        self,
        operations: Sequence[Operation],
        identify: Identify,
        ready: Callable[[], Awaitable[str]],
        *,
        max_body_bytes: int = MOST_BODY_BYTES,
        max_bodies_bytes: int = 16 * MOST_BODY_BYTES,
        most_of_user: int = 1250,
        about: bytes = ABOUT,
        beside: Mapping[str, App] | None = None,
    ) -> None:
        self._routes = {operation.path: _Route(operation, max_body_bytes) for operation in operations}
        if len(self._routes) < len(operations):
            raise ValueError("two operations have the same path")
        self._identify = identify
        self._beside = beside or {}
        self._bodies = Bodies(max_bodies_bytes)
        self._concurrency = ConcurrencyLimit(most_of_user)
        self._routing_errors = RoutingErrors(self._routes, PATHS)
        self._pages = pages(operations, ready, self._routing_errors, about, max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        method = scope["method"] if scope["type"] == "http" else ""
        if method == "POST":
            route = self._routes.get(scope["path"])
            if route is not None:
                await self._operation(route, dict(scope["headers"]), scope.get("query_string", b""), receive, send)
            elif (other := self._other(scope)) is not None:
                await other(scope, receive, send)
            elif wrong := self._routing_errors.wrong_method(method, scope["path"]):
                status, allowed, body = wrong
                await answer(send, body, [*JSON, (b"allow", allowed.encode())], status)
            else:
                await self._unknown_path(scope, receive, send)
        elif (other := self._other(scope)) is not None:
            await other(scope, receive, send)
        elif method == "OPTIONS":
            await answer(send, OPTIONS_ANSWER, PREFLIGHT)
        else:
            await self._pages(scope, receive, send)

    def _other(self, scope: Scope) -> App | None:
        """Return the application beside this one that serves a path."""
        return self._beside.get(scope["path"].partition("/")[2].partition("/")[0]) if self._beside else None

    async def _operation(self, route: _Route, headers: HeaderMap, query: bytes, receive: Receive, send: Send) -> None:
        started = monotonic()
        code = 0
        unread = True
        counted = 0
        identity = _NOBODY
        call: Call | None = None

        def grown() -> None:
            # A chunked body does not state its length, so it counts with the longest allowed.
            nonlocal counted
            if not counted:
                counted = self._bodies.take(identity.user_id, route.most_bytes, is_admin=identity.is_admin)

        try:
            operation = _operation_id(headers, may_be_empty=route.path.startswith(_OF_JAVASCRIPT))
            if route.needs_token:
                identity = self._concurrency.enter(await self._caller(headers))
            caller_id.set(identity.user_id or ANONYMOUS)
            declared = declared_length(_plain(headers), route.most_bytes)
            if declared > SMALL:
                counted = self._bodies.take(identity.user_id, declared, is_admin=identity.is_admin)
            body = await read_body(receive, route.most_bytes, grown)
            unread = False
            caller_gone.set(partial(disconnected, receive))
            form = route.protobuf if route.protobuf is not None and _is_protobuf(headers) else None
            request = route.decode(body) if form is None else route.decode_protobuf(body, form)
            if route.admins_only and not identity.is_admin:
                raise ImError(Code.NO_PERMISSION, f"user {identity.user_id} is not admin userID")
            call = Call(
                operation_id=operation,
                user_id=identity.user_id,
                platform_id=identity.platform_id,
                is_admin=identity.is_admin,
                idempotency_key=_idempotency_key(headers),
                body=body,
                query=query.decode("latin-1"),
            )
            data = await route.handler(call, request)
            envelope = success(data if form is None else protobuf.encode(data, form.response))
        except ImError as error:
            code = error.code
            envelope = failure(error)
            _log_refusal(route.path, error)
        except Disconnected:
            _log.debug("%s: the client went away", route.path)
            return
        except Exception:  # noqa: BLE001 - the caller gets an answer to any error of a handler
            _log.exception("%s failed", route.path)
            code = Code.SERVER_INTERNAL
            envelope = failure(ImError(code, "internal error; the server's log has it under this operationID"))
        finally:
            self._release(identity, counted, call)
        if unread and is_costly_to_skip(headers):
            await answer_and_close(send, receive, envelope, headers)
        else:
            await answer(send, envelope)
        seconds = monotonic() - started
        route.meter(code, seconds)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s answered %d in %.1f ms", route.path, code, seconds * 1000)

    def _release(self, identity: Identity, counted: int, call: Call | None) -> None:
        """Release what a request has reserved: its place and ``counted`` bytes of a body.

        Work to do after the answer runs when that is written, at the end of this turn of the loop.
        """
        if call is not None and call.follows:
            turn_end(asyncio.get_running_loop()).call_after_writes(call.answered)
        self._concurrency.leave(identity)
        if counted:
            self._bodies.release(identity.user_id, counted, is_admin=identity.is_admin)

    async def _caller(self, headers: HeaderMap) -> Identity:
        token = headers.get(b"token")
        if not token:
            raise ImError(Code.ARGS, "header must have token")
        if len(token) > LONGEST_TOKEN:
            raise ImError(Code.TOKEN_MALFORMED, f"token is longer than {LONGEST_TOKEN} characters")
        return await self._identify(token.decode("latin-1"))

    async def _unknown_path(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a POST to an unknown path. Errors of its headers come first, as in OpenIM."""
        path: str = scope["path"]
        if path.endswith("/") and path[:-1] in self._routes:
            query = b"?" + scope["query_string"] if scope.get("query_string") else b""
            await answer(send, b"", [*CORS, (b"location", path[:-1].encode() + query)], 307)
            return
        headers: HeaderMap = dict(scope["headers"])
        try:
            _operation_id(headers)
            await self._caller(headers)
        except ImError as error:
            envelope = failure(error)
            if is_costly_to_skip(headers):
                await answer_and_close(send, receive, envelope, headers)
            else:
                await answer(send, envelope, JSON)
            return
        await answer(send, self._routing_errors.not_found("POST", path, headers), TEXT, 404)


def _operation_id(headers: HeaderMap, *, may_be_empty: bool = False) -> str:
    value = headers.get(b"operationid")
    if value == b"" and may_be_empty:
        value = b"jssdk-" + secrets.token_hex(8).encode()
    if not value:
        raise ImError(Code.ARGS, "header must have operationID")
    if len(value) > LONGEST_OPERATION_ID:
        raise ImError(Code.ARGS, f"operationID is longer than {LONGEST_OPERATION_ID} characters")
    text = value.decode("utf-8", "replace")
    operation_id.set(text)
    return text


def _plain(headers: HeaderMap) -> HeaderMap:
    """Return the headers. Raises ``ImError``, ``ARGS`` (1001), if they say that the body is compressed."""
    coding = headers.get(b"content-encoding")
    if coding and coding.lower() != b"identity":
        named = coding[:40].decode("latin-1")
        raise ImError(Code.ARGS, f"Content-Encoding: {named} is not understood, send the body as it is")
    return headers


def _is_protobuf(headers: HeaderMap) -> bool:
    # "application/x-protobuf" from OpenIM's client, "application/protobuf" from others; all else is decoded as JSON.
    return b"protobuf" in headers.get(b"content-type", b"").lower()


def _idempotency_key(headers: HeaderMap) -> str:
    value = headers.get(b"idempotency-key")
    if not value:
        return ""
    if len(value) > LONGEST_IDEMPOTENCY_KEY:
        raise ImError(Code.ARGS, f"Idempotency-Key is longer than {LONGEST_IDEMPOTENCY_KEY} characters")
    return value.decode("latin-1")


def _log_refusal(path: str, error: ImError) -> None:
    """Log an error of this server or of another one as a warning with its cause, and an error of the caller as info."""
    if error.code in _SERVER_FAULTS:
        _log.warning("%s answered %s", path, error, exc_info=error.__cause__)
    else:
        _log.info("%s answered %s", path, error)
