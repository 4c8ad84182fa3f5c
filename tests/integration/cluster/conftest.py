"""Buses on the event loop that servers run on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import uvloop

from amity.cluster.bus.opening import carrier
from amity.cluster.bus.remote import RemoteBus
from amity.settings import Settings
from tests.support.bus_in_process import Wire
from tests.support.heard import Heard
from tests.support.joined_gateway import JoinedGateway
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer

Join = Callable[..., Awaitable[JoinedGateway]]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test of this folder on the event loop of servers."""
    return {"uvloop": uvloop.new_event_loop}


Opened = Callable[..., Awaitable[tuple[RemoteBus, Heard]]]


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of the test's own, which it may stop and kill."""
    with PostgresServer(fsync=False) as server:
        yield server


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Starts buses: ``bus, heard = await opened(url, "channel", ...)``, and stops them after the test."""
    async with AsyncExitStack() as stack:

        async def start(url: str, *channels: str, identity: str = "test", **parts: Any) -> tuple[RemoteBus, Heard]:
            heard = Heard()
            bus = RemoteBus(carrier(Settings(bus=url), identity), **parts)
            await bus.start(channels, heard)
            stack.push_async_callback(bus.stop)
            return bus, heard

        yield start


@pytest.fixture(params=["postgres", "redis"])
def server_url(request: pytest.FixtureRequest) -> str:
    """The URL of a server that carries a bus; a test that asks for it runs once with each."""
    redis = request.param == "redis"
    return str(request.getfixturevalue("redis").url if redis else request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["postgres", "redis"])
def own_server(request: pytest.FixtureRequest) -> Any:
    """A server that carries a bus, and that the test may kill and start again."""
    return request.getfixturevalue({"postgres": "own_postgres", "redis": "redis"}[request.param])


def url_of(server: Any) -> str:
    return server.url if isinstance(server.url, str) else server.url()


@pytest.fixture
def wire() -> Wire:
    """The bus that joins the processes of a test."""
    return Wire()


@pytest.fixture
async def join(postgres_url: str, wire: Wire) -> AsyncIterator[Join]:
    """Starts a gateway as that of one more process: ``await join(login=MultiLogin(...))``."""
    async with AsyncExitStack() as running:

        async def start(**settings: Any) -> JoinedGateway:
            return await running.enter_async_context(JoinedGateway(postgres_url, wire, **settings))

        yield start
