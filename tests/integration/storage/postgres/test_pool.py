"""The connections to PostgreSQL of one process."""

import asyncio

import asyncpg

from amity.storage import open_database

OPEN = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'pool'"


async def test_a_process_opens_as_many_connections_as_it_is_set_and_uses_all_of_them(postgres_url: str):
    looking = await asyncpg.connect(postgres_url)
    database = await open_database(f"{postgres_url}?application_name=pool", connections=9)
    holding = asyncio.Barrier(10)
    over = asyncio.Event()

    async def hold(tx):
        await tx.fetch("select 1")
        await holding.wait()
        await over.wait()

    held = [asyncio.ensure_future(database.write(hold)) for _ in range(9)]
    await holding.wait()
    read = asyncio.ensure_future(database.fetch("select 1"))
    assert await looking.fetchval(OPEN) == 9
    assert not read.done()
    over.set()
    assert (await read)[0][0] == 1
    await asyncio.gather(*held)
    await looking.close()
    await database.close()
