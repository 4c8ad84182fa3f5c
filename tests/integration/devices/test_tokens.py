"""Whose a device is, whoever else brings its token at the same time."""

import asyncio

import pytest

from amity.delivery import devices_store
from amity.delivery.devices_store import Device
from amity.storage import Transaction, open_database


@pytest.mark.parametrize("others", [[("bob", 2)], [("ann", 1)]], ids=["another user", "another platform"])
async def test_a_token_that_is_brought_twice_at_once_stands_once(database_url, others):
    database = await open_database(database_url)

    async def put(user_id: str, platform: int) -> None:
        async def write(tx: Transaction) -> None:
            await devices_store.put_token(tx, user_id, Device(platform, "of the phone", 0))
            # Long enough for the other transaction to look for the token. On SQLite they do not overlap.
            await tx.fetch("select pg_sleep(0.3)" if database.dialect == "postgres" else "select 1")

        await database.write(write)

    try:
        await asyncio.gather(put("ann", 2), *[put(*other) for other in others])
        assert len(await database.fetch("select user_id from push_tokens")) == 1
    finally:
        await database.close()
