"""The business server: an ASGI app, and the same as a function for every other framework."""

import time
from collections.abc import Callable, Sequence

from amity.business import asgi
from amity.business.admission import Gate, Headers
from amity.business.decorators import Decorators
from amity.business.flow import Outcome, Reply, run, run_sync
from amity.business.seen import SeenStore
from amity.business.signature import TOLERANCE, keys_of

BODY_LIMIT = 8 * 1024 * 1024


class BusinessServer(Decorators):
    """Receives an IM server's callbacks and calls the handler of each event.

    An ASGI app: run it alone (``uvicorn module:app``) or mount it at any path, as the last part of the path names
    the callback. ``handle`` and ``handle_sync`` do the same inside any other framework.

    ``secret``: the secret of the server's settings, or several while one is rotated; ``None`` accepts unsigned
    requests, as real OpenIM servers send them, from everybody who can reach the port. ``seen``: a store with which
    after-events are handled once. ``tolerance``: how many seconds a signature's time may lie off, either way.
    ``body_limit`` in bytes. ``lifespan``: an async context manager to be in while the app runs alone.
    ``handle_samples``: whether after-handlers are called for samples too, which tell of nothing that happened;
    otherwise the app answers these itself. ``clock`` tells seconds since 1970.

    Raises ``ValueError`` for a secret that is blank or has fewer than 24 bytes.
    """

    def __init__(
        self,
        *,
        secret: str | Sequence[str] | None = None,
        seen: SeenStore | None = None,
        tolerance: float = TOLERANCE,
        body_limit: int = BODY_LIMIT,
        lifespan: asgi.Lifespan | None = None,
        handle_samples: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self.gate = Gate(self._handlers, keys_of(secret), seen, clock, tolerance, body_limit, handle_samples)
        self._lifespan = lifespan

    async def handle(self, headers: Headers, path: str, body: bytes, *, method: str = "POST") -> Reply:
        """Answer one request. ``body`` must be the bytes as received, ``path`` may carry a prefix and a query.

        Never raises: what is wrong with a request is a status of 400 and above, and a handler that raised is 500.
        """
        return (await self.answer(headers, path, body, method=method)).reply

    def handle_sync(self, headers: Headers, path: str, body: bytes, *, method: str = "POST") -> Reply:
        """The same without an event loop. Handlers run in the calling thread, ``async`` ones on a loop of their own
        that lives for one call, under gevent and eventlet in a thread of the system.

        Where a loop is running, ``async`` handlers are refused: await ``handle`` there."""
        return self.answer_sync(headers, path, body, method=method).reply

    async def answer(self, headers: Headers, path: str, body: bytes, *, method: str = "POST") -> Outcome:
        """``handle`` with the exception that was the reason, for tests."""
        admitted = self.gate.admit(method, headers, path, body)
        return Outcome(admitted) if isinstance(admitted, Reply) else await run(admitted)

    def answer_sync(self, headers: Headers, path: str, body: bytes, *, method: str = "POST") -> Outcome:
        """``handle_sync`` with the exception that was the reason, for tests."""
        admitted = self.gate.admit(method, headers, path, body)
        if not isinstance(admitted, Reply):
            return run_sync(admitted)
        # WSGI leaves the connection to the server, and the standard library's fails on a header about it.
        headers_left = {name: value for name, value in admitted.headers.items() if name != "connection"}
        return Outcome(admitted._replace(headers=headers_left))

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        """The ASGI app."""
        if scope["type"] == "lifespan":
            await asgi.live(self._lifespan, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            body = await asgi.read_body(scope, receive, self.gate.body_limit)
            if body is None:
                return
            if isinstance(body, bytes):
                headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
                body = await self.handle(headers, asgi.path_of(scope), body, method=scope["method"])
            else:
                self.gate.refusals.note(body)
            await asgi.send_reply(send, body)
