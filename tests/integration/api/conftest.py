"""An API with in-memory operations, on a real server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import pytest
from msgspec import Meta

from amity.api.app import Api
from amity.api.listener import Listener
from amity.api.serving import Bounds, Timeouts
from amity.calls.call import Call, Identity, Request, Response
from amity.calls.operation import Access, Operation
from amity.errors import ImError


class GreetRequest(Request):
    user_id: Annotated[str, Meta(max_length=100_000)] = ""
    times: int = 1


class GreetResponse(Response):
    user_id: str
    greetings: list[str]


class Backstage:
    """What the operations do, and what they saw."""

    def __init__(self) -> None:
        self.calls: list[tuple[Call, GreetRequest]] = []
        self.identified: list[str] = []
        self.raises: BaseException | None = None
        self.not_ready: BaseException | None = None
        self.checked = asyncio.Event()
        self.checked.set()
        self.asked = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self._called = asyncio.Event()

    async def called(self, times: int) -> None:
        """Return when operations were called so often."""
        async with asyncio.timeout(20):
            while len(self.calls) < times:
                self._called.clear()
                await self._called.wait()

    async def greet(self, call: Call, request: GreetRequest) -> GreetResponse:
        self.calls.append((call, request))
        self._called.set()
        await self.goes_on.wait()
        if self.raises is not None:
            raise self.raises
        return GreetResponse(user_id=request.user_id, greetings=[f"hello {request.user_id}"] * request.times)

    async def forget(self, call: Call, request: GreetRequest) -> None:
        self.calls.append((call, request))

    async def identify(self, token: str) -> Identity:
        self.identified.append(token)
        if token not in {"admin", "user"}:
            raise ImError(1503)
        return Identity(f"the {token}", 10 if token == "admin" else 5, token == "admin")

    async def ready(self) -> str:
        self.asked.set()
        await self.checked.wait()
        if self.not_ready is not None:
            raise self.not_ready
        return ""

    def operations(self) -> list[Operation]:
        return [
            *[Operation(f"/greet/{access.name.lower()}", self.greet, "Greet", access=access) for access in Access],
            Operation("/greet/forget", self.forget, "Say nothing"),
        ]


@pytest.fixture
def backstage() -> Backstage:
    return Backstage()


class StartListener:
    """Starts servers that serve ``backstage``, with bodies bounded to 8192 bytes, and returns their ports."""

    def __init__(self, backstage: Backstage) -> None:
        self._backstage = backstage
        self.running: list[Listener] = []

    async def __call__(self, timeouts: Timeouts | None = None, bounds: Bounds | None = None) -> int:
        backstage = self._backstage
        api = Api(backstage.operations(), backstage.identify, backstage.ready, max_body_bytes=8192, most_of_user=3)
        listener = Listener(api, "127.0.0.1", 0, timeouts=timeouts, bounds=bounds)
        await listener.start()
        self.running.append(listener)
        return listener.port


@pytest.fixture
async def start_listener(backstage: Backstage) -> AsyncIterator[StartListener]:
    """Starts servers, which end after the test."""
    starter = StartListener(backstage)
    yield starter
    for listener in starter.running:
        await listener.stop()


@pytest.fixture
async def port(start_listener: StartListener) -> int:
    """The port of a server with the usual deadlines."""
    return await start_listener()


@pytest.fixture
async def http(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"operationID": "op", "token": "user"}, timeout=20, verify=False
    ) as client:
        yield client
