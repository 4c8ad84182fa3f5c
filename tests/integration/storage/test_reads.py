"""Long reads and scans: separate, fair between callers, bounded in time, and cancelled with their caller."""

import asyncio
import time

import pytest

from amity.caller import CallerGoneError, caller_gone, caller_id
from amity.errors import Code, ImError
from amity.storage import open_database

COUNT = "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1) select count(*) from n"
ENDLESS = 2_000_000_000


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def as_caller(caller, read, gone=None):
    caller_id.set(caller)
    caller_gone.set(gone)
    return await read


def scans(database, caller, count, steps=ENDLESS):
    return [asyncio.create_task(as_caller(caller, database.fetch_scan(COUNT, steps))) for _ in range(count)]


async def broken_off(tasks):
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_scans_do_not_delay_long_reads(database):
    tasks = scans(database, "ann", 8) + scans(database, "bob", 8) + scans(database, "cyd", 8)
    await asyncio.sleep(0)
    for _ in range(20):
        assert (await database.fetch_long("select 1"))[0][0] == 1
    assert not any(task.done() for task in tasks)
    await broken_off(tasks)


async def test_one_caller_with_many_scans_leaves_room_for_anothers(database):
    tasks = scans(database, "ann", 20)
    await asyncio.sleep(0)
    (found,) = await asyncio.gather(*scans(database, "bob", 1, 10))
    assert found[0][0] == 10
    assert not any(task.done() for task in tasks)
    await broken_off(tasks)


async def test_a_scan_above_the_limit_of_waiting_ones_is_refused(database):
    tasks = scans(database, "ann", 34)
    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    (refused,) = [task.exception() for task in done]
    assert (refused.code, refused.detail) == (
        Code.READS_LIMIT,
        "reads of this caller that wait: too many, try again later (limit 32)",
    )
    await broken_off(tasks)


async def test_a_scan_whose_caller_is_gone_is_interrupted_and_frees_its_slot(database):
    gone = asyncio.Event()
    calls = [
        asyncio.create_task(as_caller(caller, database.fetch_scan(COUNT, ENDLESS), gone.wait))
        for caller in ("ann", "bob", "cyd", "dan")
    ]
    await asyncio.sleep(0.2)
    gone.set()
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(end) for end in ends] == [CallerGoneError] * 4
    for caller in ("eve", "fay", "gus"):
        (found,) = await asyncio.gather(*scans(database, caller, 1, 10))
        assert found[0][0] == 10


async def test_scans_and_long_reads_leave_room_for_short_reads_and_transactions(database):
    async def work(tx):
        return (await tx.fetch("select 7"))[0][0]

    tasks = [task for number in range(10) for task in scans(database, f"user{number}", 2)]
    tasks += [
        asyncio.create_task(as_caller(f"user{number}", database.fetch_long(COUNT, 3_000_000))) for number in range(40)
    ]
    await asyncio.sleep(0.1)
    assert await database.write(work) == 7
    assert (await database.fetch("select 8"))[0][0] == 8
    assert sum(task.done() for task in tasks) < len(tasks)
    await broken_off(tasks)


async def test_long_reads_of_one_caller_leave_turns_to_another(database):
    ended = []

    async def long(caller):
        await as_caller(caller, database.fetch_long(COUNT, 50_000))
        ended.append(caller)

    tasks = [asyncio.create_task(long("ann")) for _ in range(60)]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(long("bob")))
    await asyncio.gather(*tasks)
    assert ended.index("bob") < 25


async def test_closing_interrupts_scans_and_ends_in_time(database_url):
    database = await open_database(database_url)
    tasks = scans(database, "ann", 4) + scans(database, "bob", 4)
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await database.close()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert time.monotonic() - began < 3
    assert {getattr(end, "code", None) for end in ends} <= {Code.DATABASE, Code.READS_LIMIT}


async def test_a_wrong_scan_is_a_database_error(database):
    with pytest.raises(ImError) as refusal:
        await database.fetch_scan("select nothing from nowhere")
    assert refusal.value.code == Code.DATABASE
