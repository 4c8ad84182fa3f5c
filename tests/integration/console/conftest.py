"""The console of a whole server, and visitors of it."""

import contextlib
from collections.abc import AsyncIterator, Callable

import pytest

from tests.integration.conftest import StartServer
from tests.support.console import Visitor
from tests.support.rest import Rest


@pytest.fixture
async def rest(start_server: StartServer) -> Rest:
    """A server with the console on the API's port."""
    return await start_server(console={"enable": True})


@pytest.fixture
async def visit(rest: Rest) -> AsyncIterator[Callable[..., Visitor]]:
    """Makes visitors of the server, each with the headers of its own: ``visit(**headers)``."""
    async with contextlib.AsyncExitStack() as stack:
        visitors: list[Visitor] = []

        def new(**headers: str) -> Visitor:
            visitors.append(Visitor(rest.url, headers))
            stack.push_async_callback(visitors[-1].__aexit__)
            return visitors[-1]

        yield new


@pytest.fixture
async def visitor(visit: Callable[..., Visitor]) -> Visitor:
    """A visitor who is not logged in."""
    return visit()


@pytest.fixture
async def admin(visit: Callable[..., Visitor]) -> Visitor:
    """An administrator who is logged in."""
    admin = visit()
    assert (await admin.log_in()).status_code == 303
    return admin
