"""The connections of this process in the database, where all processes find them.

States of a connection here, and what ends each:

- *held*: it is registered, or about to be. ``forget``: *leaving*.
- *leaving*: its row is to be deleted. It is: gone. A registration that is stored only now: *leaving* again.

Users who have a row more or less have *changed*: all processes are told, many users at a time, once they can read it.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Final, Protocol, TypeVar

from amity.calls.token_hash import hash_of
from amity.clock import SYSTEM_CLOCK, Clock
from amity.cluster import connections, kicks
from amity.cluster.changes import Changes
from amity.cluster.connections import Login
from amity.cluster.exchange import Exchange
from amity.cluster.kicks import Kicks
from amity.cluster.processes import Processes
from amity.errors import Code, ImError
from amity.storage import Database, Transaction
from amity.storage.gathering import Gatherer
from amity.storage.lookups import Lookups
from amity.storage.outages import Outages

MOST_LEAVING: Final = 100_000
"""Rows that may wait to be deleted. Where more do, all rows of this process are compared with what it holds."""
_BATCH: Final = 500
_PAUSE_SECONDS: Final = 0.5  # where the database fails

V = TypeVar("V")
_log = logging.getLogger(__name__)


class Client(Protocol):
    """What is registered of a client."""

    @property
    def user_id(self) -> str: ...

    @property
    def platform_id(self) -> int: ...

    @property
    def token(self) -> str: ...

    @property
    def is_background(self) -> bool: ...

    @property
    def is_core(self) -> bool: ...


class Clients(kicks.Clients, Protocol):
    """The clients of this process. Nothing here blocks or raises."""

    def changed(self, user_ids: Sequence[str]) -> None:
        """Note users whose platforms may have changed, at any process."""
        ...


class Registry:
    """Registers connections from ``start`` to ``stop``. It is for processes that share their database."""

    def __init__(
        self, database: Database, exchange: Exchange, processes: Processes, clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self._database = database
        self._kicks = Kicks(exchange)
        self.kick = self._kicks.kick
        self.kick_user = self._kicks.kick_user
        self._changes = Changes(exchange)
        self._processes = processes
        self._clock = clock
        self._inserting: Gatherer[Login, None] = Gatherer(database, self._insert, lambda _: 1)
        self._reading: Lookups[str, list[Login]] = Lookups(self._read, most=_BATCH)
        self._held: dict[str, str] = {}  # user by connection, as in ``_leaving``
        self._leaving: dict[str, str] = {}
        self._lost_track = False
        self._background: dict[str, bool] = {}
        self._has_work = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        processes.when_ended.append(lambda _, user_ids: self._changes.add(user_ids))

    @property
    def own_process(self) -> str:
        """The name of this process, which changes if others have ended it."""
        return self._processes.name

    def serve(self, clients: Clients) -> None:
        """Have what other processes ask for done by ``clients``."""
        self._kicks.clients = clients
        self._changes.noted = clients.changed

    def start(self) -> None:
        """Start to delete the rows of connections that have ended."""
        self._task = asyncio.create_task(self._run(), name="registry")

    async def stop(self) -> None:
        """Delete the rows of connections that have ended, and tell of the last changes. Call it before the process
        leaves. If the database fails, the rows go with the process."""
        if self._task is not None:
            self._stopping = True
            self._has_work.set()
            await self._task
            self._task = None
        self._changes.tell_now()

    async def register(self, conn_id: str, client: Client) -> Sequence[Login]:
        """Register a connection, and return all connections of its user, oldest first, itself included.

        The connections are read after the registration is committed: of two that are registered at the same moment at
        least one finds the other. Raises ``ImError``, ``DATABASE`` (90002); ``forget`` undoes what was done.
        """
        self._held[conn_id] = client.user_id
        token = hash_of(client.token)
        login = Login(
            client.user_id,
            conn_id,
            self.own_process,
            client.platform_id,
            token,
            client.is_background,
            client.is_core,
        )
        await self._inserting.write(login)
        found = await self._reading.find(client.user_id)
        # A row that is still to be deleted is no connection any more.
        logins = [each for each in found if each.process != self.own_process or each.conn_id in self._held]
        if not any(each.conn_id == conn_id for each in logins):
            raise _ended_meanwhile()
        return logins

    def forget(self, conn_id: str) -> None:
        """Remove a connection, if it is registered. Its row is deleted soon."""
        user_id = self._held.pop(conn_id, None)
        if user_id is not None:
            self._background.pop(conn_id, None)
            self._leave(conn_id, user_id)

    def set_background(self, conn_id: str, *, is_background: bool) -> None:
        """Note whether the app of a connection is in the background. It is stored soon."""
        if conn_id in self._held:
            self._background[conn_id] = is_background
            self._has_work.set()

    async def platforms(self, user_ids: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """Return the platforms on which these users are connected to any process, ascending. Raises ``ImError``."""
        platforms: dict[str, set[int]] = {}
        for login in await connections.of_users(self._database, user_ids, self.own_process):
            platforms.setdefault(login.user_id, set()).add(login.platform_id)
        return {user_id: sorted(each) for user_id, each in platforms.items()}

    # Rows

    async def _insert(self, logins: Sequence[Login], tx: Transaction) -> Sequence[Exception | None]:
        there = await connections.insert(tx, logins)
        tx.after_commit(partial(self._stored, [login for login in logins if login.conn_id in there]))
        return [None if login.conn_id in there else _ended_meanwhile() for login in logins]

    async def _read(self, user_ids: Sequence[str]) -> Sequence[list[Login]]:
        by_user: dict[str, list[Login]] = {user_id: [] for user_id in user_ids}
        for login in await connections.of_users(self._database, list(by_user), self.own_process):
            by_user[login.user_id].append(login)
        return [by_user[user_id] for user_id in user_ids]

    def _stored(self, logins: Sequence[Login]) -> None:
        for login in logins:
            if login.conn_id not in self._held:  # its client is gone: it may have been deleted before it was there
                self._leave(login.conn_id, login.user_id)
        self._changes.add(login.user_id for login in logins)

    def _leave(self, conn_id: str, user_id: str) -> None:
        if len(self._leaving) < MOST_LEAVING:
            self._leaving[conn_id] = user_id
        else:
            self._lost_track = True
        self._has_work.set()

    async def _run(self) -> None:
        outages = Outages(
            _log, "connections that ended wait to be deleted", "connections that ended could not be deleted"
        )
        while not self._stopping or (self._has_work.is_set() and not outages.is_failing):
            await self._has_work.wait()
            self._has_work.clear()
            if await outages.survive(self._tidy) is None:
                self._has_work.set()
                if not self._stopping:
                    await self._clock.wait(asyncio.Event(), _PAUSE_SECONDS)

    async def _tidy(self) -> bool:
        """Delete rows of connections that have ended, and store which apps are in the background."""
        if self._lost_track:
            await self._find_track()
        leaving = _take(self._leaving)
        background = _take(self._background)
        noted = [(self._held[conn_id], conn_id, is_set) for conn_id, is_set in background if conn_id in self._held]

        async def work(tx: Transaction) -> None:
            if leaving:
                await connections.delete(tx, [(user_id, conn_id) for conn_id, user_id in leaving])
            if noted:
                await connections.set_background(tx, noted)

        try:
            if leaving or noted:
                await self._database.write(work, rows=len(leaving) + len(noted))
        except BaseException:
            self._leaving = dict(leaving) | self._leaving
            self._background = dict(background) | self._background
            raise
        self._changes.add(user_id for _, user_id in leaving)
        if self._leaving or self._background:
            self._has_work.set()
        return True

    async def _find_track(self) -> None:
        """Delete what this process does not hold any more, after too many rows waited for it."""
        self._lost_track = False
        try:
            rows = await connections.of_process(self._database, self.own_process)
        except BaseException:
            self._lost_track = True
            raise
        self._leaving.update((conn_id, user_id) for user_id, conn_id in rows if conn_id not in self._held)


def _take(waiting: dict[str, V]) -> list[tuple[str, V]]:
    """Remove and return up to a batch of what waits, oldest first."""
    taken = list(islice(waiting.items(), _BATCH))
    for key, _ in taken:
        del waiting[key]
    return taken


def _ended_meanwhile() -> ImError:
    return ImError(Code.DATABASE, "other processes have ended this one, which joins again")
