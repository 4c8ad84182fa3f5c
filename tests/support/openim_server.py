"""A stand-in for OpenIM's server as the client of a business server: it posts callbacks and obeys answers as it does.

Before-callbacks wait for their answer. After-callbacks wait in a queue for one of two workers, and their answers are
ignored; one that finds the queue full waits, and is dropped if the queue stays full. Nothing is posted twice.
``NewWebhookClient`` of open-im-server and ``HTTPClient`` and ``MemoryQueue`` of its tools are the model.
"""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx

from tests.support.http_caller import HttpCaller
from tests.support.openim_answers import Outcome, no_answer, read_answer
from tests.support.recorded_callbacks import CallbackRequest, is_after, sent

WORKERS: Final = 2
QUEUE: Final = 100
LONGEST_TIMEOUT: Final = 15
"""Seconds after which the client gives up, whatever the settings say."""
WAIT_FOR_ROOM: Final = 3.0
"""Seconds that an after-callback waits for room in the queue."""


class OpenImServer:
    """An async context manager. ``url`` is what ``webhooks.yml`` names, without a slash at its end.

    ``timeout`` is in seconds (whole ones in ``webhooks.yml``); 0 stands for the longest. ``posted`` counts the
    after-callbacks that were answered, ``failed`` those that were not, and ``dropped`` those that were never posted.
    Redirects, which OpenIM's server follows, are not followed here.
    """

    def __init__(self, url: str, *, timeout: float = 5, wait_for_room: float = WAIT_FOR_ROOM) -> None:
        self.posted = 0
        self.failed = 0
        self.dropped = 0
        self._url = url
        self._path = httpx.URL(url).path.rstrip("/")
        self.timeout = min(timeout or LONGEST_TIMEOUT, LONGEST_TIMEOUT)
        self._wait_for_room = wait_for_room
        self._caller = HttpCaller(url)
        self._waiting: asyncio.Queue[tuple[str, bytes, str]] = asyncio.Queue(QUEUE)
        self._workers: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        self._workers = [asyncio.create_task(self._work()) for _ in range(WORKERS)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        await self._caller.close()

    async def replay(self, request: CallbackRequest) -> Outcome | None:
        """Post a recorded callback; return what becomes of the action, or ``None`` for an after-callback."""
        operation_id = request.headers["Operationid"]
        if is_after(request.command):
            await self.tell(request.target, request.fields, operation_id=operation_id)
            return None
        return await self.ask(request.target, request.fields, operation_id=operation_id)

    async def ask(self, target: str, fields: Mapping[str, Any], *, operation_id: str = "an operation") -> Outcome:
        """Post a before-callback and return what becomes of the action."""
        command = target.removeprefix("/")
        try:
            answer = await self._post(target, sent(fields), operation_id)
        except TimeoutError:
            return no_answer(f"{self._url}/{command}", "context deadline exceeded")
        except httpx.ConnectError:
            return no_answer(f"{self._url}/{command}", "connect: connection refused")
        except httpx.TransportError:
            return no_answer(f"{self._url}/{command}", "EOF")
        return read_answer(command, fields, answer.status_code, answer.content)

    async def tell(self, target: str, fields: Mapping[str, Any], *, operation_id: str = "an operation") -> bool:
        """Put an after-callback into the queue; return whether there was room. ``target`` may have ``?key=``."""
        try:
            async with asyncio.timeout(self._wait_for_room):
                await self._waiting.put((target, sent(fields), operation_id))
        except TimeoutError:
            self.dropped += 1
            return False
        return True

    async def settle(self) -> None:
        """Return once every after-callback of the queue was posted or has failed."""
        await self._waiting.join()

    async def _work(self) -> None:
        while True:
            target, body, operation_id = await self._waiting.get()
            try:
                await self._post(target, body, operation_id)
                self.posted += 1
            except (TimeoutError, httpx.TransportError):
                self.failed += 1
            finally:
                self._waiting.task_done()

    async def _post(self, target: str, body: bytes, operation_id: str) -> httpx.Response:
        headers = {
            "User-Agent": "Go-http-client/1.1",
            "Content-Type": "application/json; charset=utf-8",
            "Operationid": operation_id,
            "Accept-Encoding": "gzip",
        }
        async with asyncio.timeout(self.timeout):
            return await self._caller.request("POST", f"{self._path}/{target.removeprefix('/')}", headers, body)
