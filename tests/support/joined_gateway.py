"""Gateways that share a PostgreSQL database, as those of several processes do."""

import contextlib
from types import TracebackType
from typing import Any, Self

from amity.cluster.cluster import Cluster
from amity.cluster.connections import Login, of_users
from amity.cluster.registry import Registry
from amity.storage import Database, open_database
from tests.support.bus_in_process import Wire
from tests.support.lone_gateway import LoneGateway


class JoinedGateway:
    """Plays one process, as an async context manager: ``lone`` is its gateway. ``settings`` are ``LoneGateway``'s."""

    def __init__(self, database_url: str, wire: Wire, **settings: Any) -> None:
        self._url = database_url
        self._settings = settings
        self._running = contextlib.AsyncExitStack()
        self.bus = wire.bus()
        self.database: Database
        self.cluster: Cluster
        self.registry: Registry
        self.lone: LoneGateway

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as starting:
            self.database = await open_database(self._url)
            starting.push_async_callback(self.database.close)
            self.cluster = Cluster(self.database, self.bus)
            self.registry = Registry(self.database, self.cluster.exchange, self.cluster.processes)
            self.lone = LoneGateway(registry=self.registry, **self._settings)
            self.cluster.fetch_again = self.lone.gateway.reconnect_all
            await self.cluster.start()
            starting.push_async_callback(self.cluster.stop)
            self.registry.start()
            starting.push_async_callback(self.registry.stop)
            await starting.enter_async_context(self.lone)
            self._running = starting.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._running.aclose()

    async def rows(self, *user_ids: str) -> list[Login]:
        """Return the connections of these users to running processes, oldest first."""
        return await of_users(self.database, user_ids, "")

    async def count(self) -> int:
        """Return how many rows of connections there are."""
        return int((await self.database.fetch("select count(*) from connections"))[0][0])

    async def freeze(self) -> None:
        """Renew its lease no more, and hear and say nothing, as a process that was stopped."""
        self.bus.cut()
        task = self.cluster.processes._task
        assert task is not None
        task.cancel()
        with contextlib.suppress(BaseException):
            await task
        self.cluster.processes._task = None
