"""The console as one ASGI application: its paths, sessions, the checks of a POST, and the headers of every answer.

The order is: path, session, where a POST comes from, body, its token, handler. It works with sessions in cookies, and
so it answers no page of others: no header of it allows that (CORS).
"""

import asyncio
import functools
import hmac
import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from amity.api.answers import Receive, Scope, Send
from amity.api.bodies import Disconnected, read_body
from amity.caller import caller_id
from amity.console.arrival import address_of, is_from_console, is_secure
from amity.console.audit.service import Audit
from amity.console.context import NOBODY, Console, Operations
from amity.console.cookies import LANGUAGE, SESSION, read_cookies
from amity.console.page import MOST_FORM_BYTES, Handler, Page, Post
from amity.console.refusing import SERVER_FAULTS
from amity.console.rendering import Rendering
from amity.console.sessions.service import Sessions
from amity.console.texts.catalogue import Texts, wanted
from amity.errors import Code, ImError
from amity.logs import operation_id

PREFIX: Final = "/console"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "content-security-policy": _POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # no-referrer would have browsers hide the origin of a form, too.
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_MOST_FIELDS: Final = 1000
_MOST_QUERY: Final = 8192
_log = logging.getLogger(__name__)


class ConsoleApp:
    """The ASGI application of these pages. The first page of the navigation is that of ``/console``."""

    def __init__(
        self,
        pages: Sequence[Page],
        rendering: Rendering,
        texts: Mapping[str, Texts],
        sessions: Sessions,
        audit: Audit,
        operations: Operations,
    ) -> None:
        self._rendering = rendering
        self._texts = texts
        self._sessions = sessions
        self._audit = audit
        self._operations = operations
        self._first = min((page for page in pages if page.place), key=lambda page: page.place).path
        self._gets: dict[str, tuple[Page, Handler]] = {}
        self._posts: dict[str, tuple[Page, Post]] = {}
        for page in pages:
            for rest, handler in page.gets.items():
                self._gets[_joined(page.path, rest)] = (page, handler)
            for rest, post in page.posts.items():
                self._posts[_joined(page.path, rest)] = (page, post)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        try:
            response = await self._respond(Request(scope, receive), receive)
        except Disconnected:
            return
        for name, value in _HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("cache-control", "no-store")
        await response(scope, receive, send)

    async def _respond(self, request: Request, receive: Receive) -> Response:
        path = request.url.path
        operation_id.set(f"console-{secrets.token_hex(8)}")
        if path.startswith(f"{PREFIX}/static/"):
            return self._static(request, path.removeprefix(f"{PREFIX}/static/"))
        if path in {PREFIX, f"{PREFIX}/"}:
            return RedirectResponse(self._first, 303)
        cookies = read_cookies(request.headers.get("cookie", ""))
        texts = self._texts[wanted(cookies.get(LANGUAGE, ""), request.headers.get("accept-language", ""))]
        console = self._console(request, path, texts)
        try:
            console.query = _query(request.scope)
            return await self._serve(request, receive, console, cookies.get(SESSION, ""))
        except ImError as error:
            return _wrong(console, error)
        except Disconnected:
            raise
        except Exception:  # noqa: BLE001 - a page that fails is answered all the same
            _log.exception("console: %s failed", path)
            return _wrong(console, ImError(Code.SERVER_INTERNAL, "internal error; the server's log has it"))

    async def _serve(self, request: Request, receive: Receive, console: Console, cookie: str) -> Response:
        path = console.path
        post = self._posts.get(path) if request.method == "POST" else None
        get = self._gets.get(path) if request.method in {"GET", "HEAD"} else None
        if post is None and get is None and (path in self._posts or path in self._gets):
            if request.method in {"GET", "HEAD"}:  # a form's address, which was opened again or shared
                return console.redirect(self._posts[path][0].path)
            return PlainTextResponse("405 method not allowed", 405)
        found = post or get
        is_poll = get is not None and get[0].is_polled and path.endswith(".json")
        session = await self._sessions.find(cookie, is_use=not is_poll)
        console.session = session or NOBODY
        console.is_open = functools.partial(self._is_open, cookie)
        caller_id.set(console.session.user_id)
        if found is None:
            return console.page("templates/error.html", status=404, title="error.missing", detail=path[:200])
        if session is None and not found[0].is_open:
            return _to_login(console, is_post=post is not None)
        if post is not None:
            console.place = path if path in self._gets else post[0].path
            await _read(request, receive, console, post[1])
            return await post[1].handler(console)
        assert get is not None  # noqa: S101 - one of both was found
        return await get[1](console)

    async def _is_open(self, cookie: str) -> bool:
        return await self._sessions.find(cookie, is_use=False) is not None

    def _console(self, request: Request, path: str, texts: Texts) -> Console:
        client = (request.client.host, request.client.port) if request.client else None
        return Console(
            path=path,
            session=NOBODY,
            texts=texts,
            operation_id=operation_id.get(),
            address=address_of(client, request.headers),
            is_secure=is_secure(client, request.headers),
            operations=self._operations,
            audit=self._audit,
            render=self._rendering.page,
        )

    def _static(self, request: Request, name: str) -> Response:
        found = self._rendering.static.get(name)
        if found is None or request.method not in {"GET", "HEAD"}:
            return PlainTextResponse("404 not found", 404)
        is_named = request.query_params.get("v") == found.version
        kept = "public, max-age=31536000, immutable" if is_named else "no-cache"
        return Response(found.content, headers={"content-type": found.kind, "cache-control": kept})


async def _read(request: Request, receive: Receive, console: Console, post: Post) -> None:
    """Read a POST: its form, or another body. Raises ``ImError``, ``NO_PERMISSION`` (1002), unless a page of the
    console of this session has sent it, ``ARGS`` (1001) if its body is too long or of another type."""
    if not is_from_console(request.headers):
        raise ImError(Code.NO_PERMISSION, "Origin: a page of another server sent this, or a program")
    body = await read_body(receive, post.most_bytes, lambda: None)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        # Of long ones the parsing takes long.
        console.form = _fields(body) if len(body) <= MOST_FORM_BYTES else await asyncio.to_thread(_fields, body)
    elif kind in {"application/json", "text/plain", "text/csv", "application/octet-stream"}:
        console.body = body
    else:
        raise ImError(Code.ARGS, "Content-Type: is no form of the console")
    if console.session.user_id and post.needs_token:
        token = console.form.get("csrf") or request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(token.encode(), console.session.csrf.encode()):
            raise ImError(Code.NO_PERMISSION, "csrf: the form is not one of this session; open the page again")


def _to_login(console: Console, *, is_post: bool) -> Response:
    if console.path.endswith(".json"):
        return console.json({"login": f"{PREFIX}/login"}, status=401)
    if is_post:
        return console.redirect(f"{PREFIX}/login?said=said.ended")
    query = f"?{urlencode(console.query)}" if console.query else ""
    return console.redirect(f"{PREFIX}/login?{urlencode({'next': console.path + query})}")


def _wrong(console: Console, error: ImError) -> Response:
    status = 403 if error.code == Code.NO_PERMISSION else 503 if error.code in SERVER_FAULTS else 400
    if error.code in SERVER_FAULTS:
        _log.warning("console: %s answered %s", console.path, error, exc_info=error.__cause__)
    if console.path.endswith(".json"):
        return console.json({"code": error.code, "detail": error.detail}, status=status)
    said = f"{error.code} {error.message}: {error.detail}"
    return console.page("templates/error.html", status=status, title="error.refused", detail=said)


def _joined(path: str, rest: str) -> str:
    return f"{path}/{rest}" if rest else path


def _query(scope: Scope) -> dict[str, str]:
    query: bytes = scope.get("query_string", b"")
    if len(query) > _MOST_QUERY:
        raise ImError(Code.ARGS, f"query: has more than {_MOST_QUERY} bytes")
    return _fields(query)


def _fields(text: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(text.decode("latin-1"), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise ImError(Code.ARGS, f"query or form: has more than {_MOST_FIELDS} fields") from None
