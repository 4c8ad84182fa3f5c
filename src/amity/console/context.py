"""What a handler of a page works with: one request of an administrator to the console."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
from starlette.responses import JSONResponse, RedirectResponse, Response

from amity.api.decode import BodyDecoder, decoder_of
from amity.calls.call import Call
from amity.calls.operation import Operation
from amity.console.audit.service import Audit
from amity.console.numbers import number_in
from amity.console.sessions.models import Session
from amity.console.texts.catalogue import Texts
from amity.storage import Transaction
from amity.wire.platforms import ADMIN as ADMIN_PLATFORM

NOBODY: Final = Session("", "", "", 0)
"""The session of who is not logged in."""
Render = Callable[["Console", str, Mapping[str, Any]], bytes]


class Operations:
    """The operations of the server, by path, with the decoders that check their requests."""

    def __init__(self, operations: Mapping[str, Operation]) -> None:
        self._operations = operations
        self._decoders: dict[str, BodyDecoder[Any]] = {}

    def __getitem__(self, path: str) -> tuple[Operation, BodyDecoder[Any]]:
        operation = self._operations[path]
        if path not in self._decoders:
            self._decoders[path] = decoder_of(operation.request)
        return operation, self._decoders[path]


class Console:
    """One request: who asks, in which language, and what a handler may do for it.

    ``query`` and ``form`` have the last value of each name; ``body`` is that of a POST which is no form. ``path`` is
    the request's, ``place`` the path that shows the same page to a GET. ``is_open`` asks whether the session still is,
    for what takes long. ``address`` is the client's, ``is_secure`` whether it came by TLS.
    """

    def __init__(
        self,
        *,
        path: str,
        session: Session,
        texts: Texts,
        operation_id: str,
        address: str,
        is_secure: bool,
        operations: Operations,
        audit: Audit,
        render: Render,
    ) -> None:
        self.path = path
        self.place = path
        self.session = session
        self.texts = texts
        self.operation_id = operation_id
        self.query: Mapping[str, str] = {}
        self.is_open: Callable[[], Awaitable[bool]] = _never
        self.form: Mapping[str, str] = {}
        self.body = b""
        self.address = address
        self.is_secure = is_secure
        self._operations = operations
        self._audit = audit
        self._render = render

    async def call(self, path: str, request: object, *, idempotency_key: str = "") -> Any:
        """Call an operation of the server as the administrator, and return its data.

        ``request`` is the body as on the wire: a dictionary, or a ``Request``. It passes the checks that it would pass
        over HTTP. Raises ``ImError`` as the operation does.
        """
        operation, decode = self._operations[path]
        body = msgspec.json.encode(request)
        call = Call(
            operation_id=self.operation_id,
            user_id=self.session.user_id,
            platform_id=ADMIN_PLATFORM,
            is_admin=True,
            idempotency_key=idempotency_key,
            body=body,
        )
        try:
            return await operation.handler(call, decode(body))
        finally:
            call.answered()

    async def act(self, action: str, path: str, request: object, *, about: str = "", idempotency_key: str = "") -> Any:
        """Call an operation that changes something, and write that into the audit log: ``action`` names it there,
        ``about`` whom or what it changes. Raises ``ImError`` as ``call`` does."""
        async with self.audited(action, about=about):
            return await self.call(path, request, idempotency_key=idempotency_key)

    @contextlib.asynccontextmanager
    async def audited(self, action: str, *, about: str = "") -> AsyncIterator[None]:
        """Write into the audit log what the block does, as ``Audit.around`` does."""
        async with self._audit.around(self.session.user_id, action, about=about, operation_id=self.operation_id):
            yield

    def recorded(self, action: str, *, about: str = "") -> Callable[[Transaction], Awaitable[None]]:
        """Return what writes an action into the audit log, in the transaction that does it."""
        return lambda tx: self._audit.record(
            tx, self.session.user_id, action, about=about, operation_id=self.operation_id
        )

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page. ``template`` is a path below ``console/``; ``values`` are of a bounded number: a page of 50
        rows takes 2 ms."""
        return Response(self._render(self, template, values), status, media_type="text/html")

    def redirect(self, path: str) -> Response:
        """Return the answer to a form: the browser reads ``path`` then."""
        return RedirectResponse(path, 303)

    def json(self, value: object, *, status: int = 200) -> Response:
        """Return what a page's own script asked for."""
        return JSONResponse(value, status)

    def number(self, name: str, default: int = 0) -> int:
        """Return a whole number of the query. Raises ``ImError``, ``ARGS`` (1001), if it is none below 2 to the
        63rd."""
        return number_in(self.query, name, default)


async def _never() -> bool:
    return False
