"""A client of the kind that sends callbacks."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from amity.http.client import HttpClient

MakeClient = Callable[..., HttpClient]


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
