"""How events are stored: by one id each, however often that is tried."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from amity.callbacks.telling.outbox import Outbox
from amity.clock import SYSTEM_CLOCK
from amity.errors import Code, ImError
from amity.relay.commands import Commands
from amity.relay.request import RelayedRequest, read
from amity.relay.telling import Arrivals
from amity.settings import Callbacks
from amity.storage import Database, Row, Transaction, open_database
from tests.support.recorded_callbacks import recorded_requests, sent

Work = Callable[[Any], Awaitable[Any]]


class GoneInCommit:
    """A database that stores what is written first, and of which nobody hears that it did."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.writes = 0

    async def write(self, work: Work, *, rows: int = 1) -> Any:
        self.writes += 1
        if self.writes > 1:
            return await self._database.write(work, rows=rows)
        await self._database.write(lambda tx: work(Unheard(tx)), rows=rows)
        raise ImError(Code.DATABASE, "the database went away while it stored this")


class Unheard:
    """A transaction that calls nobody after its commit."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def after_commit(self, follow: Callable[[], object]) -> None:
        pass


class Refusing:
    """A database that refuses what has some text in it."""

    def __init__(self, database: Database, text: str) -> None:
        self._database = database
        self._text = text

    async def write(self, work: Work, *, rows: int = 1) -> Any:
        return await self._database.write(lambda tx: work(RefusingTransaction(tx, self._text)), rows=rows)


class RefusingTransaction:
    """A transaction of such a database."""

    def __init__(self, tx: Transaction, text: str) -> None:
        self._tx = tx
        self._text = text

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        if any(self._text in str(value) for value in args):
            raise ImError(Code.DATABASE, "the database could not store this; nothing was written")
        return await self._tx.fetch(sql, *args)


def arrived(number: object) -> RelayedRequest:
    command = Commands().named("callbackAfterUserRegisterCommand")
    assert command is not None
    return read(command, sent({"users": [{"userID": f"u{number}"}]}), "op", "", documented_names=False)


async def test_an_event_that_the_database_refuses_takes_no_other_with_it(database_url: str):
    database = await open_database(database_url)
    try:
        arrivals = Arrivals(cast(Database, Refusing(database, "refused")), Outbox(Callbacks()))
        arrivals.start()
        until = SYSTEM_CLOCK.monotonic() + 1
        events = [arrived("refused"), *map(arrived, range(40))]
        outcomes = await asyncio.gather(
            arrivals.store(events[0], until),
            *(arrivals.store(each, until) for each in events[1:]),
            return_exceptions=True,
        )
        await arrivals.stop()
        stored = await database.fetch("select body from outbox order by event_seq")
    finally:
        await database.close()
    assert [type(each) for each in outcomes] == [ImError] + 40 * [type(None)]
    assert [row[0] for row in stored] == [each.body.decode() for each in events[1:]]


async def test_an_event_whose_commit_is_in_doubt_is_stored_once(database_url: str):
    (posted,) = [each for each in recorded_requests() if each.command == "callbackAfterUserRegisterCommand"]
    command = Commands().named(posted.command)
    assert command is not None
    request = read(command, posted.body, "op", "", documented_names=False)
    database = await open_database(database_url)
    try:
        gone = GoneInCommit(database)
        arrivals = Arrivals(cast(Database, gone), Outbox(Callbacks()), to_old=True)
        arrivals.start()
        await arrivals.store(request, SYSTEM_CLOCK.monotonic() + 60)
        await arrivals.stop()
        assert gone.writes == 2
        rows = await database.fetch("select command from outbox order by event_seq")
    finally:
        await database.close()
    assert [row[0] for row in rows] == [command.name, f"old:{command.name}"]
