"""Which messages quote which: noted in few statements, and looked for in portions."""

from collections.abc import AsyncIterator

import pytest

from amity.storage import Database, Transaction, open_database
from amity.timeline import quotes
from amity.timeline.models import Draft, Form, place_of
from amity.timeline.quotes import Name, name_of
from amity.timeline.service import Timelines
from amity.wire.proto.sdkws_pb2 import MsgData

CHAT = place_of(Form.CHAT, 1, 2)
QUOTED = -7


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def put_quotes(database: Database, count: int) -> None:
    async def work(tx: Transaction) -> None:
        rows = [(1, QUOTED, seq, 0) for seq in range(1, count + 1)]
        await tx.execute_many("insert into quotes values ($1, $2, $3, $4)", rows)

    await database.write(work, rows=count)


async def worked_off(tx: Transaction, most: int) -> tuple[list[int], bool]:
    """Work off some quotes as the task does; return the numbers of the messages, and whether there may be more."""
    due = await quotes.due(tx, most)
    seqs = [each.seq for each in due.quoting]
    await quotes.forget(tx, 1, seqs)
    await quotes.settle(tx, due.names)
    return seqs, due.more


async def names(database: Database) -> list[tuple[int, int, int]]:
    rows = await database.fetch("select quoted, seq, is_due from withdrawn_names order by quoted")
    return [(row[0], row[1], row[2]) for row in rows]


async def test_withdrawing_a_name_is_one_row_however_many_quote_it(database: Database):
    await put_quotes(database, 300)
    await database.write(lambda tx: quotes.mark(tx, [Name(1, QUOTED, 9)]))
    assert await database.fetch("select 1 from quotes where is_due = 1") == []
    assert await names(database) == [(QUOTED, 9, 1)]


async def test_quotes_of_a_withdrawn_name_are_due_in_portions(database: Database):
    await put_quotes(database, 200)
    await database.write(lambda tx: quotes.mark(tx, [Name(1, QUOTED, 9)]))
    found: list[int] = []
    more = True
    while more:
        seqs, more = await database.write(lambda tx: worked_off(tx, 50), rows=300)
        assert len(seqs) <= 100
        found += seqs
    assert sorted(found) == list(range(1, 201))
    assert not await quotes.is_any_due(database)


async def test_a_name_that_nothing_quotes_is_not_due(database: Database):
    await database.write(lambda tx: quotes.mark(tx, [Name(1, QUOTED, 9), Name(1, 9, 9)]))
    assert await names(database) == [(QUOTED, 9, 0)]
    assert not await quotes.is_any_due(database)


async def test_many_names_without_quotes_left_are_settled(database: Database):
    await put_quotes(database, 1)
    withdrawn = [Name(1, -number, 9) for number in range(1, 100)]

    async def work(tx: Transaction) -> None:
        await quotes.mark(tx, withdrawn)
        await tx.fetch("update withdrawn_names set is_due = 1")

    await database.write(work, rows=300)
    more = True
    while more:
        _, more = await database.write(lambda tx: worked_off(tx, 50), rows=300)
    # None of them has a message any more.
    assert await names(database) == []


async def test_a_name_may_be_withdrawn_twice_at_once(database: Database):
    await put_quotes(database, 1)
    await database.write(lambda tx: quotes.mark(tx, [Name(1, QUOTED, 9), Name(1, QUOTED, 10)]))
    assert len(await names(database)) == 1


async def test_many_quotes_are_noted_in_few_statements(database: Database, monkeypatch: pytest.MonkeyPatch):
    timelines = Timelines(database)
    drafts = []
    for number in range(200):
        content = b'{"quoteMessage": {"seq": 1, "clientMsgID": "m%d"}}' % number
        body = MsgData(contentType=114, content=content, clientMsgID=f"q{number}").SerializeToString()
        drafts.append(Draft(CHAT, 1, 1, 1, number, body))
    statements = 0

    async def work(tx: Transaction) -> None:
        nonlocal statements
        statements = 0
        fetch = type(tx).fetch

        async def counted(self: Transaction, sql: str, *args: object) -> object:
            nonlocal statements
            statements += "into quotes" in sql
            return await fetch(self, sql, *args)

        with monkeypatch.context() as patch:
            patch.setattr(type(tx), "fetch", counted)
            await timelines.append(tx, drafts)

    await database.write(work, rows=2000)
    assert statements <= 10
    rows = await database.fetch("select seq from quotes where quoted = $1", name_of("m150"))
    assert [row[0] for row in rows] == [151]
