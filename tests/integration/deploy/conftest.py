"""Two servers on one PostgreSQL database behind a proxy, each a program of its own."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.support.deployed_proxies import FILES, DeployedProxy
from tests.support.gateway_client import GatewayClient
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess


class Deployment:
    """Two running servers behind one proxy: ``rest`` calls the API through it, and ``client`` connects through it."""

    def __init__(self, servers: list[ServerProcess], proxy: DeployedProxy, rest: Rest) -> None:
        self.servers = servers
        self.proxy = proxy
        self.rest = rest

    async def client(self, user: str, platform: int = 7) -> GatewayClient:
        """Return a client of a user that is not connected yet."""
        body = {"userID": user, "platformID": platform}
        token = (await self.rest.data("/auth/get_user_token", body))["token"]
        return GatewayClient(f"ws://127.0.0.1:{self.proxy.gateway_port}", user, token, platform)

    async def count(self, metric: str, server: ServerProcess) -> float:
        """Return the sum of a metric of one server, over all its labels."""
        async with Rest(server.url) as direct:
            lines = (await direct.get("/metrics")).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith((f"{metric} ", f"{metric}{{")))


Deploy = Callable[..., AbstractAsyncContextManager[Deployment]]


@pytest.fixture(params=list(FILES))
def kind(request: pytest.FixtureRequest) -> str:
    """The name of a proxy's program; a test that asks for it runs once with each."""
    return str(request.param)


@pytest.fixture
def deploy(postgres_url: str, tmp_path: Path) -> Deploy:
    """``async with deploy(kind, urls=(url, url), **parts_of_the_settings) as deployment``."""

    @contextlib.asynccontextmanager
    async def started(kind: str, urls: tuple[str, ...] = (), **parts: Any) -> AsyncIterator[Deployment]:
        async with contextlib.AsyncExitStack() as stack:
            servers = []
            for number, url in enumerate(urls or (postgres_url, postgres_url), 1):
                directory = tmp_path / f"amity-{number}"
                directory.mkdir()
                settings = {"secret": SECRET, "admins": [ADMIN], "database": url, **parts}
                servers.append(await stack.enter_async_context(ServerProcess(directory, settings)))
            proxy = await stack.enter_async_context(DeployedProxy(kind, tmp_path, servers))
            rest = await stack.enter_async_context(Rest(f"http://127.0.0.1:{proxy.internal_port}"))
            yield Deployment(servers, proxy, rest)

    return started
