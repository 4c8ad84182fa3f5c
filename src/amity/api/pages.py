"""Pages read with GET: the documentation, health checks, and metrics."""

import asyncio
import base64
import hashlib
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from importlib import resources
from typing import Generic, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from amity import metrics
from amity.api.answers import CORS
from amity.api.openapi import document
from amity.api.routing_errors import RoutingErrors, is_for_gateway
from amity.calls.operation import Operation
from amity.errors import ImError

PATHS = ("/", "/docs", "/openapi.json", "/healthz", "/readyz", "/metrics")
"""The paths of the pages."""
T = TypeVar("T")
_log = logging.getLogger(__name__)
_READY_SECONDS = 5.0
_CORS = {name.decode(): value.decode() for name, value in CORS}
_INLINE = re.compile(r"<(script|style)>(.*?)</\1>", re.DOTALL)


def pages(
    operations: Sequence[Operation],
    ready: Callable[[], Awaitable[str]],
    routing_errors: RoutingErrors,
    about: bytes,
    max_body_bytes: int,
) -> Starlette:
    """Return the application that answers all methods but POST and OPTIONS. ``about`` is the page at ``/``,
    ``max_body_bytes`` what the documentation says of bodies."""
    description = _Once(lambda: msgspec.json.encode(document(operations, max_body_bytes)))
    page = _Once(_page)

    async def docs(_: Request) -> Response:
        text, policy = await page()
        return _response(text, "text/html; charset=utf-8", policy)

    async def openapi(_: Request) -> Response:
        return _response(await description(), "application/json")

    async def healthz(_: Request) -> Response:
        return _response(b'{"alive":true}', "application/json")

    async def readyz(_: Request) -> Response:
        reason, lacks = await _why_not(ready)
        found: dict[str, object] = {"ready": False, "reason": reason} if reason else {"ready": True}
        body = msgspec.json.encode({**found, "degraded": lacks} if lacks else found)
        return _response(body, "application/json", status=503 if reason else 200)

    async def scrape(_: Request) -> Response:
        return _response(metrics.exposition(), metrics.CONTENT_TYPE)

    async def root(request: Request) -> Response:
        if is_for_gateway(dict(request.headers.raw)):
            return not_here(request)
        return _response(about, "text/plain; charset=utf-8")

    def not_here(request: Request) -> Response:
        said = routing_errors.not_found(request.method, request.url.path, dict(request.headers.raw))
        return _response(said, "text/plain", status=404)

    async def nothing(request: Request, _error: Exception) -> Response:
        wrong = routing_errors.wrong_method(request.method, request.url.path)
        if wrong is None:
            return not_here(request)
        status, allowed, body = wrong
        answer = _response(body, "application/json", status=status)
        answer.headers["allow"] = allowed
        return answer

    application = Starlette(
        routes=[
            Route("/", root),
            Route("/docs", docs),
            Route("/openapi.json", openapi),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", scrape),
        ],
        exception_handlers={404: nothing, 405: nothing},
    )
    application.router.redirect_slashes = False  # it would redirect to whatever host the request names
    return application


class _Once(Generic[T]):
    """A value that takes milliseconds to make and is rarely needed: made at the first call, in a thread, and kept."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: asyncio.Future[T] | None = None

    async def __call__(self) -> T:
        if self._made is None:
            self._made = asyncio.get_running_loop().run_in_executor(None, self._make)
        # Shielded: other callers wait for it too, and must not fail if one of them is cancelled.
        return await asyncio.shield(self._made)


def _page() -> tuple[bytes, str]:
    """Return the HTML page and its content security policy."""
    text = resources.files("amity.api").joinpath("docs.html").read_text("utf-8")
    return text.encode(), _policy(text)


async def _why_not(ready: Callable[[], Awaitable[str]]) -> tuple[str, str]:
    """Return why the server is not ready, in words for anyone, and what it lacks if it is. Each may be empty."""
    try:
        async with asyncio.timeout(_READY_SECONDS):
            return "", await ready()
    except TimeoutError:
        return f"no answer within {_READY_SECONDS:.0f} seconds", ""
    except ImError as error:
        return error.detail or error.message, ""
    except Exception:  # noqa: BLE001 - any error means that the server is not ready
        _log.exception("the readiness check failed")
        return "internal error", ""


def _response(body: bytes, kind: str, policy: str = "default-src 'none'", *, status: int = 200) -> Response:
    headers = _CORS | {"content-security-policy": policy, "x-content-type-options": "nosniff"}
    return Response(body, status, headers | {"content-type": kind})


def _policy(page: str) -> str:
    """Return the policy that allows only the page's own script and style, and requests to this server."""
    allowed: dict[str, list[str]] = {"script": [], "style": []}
    for kind, text in _INLINE.findall(page):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        allowed[kind].append(f"'sha256-{digest}'")
    return (
        f"default-src 'none'; connect-src 'self'; img-src data:; script-src {' '.join(allowed['script'])};"
        f" style-src {' '.join(allowed['style'])}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
