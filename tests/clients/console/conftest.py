"""A server with its console, and administrators who sit at browsers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.clients.browser import Browser
from tests.clients.client import Client, Kind
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess

ADMINISTRATOR = Kind("console.mjs", "", 0)
Sit = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="module")
def console_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server for all tests of a module, with the console."""
    folder = tmp_path_factory.mktemp("server")
    database = f"sqlite:///{folder / 'amity.db'}"
    server = ServerProcess(
        folder, {"secret": SECRET, "admins": [ADMIN], "database": database, "console": {"enable": True}}
    )
    server.launch()
    yield server
    server.kill()


@pytest.fixture
async def rest(console_server: ServerProcess) -> AsyncIterator[Rest]:
    """A caller of the same server's REST API."""
    await console_server.ready()
    async with Rest(console_server.url) as rest:
        yield rest


@pytest.fixture
async def sit(console_server: ServerProcess, tmp_path: Path, browser: Browser) -> AsyncIterator[Sit]:
    """Sits somebody down at a browser with nothing in it: ``await sit(colorScheme="dark")``. Nothing that happens there
    may be an error of the page, or go to another server."""
    await console_server.ready()
    there: list[Client] = []

    async def new(**context: Any) -> Client:
        options = {"url": console_server.url, "browser": browser.address(), "context": context}
        there.append(Client(ADMINISTRATOR, options, "administrator", tmp_path / f"administrator-{len(there)}.log"))
        await there[-1].started()
        return there[-1]

    yield new
    for each in there:
        assert not await each.call("elsewhere")
        assert not each.unasked("PageError")
        assert not each.unasked("ConsoleError")
        await each.close()


async def log_in(administrator: Client) -> None:
    """Log in with the secret, by mouse."""
    await administrator.call("open", "/console/login")
    await administrator.call("fill", "#userID", ADMIN)
    await administrator.call("fill", "#secret", SECRET)
    await administrator.call("click", "form.card button")
    await administrator.call("arrives", "/console/overview")


@pytest.fixture
async def administrator(sit: Sit) -> Client:
    """Somebody who is logged in."""
    administrator = await sit()
    await log_in(administrator)
    return administrator
