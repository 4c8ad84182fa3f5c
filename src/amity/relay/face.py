"""The relay's side to OpenIM's server, as an ASGI application: it posts to ``{any path}/{command}``.

OpenIM's server ignores the HTTP status of an answer and reads the body alone, so a before-callback is always answered
with a body that it obeys.
"""

import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

import msgspec

from amity import __version__, metrics
from amity.api.answers import Receive, Scope, Send, answer
from amity.api.bodies import SMALL, Bodies, Disconnected, HeaderMap, declared_length, read_body
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.logs import operation_id as logged_operation_id
from amity.relay.asking import Questions
from amity.relay.commands import OTHERS, Command, Commands, is_name
from amity.relay.phrasing import ALLOWED, rejection
from amity.relay.request import NotAnObject, RelayedRequest, read
from amity.relay.shadow import Shadow
from amity.relay.telling import Arrivals
from amity.settings.relay import Listening
from amity.texts import storable

App = Callable[[Scope, Receive, Send], Awaitable[None]]

LONGEST_OPERATION_ID = 256
LONGEST_QUERY = 4096
_LOG_SECONDS = 60.0
_JSON = [(b"content-type", b"application/json")]
_OF_EVERY_CALLBACK = frozenset({"contenttype", "command", "callbackCommand"})
_OF_PAGES = frozenset({b"origin", b"sec-fetch-site"})
_ANYBODY = "openim"
_log = logging.getLogger(__name__)


class RelayFace:
    """Serves callbacks, and hands every other request on to ``others``, whose operations have the paths ``taken``."""

    def __init__(
        self,
        settings: Listening,
        questions: Questions,
        arrivals: Arrivals,
        shadow: Shadow | None,
        others: App,
        taken: Collection[str],
        *,
        documented_names: bool,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._settings = settings
        self._key = settings.key.encode()
        self._questions = questions
        self._arrivals = arrivals
        self._shadow = shadow
        self._others = others
        self._taken = frozenset(taken)
        self._documented_names = documented_names
        self._monotonic = clock.monotonic
        self._commands = Commands()
        self._bodies = Bodies(settings.max_bodies_bytes)
        self._said: set[str] = set()
        self._refused: dict[str, tuple[float, int]] = {}  # by reason, of which there are few

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["type"] != "http" or scope["path"] in self._taken:
            await self._others(scope, receive, send)
            return
        segments = [segment for segment in scope["path"].split("/") if segment]
        name = _command_of(segments, scope["query_string"])
        if not name and (scope["method"] != "POST" or scope["path"].rstrip("/") in self._taken):
            await self._others(scope, receive, send)
        elif not name:
            await self._refuse("", ImError(Code.ARGS, "the URL does not end with the command of a callback"), 404, send)
        elif self._key and not hmac.compare_digest(segments[0].encode() if segments else b"", self._key):
            await self._refuse(
                name, ImError(Code.NO_PERMISSION, "the path of the URL has not the relay's key"), 404, send
            )
        elif _is_of_a_page(scope["headers"]):
            await self._refuse(
                name, ImError(Code.NO_PERMISSION, "callbacks come from OpenIM's server, not from web pages"), 403, send
            )
        elif scope["method"] != "POST":
            await _answer_wrong_method(name, send)
        elif _is_of_amity(scope["headers"]):
            await self._refuse(
                name,
                ImError(Code.NO_PERMISSION, "amity sends this, not OpenIM's server: callbacks.url leads to a relay"),
                508,
                send,
            )
        elif (command := self._commands.named(name)) is None:
            await self._refuse(
                name, ImError(Code.SERVER_BUSY, "there are too many commands that nobody knows"), 503, send
            )
        else:
            await self._callback(command, scope, receive, send)

    async def _callback(self, command: Command, scope: Scope, receive: Receive, send: Send) -> None:
        until = self._monotonic() + self._settings.max_wait
        headers: HeaderMap = dict(scope["headers"])
        operation = _operation_id(headers)
        counted = 0

        def grown() -> None:
            nonlocal counted
            if not counted:
                counted = self._bodies.take(_ANYBODY, self._settings.max_body_bytes, is_admin=True)

        try:
            declared = declared_length(headers, self._settings.max_body_bytes)
            if declared > SMALL:
                counted = self._bodies.take(_ANYBODY, declared, is_admin=True)
            body = await read_body(receive, self._settings.max_body_bytes, grown)
            query = _own_query(scope["query_string"])
            request = read(command, body, operation, query, documented_names=self._documented_names)
            self._look_at(request)
            status, said = await (self._ask(request) if command.is_before else self._tell(request, until))
        except Disconnected:
            metrics.relayed(command.label, "lost")
            _log.warning("%s: OpenIM's server went away before the end of its request", command.name)
            return
        except NotAnObject as error:
            metrics.relayed(command.label, "refused")
            _log.warning("%s: refused, because its body is no JSON object: %s", command.name, error)
            status, said = 400, rejection(ImError(Code.DATA, "the request's body is no JSON object"))
        except ImError as error:
            metrics.relayed(command.label, "refused")
            _log.warning("%s: refused: %s", command.name, error)
            status, said = 503, rejection(error)
        finally:
            if counted:
                self._bodies.release(_ANYBODY, counted, is_admin=True)
        await answer(send, said, _JSON, status)

    async def _ask(self, request: RelayedRequest) -> tuple[int, bytes]:
        command = request.command
        if self._shadow is not None:
            metrics.relayed(command.label, "shadowed")
            return await self._shadow.answer(request)
        if not self._questions.is_on(command):
            self._say_once(command, "is off here and on in OpenIM's webhooks.yml: each is allowed without asking")
            metrics.relayed(command.label, "allowed")
            return 200, self._questions.allow(request)
        metrics.relayed(command.label, "asked")
        return 200, await self._questions.ask(request)

    async def _tell(self, request: RelayedRequest, until: float) -> tuple[int, bytes]:
        command = request.command
        is_on = self._questions.is_on(command)
        if is_on or self._arrivals.to_old:
            await self._arrivals.store(request, until, to_new=is_on)
            metrics.relayed(command.label, "stored")
        else:
            self._say_once(command, "is off here and on in OpenIM's webhooks.yml: each is dropped")
            metrics.relayed(command.label, "dropped")
        return 200, ALLOWED

    async def _refuse(self, name: str, error: ImError, status: int, send: Send) -> None:
        """Refuse a callback in words that OpenIM's server obeys: it takes most errors of others for an approval.

        Anybody can have it do so, so each reason is logged once a minute. ``name`` is the command.
        """
        metrics.relayed(self._commands.label_of(name), "refused")
        logged_at, unsaid = self._refused.get(error.detail, (float("-inf"), 0))
        now = self._monotonic()
        if now - logged_at >= _LOG_SECONDS:
            more = f" (and {unsaid} more since this was last said)" if unsaid else ""
            _log.warning("%s was refused: %s%s", name or "a request", error.detail, more)
            self._refused[error.detail] = now, 0
        else:
            self._refused[error.detail] = logged_at, unsaid + 1
        await answer(send, rejection(error), _JSON, status)

    def _look_at(self, request: RelayedRequest) -> None:
        """Log what is unusual about a request, which is passed on all the same."""
        command = request.command
        if command.setting == OTHERS:
            self._say_once(command, "a command that nobody knows, passed on by others")
        if request.misfit:
            self._say_once(command, f"has not the form of OpenIM 3.8, and is passed on as it is: {request.misfit}")
        named = request.fields.get("callbackCommand")
        if named is not None and named != command.name:
            self._say_once(command, "has another callbackCommand in its body; the one of its URL counts")

    def _say_once(self, command: Command, what: str) -> None:
        line = f"{command.name}: {what}"
        if line not in self._said and len(self._said) < 1000:
            self._said.add(line)
            _log.warning("%s (said once)", line)


def _command_of(segments: Sequence[str], query: bytes) -> str:
    """Return the command that a path ends with, or that a query names; empty if there is none."""
    if segments and is_name(segments[-1]):
        return segments[-1]
    if b"ommand=" not in query or len(query) > LONGEST_QUERY:
        return ""
    named = dict(parse_qsl(query.decode("latin-1")))
    return next((named[key] for key in ("command", "callbackCommand") if is_name(named.get(key, ""))), "")


def _is_of_amity(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Return whether a relay sends a request, which is this one where its settings lead back to it: an event would come
    back as a new one without end. The settings are checked for that, but names are not looked up."""
    return any(name == b"user-agent" and value.startswith(b"amity/") for name, value in headers)


def _is_of_a_page(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Return whether a web page sends a request: a browser lets any page post to any address that it reaches."""
    return any(name in _OF_PAGES for name, _ in headers)


def _operation_id(headers: HeaderMap) -> str:
    value = headers.get(b"operationid", b"")[:LONGEST_OPERATION_ID]
    text = storable(value.decode("utf-8", "replace")) if value else f"relay-{secrets.token_hex(8)}"
    logged_operation_id.set(text)
    return text


@lru_cache(maxsize=1024)  # what it says is the same for all messages of a sender to a conversation
def _own_query(query: bytes) -> str:
    """Return what a query has besides what every callback's has: ``key=...`` of OpenIM's message callbacks."""
    if not query or len(query) > LONGEST_QUERY:
        return ""
    own = [pair for pair in parse_qsl(query.decode("latin-1")) if pair[0] not in _OF_EVERY_CALLBACK]
    return urlencode(own)


async def _answer_wrong_method(command: str, send: Send) -> None:
    """Answer a GET, so that a browser and ``amity doctor`` see where OpenIM's URL leads.

    OpenIM's server sends one, too, where something in front of the relay redirects its POST. So this is a refusal.
    """
    said = {"relay": "amity", "version": __version__, "callback": command}
    refused = rejection(ImError(Code.ARGS, "callbacks are sent by POST, and this request came by another method"))
    body = msgspec.json.encode(said | msgspec.json.decode(refused))
    await answer(send, body, [*_JSON, (b"allow", b"POST")], 405)
