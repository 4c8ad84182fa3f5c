"""A client of the kind that sends callbacks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvloop

from amity.http.client import HttpClient

MakeClient = Callable[..., HttpClient]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Run every test of this folder on both event loops: servers run on the one, programs on the other."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


@pytest.fixture
async def make_client() -> AsyncIterator[MakeClient]:
    """Makes clients, which are closed after the test."""
    made: list[HttpClient] = []

    def make(**options: Any) -> HttpClient:
        made.append(HttpClient(**options))
        return made[-1]

    yield make
    for client in made:
        await client.close()


@pytest.fixture
def client(make_client: MakeClient) -> HttpClient:
    """A client with the defaults."""
    return make_client()
