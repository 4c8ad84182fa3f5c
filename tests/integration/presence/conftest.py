"""Presence on a database of either engine, with what delivers its events to a business server; and no gateway."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from amity.callbacks.telling.outbox import Outbox
from amity.presence.service import Presence
from amity.settings import Callback, Callbacks
from amity.storage import Database, open_database
from amity.users import store
from amity.users.directory import Directory
from amity.users.models import User
from tests.integration.callbacks.post_office import PostOffice, eventually
from tests.support.business_server import BusinessServer
from tests.support.presence import Connections

ALL = ("afterUserOnline", "afterUserOffline", "afterUserKickOff")


def presence_callbacks(url: str, *settings: str) -> Callbacks:
    """Settings with these callbacks switched on, all three unless they are named."""
    return Callbacks(url=url, events={setting: Callback(enable=True) for setting in settings or ALL})


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with the people of these tests."""
    opened = await open_database(database_url)
    people = [User(user_id=user_id) for user_id in ("lena", "max", "nina")]
    await opened.write(lambda tx: store.insert(tx, people))
    yield opened
    await opened.close()


class Process:
    """The presence of one server process. ``connections`` are the open ones for REST; its observer gets the changes."""

    def __init__(self, office: PostOffice, database: Database | None = None, outbox: Outbox | None = None) -> None:
        self.connections = Connections()
        self.office = office
        database = database or office.database
        self.presence = Presence(database, Directory(database), outbox or office.outbox, self.connections, office.clock)
        self._writer = self.presence._writer

    @property
    def name(self) -> str:
        """The name under which it writes."""
        return self._writer._process

    async def told(self, business: BusinessServer) -> list[tuple[str, str, int]]:
        """Return what the business server was told, as ``("Online", "lena", 5)``, once nothing waits any more."""
        await eventually(lambda: not (self.presence._changes._waiting or self._writer._batch))
        await self.office.emptied()
        return [_short(request.json) for request in business.requests]

    def die(self) -> None:
        """End as a process does that is killed: between two transactions, without a word."""
        assert self._writer._task is not None
        self._writer._task.cancel()
        self._writer._task = None


def _short(body: dict[str, Any]) -> tuple[str, str, int]:
    kind = body["callbackCommand"].removeprefix("callbackAfterUser").removesuffix("Command")
    return kind, body["userID"], body["platformID"]


StartProcess = Callable[..., Awaitable[Process]]


@pytest.fixture
async def office(database: Database, business: BusinessServer) -> AsyncIterator[PostOffice]:
    """What delivers the events."""
    async with PostOffice(database, presence_callbacks(business.url)) as opened:
        yield opened


@pytest.fixture
async def start_process(office: PostOffice) -> AsyncIterator[StartProcess]:
    """Starts processes, and stops after the test those that still run."""
    async with AsyncExitStack() as running:

        async def start(database: Database | None = None, outbox: Outbox | None = None) -> Process:
            process = Process(office, database, outbox)
            await process.presence.start()
            running.push_async_callback(process.presence.stop)
            return process

        yield start


@pytest.fixture
async def process(start_process: StartProcess) -> Process:
    """A process at work."""
    return await start_process()
