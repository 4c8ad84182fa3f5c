"""A fresh server as a program of its own, and OpenIM's released clients that log in to it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.clients.browser import Browser
from tests.clients.client import Client
from tests.clients.crew import Crew
from tests.clients.house import House
from tests.clients.visiting import new_visitor, served
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: SQLite, unless the test is parametrized with the fixture of another."""
    url: str = request.getfixturevalue(getattr(request, "param", "sqlite_url"))
    return url


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser of all tests of this process."""
    browser = Browser(tmp_path_factory.mktemp("browser"))
    yield browser
    browser.close()


@pytest.fixture
async def house(tmp_path: Path, database: str, browser: Browser) -> AsyncIterator[House]:
    """A fresh server, and whatever clients the test starts; all of them end with the test."""
    async with (
        ServerProcess(tmp_path, {"secret": SECRET, "admins": [ADMIN], "database": database}) as server,
        Rest(server.url) as rest,
    ):
        house = House(server, rest, tmp_path, browser)
        try:
            yield house
        finally:
            await house.close()


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """A server for all tests of a module."""
    folder = tmp_path_factory.mktemp("server")
    server = ServerProcess(
        folder, {"secret": SECRET, "admins": [ADMIN], "database": f"sqlite:///{folder / 'amity.db'}"}
    )
    server.launch()
    yield server
    server.kill()


@pytest.fixture
async def shared_house(tmp_path: Path, shared_server: ServerProcess, browser: Browser) -> AsyncIterator[House]:
    """A house whose server knows the users of other tests: a test makes its own with ``people``."""
    await shared_server.ready()
    async with Rest(shared_server.url) as rest:
        house = House(shared_server, rest, tmp_path, browser)
        try:
            yield house
        finally:
            await house.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def crew(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> AsyncIterator[Crew]:
    """The clients that tests of many modules share, on a server of their own and the event loop of the session."""
    folder = tmp_path_factory.mktemp("crew")
    settings = {"secret": SECRET, "admins": [ADMIN], "database": f"sqlite:///{folder / 'amity.db'}"}
    async with ServerProcess(folder, settings) as server, Rest(server.url) as rest:
        house = House(server, rest, folder, browser)
        try:
            yield Crew(house)
        finally:
            await house.close()


@pytest.fixture(scope="module")
def shared_page_url(shared_server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page of ``examples/web_client``, for the server of a module's tests."""
    with served(shared_server.config, tmp_path_factory.mktemp("page") / "serve.log") as url:
        yield url


@pytest.fixture
def page_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of the page, for the server of this test where it has a house, else for the one of its module: who
    opens the page is somebody new."""
    if "house" in request.fixturenames:
        house: House = request.getfixturevalue("house")
        with served(house.server.config, tmp_path / "serve.log") as url:
            yield url
    else:
        yield request.getfixturevalue("shared_page_url")


@pytest.fixture
async def visit(
    request: pytest.FixtureRequest, page_url: str, tmp_path: Path, browser: Browser
) -> AsyncIterator[Callable[[], Awaitable[Client]]]:
    """Opens the page: ``await visit()`` returns its visitor."""
    visitors: list[Client] = []
    if "house" not in request.fixturenames:
        await request.getfixturevalue("shared_server").ready()

    async def open_page() -> Client:
        visitors.append(new_visitor(page_url, tmp_path / f"visitor-{len(visitors)}.log", browser))
        await visitors[-1].started()
        return visitors[-1]

    yield open_page
    for each in visitors:
        await each.close()


@pytest.fixture
async def visitor(visit: Callable[[], Awaitable[Client]]) -> Client:
    """A visitor who has opened the page."""
    return await visit()
