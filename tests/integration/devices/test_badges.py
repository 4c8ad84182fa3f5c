"""The numbers on icons, where many are raised in one transaction."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from amity.callbacks.telling.outbox import Outbox
from amity.clock import SYSTEM_CLOCK
from amity.delivery import devices_store
from amity.delivery.provider import Notice, OutboxProvider
from amity.settings import Callback, Callbacks
from amity.storage import Database, open_database
from amity.wire.events.messages import OfflinePushInfo
from amity.wire.proto.sdkws_pb2 import MsgData

COUNTS, SILENT = OfflinePushInfo(title="t", ios_badge_count=True), OfflinePushInfo(title="t")


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


def notice(number: int, user_ids: Sequence[str], info: OfflinePushInfo = COUNTS) -> Notice:
    message = MsgData(sendID="eve", clientMsgID=f"{number}", contentType=101)
    return Notice(user_ids, info, message, f"si_{number}", number, "op")


async def push(database: Database, *notices: Notice) -> None:
    callbacks = Callbacks(url="http://business", events={"afterOfflinePush": Callback(enable=True)})
    provider = OutboxProvider(Outbox(callbacks))
    await database.write(lambda tx: provider.push(tx, notices))


async def test_each_message_of_a_transaction_has_the_number_that_it_makes(database):
    await database.write(lambda tx: devices_store.put_badge(tx, "bob", 4))
    await push(
        database, notice(1, ["cid", "bob"]), notice(2, ["bob"], SILENT), notice(3, ["bob"]), notice(4, ["dan"], SILENT)
    )
    rows = await database.fetch("select body from outbox order by event_seq")
    told = [[(each["userID"], each["badge"]) for each in json.loads(row[0])["receivers"]] for row in rows]
    assert told == [[("cid", 1), ("bob", 5)], [("bob", 5)], [("bob", 6)], [("dan", 0)]]
    stored = await database.fetch("select user_id, unread from app_badges order by user_id")
    assert [tuple(row) for row in stored] == [("bob", 6), ("cid", 1)]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_the_numbers_of_a_transaction_are_raised_in_the_order_of_all_others(database, database_url):
    await push(database, notice(1, ["ann", "bob"]))
    other: Any = await asyncpg.connect(database_url)
    lock = "select 1 from app_badges where user_id = $1 for update nowait"
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute(lock, "ann")
        pushing = asyncio.create_task(push(database, notice(2, ["bob"]), notice(3, ["ann"])))
        deadline = SYSTEM_CLOCK.monotonic() + 5
        while not await other.fetchval("select count(*) from pg_locks where not granted"):
            assert SYSTEM_CLOCK.monotonic() < deadline
            await asyncio.sleep(0.01)
        await other.execute(lock, "bob")
        await transaction.commit()
        await pushing
    finally:
        await other.close()
