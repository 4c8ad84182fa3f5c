"""People who write to each other, as in the tests of messages; and another server, on the other engine."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tests.integration.cli.moving import LISTS, another
from tests.integration.messages.conftest import Connect, Talk, connect, talk
from tests.integration.messages.taking_back.test_masking import left
from tests.support.rest import Rest

__all__ = ["connect", "left", "talk"]
RESTORE = "/relation/restore"
EXPORT = "/relation/export"
Move = Callable[[], Awaitable[None]]


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob", "cid")
    return rest


class Target:
    """The other server. ``url`` is that of its database."""

    def __init__(self, rest: Rest, connect: Connect, url: str) -> None:
        self.rest = rest
        self.connect = connect
        self.url = url


@pytest.fixture
def other_url(database_url: str, request: pytest.FixtureRequest) -> str:
    """The URL of a database on the engine that the test's own is not on."""
    url: str = request.getfixturevalue("postgres_url" if database_url.startswith("sqlite") else "sqlite_url")
    return url


@pytest.fixture
async def target(other_url: str, tmp_path: Path) -> AsyncIterator[Target]:
    start = another(tmp_path, other_url)
    async with contextlib.AsyncExitStack() as stack:
        rest = await start()
        yield Target(rest, Connect(rest, start.gateway_url, stack), other_url)
    await start.stop()


@pytest.fixture
def move(talk: Talk, target: Target) -> Move:
    """Brings all that the first server has into the other one."""

    async def moved() -> None:
        after = ""
        while True:
            page = await talk.rest.data(EXPORT, {"after": after})
            lists = {name: page[name] for name in LISTS if page[name]}
            if lists:
                assert (await target.rest.data(RESTORE, lists))["skipped"] == []
            if not (after := page["next"]):
                return

    return moved
