"""Logging in with the administrator's secret or token, logging out, and choosing the language."""

import logging
from urllib.parse import urlsplit

from starlette.responses import Response

from amity import metrics
from amity.console import cookies
from amity.console.audit.models import Outcome
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.page import Page, Post
from amity.console.texts.catalogue import LANGUAGES
from amity.errors import Code, ImError
from amity.storage import Transaction

LONGEST_TOKEN = 4096
_TEMPLATE = "pages/login/login.html"
_START = "/console"
_NOT_A_TOKEN = frozenset({*range(Code.TOKEN_EXPIRED, Code.TOKEN_NOT_EXIST + 1), Code.ARGS, Code.NO_PERMISSION})
_log = logging.getLogger(__name__)


def page(ground: ConsoleGround) -> Page:
    """Declare the page."""
    handlers = _Handlers(ground)
    return Page(
        name="login",
        title="login.title",
        gets={"": handlers.show},
        posts={
            "": Post(handlers.log_in, 16_384, needs_token=False),
            "out": Post(handlers.log_out),
            "language": Post(handlers.language),
        },
        is_open=True,
    )


class _Handlers:
    def __init__(self, ground: ConsoleGround) -> None:
        self._ground = ground

    async def show(self, console: Console) -> Response:
        if console.session.user_id:
            return console.redirect(_START)
        return _form(console, console.query.get("next", ""))

    async def log_in(self, console: Console) -> Response:
        attempts, sessions, address = self._ground.attempts, self._ground.sessions, console.address
        following = console.form.get("next", "")
        if wait := attempts.wait(address):
            response = _form(console, following, status=429, problem="login.wait", seconds=wait)
            response.headers["retry-after"] = str(wait)
            return response
        user_id, token, ends = await self._identified(console)
        if not user_id:
            attempts.failed(address)
            metrics.console_action("login", Outcome.REFUSED)
            _log.warning("console: a login from %s was refused", address or "an unknown address")
            return _form(console, following, status=403, problem="login.wrong")
        attempts.succeeded(address)

        async def note(tx: Transaction) -> None:
            # Who logs in again has one session, not two.
            await sessions.close(tx, console.session)
            await self._ground.audit.record(tx, user_id, "login", about=address, operation_id=console.operation_id)

        opened = await sessions.open(user_id, token, ends, and_in_it=note)
        response = console.redirect(_own_path(following))
        cookies.give(response, cookies.SESSION, opened.cookie, is_secure=console.is_secure)
        return response

    async def _identified(self, console: Console) -> tuple[str, str, float]:
        """Return the administrator, the token and when it ends. The administrator is empty if what was sent opens
        nothing."""
        sessions, form = self._ground.sessions, console.form
        token = form.get("token", "").strip()
        if not token:
            is_right = sessions.is_secret(form.get("secret", ""))
            user_id = form.get("userID", "").strip()
            return (user_id if is_right and sessions.is_admin(user_id) else ""), "", float("inf")
        if len(token) > LONGEST_TOKEN:
            return "", "", 0.0
        try:
            identity = await self._ground.identify(token)
        except ImError as error:
            if error.code in _NOT_A_TOKEN:
                return "", "", 0.0
            raise
        return (identity.user_id if identity.is_admin else ""), token, identity.expires

    async def log_out(self, console: Console) -> Response:
        response = console.redirect("/console/login?said=said.out")
        if console.session.user_id:
            note = console.recorded("logout")

            async def work(tx: Transaction) -> None:
                await self._ground.sessions.close(tx, console.session)
                await note(tx)

            await self._ground.database.write(work, rows=2)
        cookies.take_back(response, cookies.SESSION, is_secure=console.is_secure)
        return response

    async def language(self, console: Console) -> Response:
        chosen = console.form.get("language", "")
        response = console.redirect(_own_path(console.form.get("next", "")))
        if chosen in LANGUAGES:
            cookies.give(response, cookies.LANGUAGE, chosen, is_secure=console.is_secure)
        return response


def _form(console: Console, following: str, *, status: int = 200, problem: str = "", seconds: int = 0) -> Response:
    said = console.texts(problem, seconds=seconds) if problem else ""
    return console.page(
        _TEMPLATE, status=status, following=following[:2000], problem=said, user_id=console.form.get("userID", "")[:200]
    )


def _own_path(text: str) -> str:
    """Return a path of the console, or its first page for anything else: a form must lead nowhere else."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return _START
    is_own = not parts.scheme and not parts.netloc and parts.path.startswith("/console/") and text.isascii()
    return text if is_own and "\\" not in text and text.isprintable() and len(text) <= 2000 else _START
