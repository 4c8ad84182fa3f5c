"""Tokens on a fresh database of either engine, with a clock and users of the test's own, over real HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from amity.api.app import Api
from amity.api.listener import Listener
from amity.auth.operations import operations
from amity.auth.service import Auth
from amity.settings import Settings, Token
from amity.storage import Database, open_database
from tests.support.fake_clock import FakeClock
from tests.support.rest import ADMIN, SECRET, Rest


@dataclass
class World:
    """What surrounds the tokens."""

    clock: FakeClock = field(default_factory=FakeClock)
    levels: dict[str, int] = field(default_factory=lambda: {ADMIN: 2, "alice": 0, "bob": 1, "news": 3})

    async def level_of(self, user_id: str) -> int | None:
        return self.levels.get(user_id)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def auth(database: Database, world: World) -> Auth:
    settings = Settings(secret=SECRET, admins=[ADMIN, "nobodyYet"], token=Token(expire_days=90))
    return Auth(settings, database, world, world.clock)


@pytest.fixture
async def rest(auth: Auth) -> AsyncIterator[Rest]:
    async def ready() -> str:
        return ""

    listener = Listener(Api(operations(auth), auth.identify, ready), "127.0.0.1", 0)
    await listener.start()
    async with Rest(f"http://127.0.0.1:{listener.port}") as caller:
        yield caller
    await listener.stop()
