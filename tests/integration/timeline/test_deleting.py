"""What is deleted leaves nothing that is about it."""

import sqlite3
from collections.abc import AsyncIterator
from typing import Final

import pytest

from amity.messages.taking_back.burning import Burning
from amity.storage import Database, Transaction, open_database
from amity.storage.migrations import migrations
from amity.storage.over_rows import OverRows
from amity.timeline import quotes, taking_back
from amity.timeline.models import Draft, Form, place_of
from amity.timeline.quotes import name_of
from amity.timeline.restoring import Numbered, restore
from amity.timeline.service import Timelines
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.support.fake_clock import FakeClock

ROWS: Final = {
    "messages": "(timeline, seq, sender_seq, sent_at, once_part, once, body) values ($1, $2, 1, 0, $2, $1, '')",
    "hidden_messages": "(timeline, owner_seq, seq) values ($1, 7, $2)",
    "quotes": "(timeline, quoted, seq, is_due) values ($1, 99, $2, 0)",
    "withdrawn_names": "(timeline, quoted, seq, is_due) values ($1, $2, $2, 0)",
    "displaced_messages": "(once_part, once, sender_seq, timeline, seq) values (1, $1 * 10 + $2, 1, $1, $2)",
    "rerouted_messages": "(timeline, seq, asked_seq) values ($1, $2, 1)",
    "private_messages": "(timeline, seq, sender_seq, burn_seconds, due_at) values ($1, $2, 1, 1, 1)",
}
"""A row of each table about a message, for its timeline and number."""


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


def test_every_table_about_messages_is_known_here():
    with sqlite3.connect(":memory:") as connection:
        for migration in migrations("sqlite"):
            for statement in migration.statements:
                connection.execute(statement)
        tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        columns = {table: {row[1] for row in connection.execute(f"pragma table_info({table})")} for table in tables}
    assert {table for table in tables if columns[table] >= {"timeline", "seq"}} == set(ROWS)


async def test_every_row_about_a_message_goes_with_it_and_no_other(database: Database):
    deleted = [(1, 1), (2, 2)]

    async def work(tx: Transaction) -> None:
        for timeline in (1, 2):
            for seq in (1, 2):
                for table, row in ROWS.items():
                    await tx.fetch(f"insert into {table} {row}".replace("''", "cast('' as blob)"), timeline, seq)
        await taking_back.delete(tx, deleted)

    await database.write(work, rows=50)
    for table in ROWS:
        rows = await database.fetch(f"select timeline, seq from {table} order by timeline, seq")
        assert [(row[0], row[1]) for row in rows] == [(1, 2), (2, 1)], table


async def test_what_is_hidden_of_a_message_is_found_without_the_rest_of_its_chat(database: Database):
    async def work(tx: Transaction) -> list[str]:
        rows = [(1, owner, seq) for owner in range(5) for seq in range(1000)]
        await tx.execute_many("insert into hidden_messages values ($1, $2, $3)", rows)
        if tx.dialect == "postgres":
            await tx.fetch("analyze hidden_messages")
        explain = "explain query plan " if tx.dialect == "sqlite" else "explain "
        delete = OverRows(f"{explain}delete from hidden_messages where {taking_back.BY_KEYS}", "integer", "integer")
        return [str(tuple(row)) for row in await delete.fetch(tx, [(1, 2)] * 4)]

    plan = await database.write(work, rows=5000)
    assert any("hidden_messages_by_seq" in line for line in plan), plan


async def test_what_quotes_it_is_marked(database: Database):
    async def work(tx: Transaction) -> None:
        for timeline in (1, 2):
            for quoted in (1, 2):
                await tx.fetch("insert into quotes values ($1, $2, $3, 0)", timeline, quoted, 10 + quoted)
        await taking_back.delete(tx, [(1, 1), (2, 2)])

    await database.write(work)
    due = await database.write(lambda tx: quotes.due(tx, 50))
    assert due.quoting == [(1, 11), (2, 12)]


async def test_what_burns_after_it_was_deleted_is_hidden_from_nobody(database: Database):
    clock = FakeClock()
    due = f"insert into private_messages {ROWS['private_messages']}"
    await database.write(lambda tx: tx.fetch(due, 1, 1))
    assert await Burning(database, clock).sweep() == 1
    for table in ("hidden_messages", "private_messages"):
        assert await database.fetch(f"select 1 from {table}") == []


async def test_quotes_of_brought_and_restored_messages_are_known(database: Database):
    timelines = Timelines(database)
    content = b'{"quoteMessage": {"seq": 1, "clientMsgID": "m1"}}'
    body = MsgData(contentType=114, content=content).SerializeToString()
    place = place_of(Form.CHAT, 1, 2)
    drafts = [Draft(place, 1, 1, 1, once, body) for once in range(3)]

    async def work(tx: Transaction) -> None:
        await timelines.append(tx, drafts[:1])
        await timelines.bring(tx, drafts[1:2])
        await restore(tx, timelines, [Numbered(drafts[2], 5, 1)], 1)

    await database.write(work, rows=20)
    rows = await database.fetch("select seq, quoted from quotes order by seq, quoted desc")
    assert [(row[0], row[1]) for row in rows] == [(seq, name) for seq in (1, 2, 5) for name in (1, name_of("m1"))]
