"""Outbox, courier and log on a database, with a clock that the test moves, and a real receiver."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from amity.callbacks.admin.service import CallbackAdmin
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.callbacks.telling.courier import Courier
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.cluster.exchange import Exchange
from amity.settings import Callback, Callbacks
from amity.storage import Database, Transaction
from amity.wire.events.event import AfterEvent
from amity.wire.events.friends import AfterDeleteFriend, AfterImportFriends
from tests.support.business_server import ReceivedRequest
from tests.support.fake_clock import FakeClock

IMPORTED = AfterImportFriends.command
DELETED = AfterDeleteFriend.command


def callbacks(url: str, **fields: Any) -> Callbacks:
    """Settings with both kinds of events of these tests switched on."""
    events = {"afterImportFriends": Callback(enable=True), "afterDeleteFriend": Callback(enable=True)}
    return Callbacks(**{"url": url, "events": events, **fields})


def imported(owner: str, number: int = 0) -> AfterImportFriends:
    """An event; the number is the friend."""
    return AfterImportFriends(owner_user_id=owner, friend_user_ids=[str(number)])


def deleted(owner: str, number: int = 0) -> AfterDeleteFriend:
    return AfterDeleteFriend(owner_user_id=owner, friend_user_id=str(number))


class PostOffice:
    """What a server has for after-callbacks. Started and stopped as an async context manager, or by hand."""

    def __init__(
        self,
        database: Database,
        settings: Callbacks,
        clock: FakeClock | None = None,
        exchange: Exchange | None = None,
    ) -> None:
        self.database = database
        self.clock = clock or FakeClock()
        self.sender = Sender(settings, clock=self.clock)
        self.log = CallbackLog(database, self.clock)
        self.outbox = Outbox(settings, self.clock)
        self.courier = Courier(
            database, settings, self.sender, self.log, self.clock, random=lambda: 0.5, exchange=exchange
        )
        self.outbox.on_commit(self.courier.wake)
        self.admin = CallbackAdmin(database, self.courier, self.log, self.clock)
        self.call = Call(operation_id="by-hand", user_id="imAdmin", is_admin=True)

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def start(self) -> None:
        self.log.start()
        self.courier.start()

    async def stop(self, grace: float = 0.0) -> None:
        await self.courier.stop(grace)
        await self.log.stop()
        await self.sender.close()

    async def record(self, *events: AfterEvent, operation_id: str = "op") -> None:
        """Write events in one transaction, as a domain does."""

        async def work(tx: Transaction) -> None:
            for event in events:
                await self.outbox.record(tx, event, operation_id)

        await self.database.write(work, rows=len(events))

    async def rows(self, columns: str) -> list[tuple[Any, ...]]:
        """Return columns of the outbox, in the order of the events."""
        width = columns.count(",") + 1
        rows = await self.database.fetch(f"select {columns} from outbox order by event_seq")
        return [tuple(row[index] for index in range(width)) for row in rows]

    async def logged(self, columns: str = "verdict") -> list[tuple[Any, ...]]:
        """Return columns of the callback log, in its order."""
        await self.log.flush()
        width = columns.count(",") + 1
        rows = await self.database.fetch(f"select {columns} from callback_log order by log_seq")
        return [tuple(row[index] for index in range(width)) for row in rows]

    async def attempts(self, *expected: int) -> None:
        """Return when the events that are left have made so many attempts, each."""
        await self.eventually("attempts", [(number,) for number in expected])

    async def emptied(self) -> None:
        """Return when nothing is left."""
        await self.eventually("event_seq", [])

    async def eventually(self, columns: str, expected: list[tuple[Any, ...]]) -> None:
        """Return when the outbox is so."""
        rows = await _wait_for(functools.partial(self.rows, columns), expected)
        assert rows == expected


async def _wait_for(read: Callable[[], Awaitable[Any]], expected: Any, timeout: float = 10.0) -> Any:
    """Read until it is as expected, and return what was read last."""
    found = await read()
    deadline = asyncio.get_running_loop().time() + timeout
    while found != expected and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.005)
        found = await read()
    return found


async def eventually(check: Callable[[], Any], timeout: float = 10.0) -> None:
    """Return when the check holds."""

    async def read() -> bool:
        return bool(check())

    assert await _wait_for(read, expected=True, timeout=timeout)


def numbers(requests: list[ReceivedRequest], owner: str | None = None) -> list[str]:
    """The numbers of the events that arrived, of one owner or of all, in the order in which they did."""
    bodies = [request.json for request in requests]
    return [
        body["friendUserIDs"][0] if "friendUserIDs" in body else body["friendUserID"]
        for body in bodies
        if owner is None or body["ownerUserID"] == owner
    ]
