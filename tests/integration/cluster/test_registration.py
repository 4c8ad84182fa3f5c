"""Where connections are registered: in the database, for all processes to see."""

import asyncio
import contextlib

from amity.calls.token_hash import hash_of
from amity.cluster import registry
from amity.errors import Code, ImError
from amity.gateway.heartbeat import Timeouts
from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import SetAppBackgroundStatusReq
from tests.integration.gateway.raw import Raw
from tests.support.lone_gateway import token_of, until


async def test_a_connection_is_registered_before_its_handshake_is_answered(join):
    here = await join()
    async with here.lone.client("alice", 5):
        (row,) = await here.rows("alice")
        (session,) = here.lone.sessions.of("alice")
        token = hash_of(token_of("alice", 5))
        assert row == ("alice", session.conn_id, here.registry.own_process, 5, token, False, True)


async def test_the_row_of_a_connection_that_ended_is_deleted(join):
    here = await join()
    async with here.lone.client("alice"), here.lone.client("bob"):
        assert await here.count() == 2
    await until_async(lambda: has_rows(here, 0))


async def test_a_client_whose_connection_cannot_be_registered_is_refused(join, monkeypatch):
    here = await join()

    async def fail(*_, **__):
        raise ImError(Code.DATABASE, "the test says so")

    with monkeypatch.context() as failing:
        failing.setattr(here.database, "write", fail)
        async with here.lone.client("alice", codec="js") as client:
            assert client.first["errCode"] == Code.DATABASE
        assert here.lone.sessions.count == 0
    async with here.lone.client("alice") as client:
        assert (await client.request(Identifier.SET_BACKGROUND)).err_code == 0


async def test_a_client_that_is_given_up_while_it_is_registered_leaves_no_row(join, monkeypatch):
    here = await join(timeouts=Timeouts(tick=0.01, handshake=0.3))
    may_go_on = asyncio.Event()
    write = here.database.write
    under_way = []

    async def wait_and_write(work, **options):
        under_way.append(work)
        await may_go_on.wait()
        result = await write(work, **options)
        under_way.remove(work)
        return result

    with monkeypatch.context() as slow:
        slow.setattr(here.database, "write", wait_and_write)
        async with Raw(here.lone.url) as raw:
            await raw.upgrade({"sendID": "alice", "token": token_of("alice"), "platformID": "7", "operationID": "op"})
            await until(lambda: here.registry._held)
            await until(lambda: not here.registry._held)
        assert under_way
        may_go_on.set()
        await until(lambda: not under_way and not here.registry._leaving)
        assert await has_rows(here, 0)
    async with here.lone.client("bob"):
        assert await has_rows(here, 1)


async def test_a_client_that_vanishes_right_before_its_answer_leaves_no_row(join, monkeypatch):
    here = await join()
    register = here.registry.register

    async def register_and_vanish(conn_id, client):
        logins = await register(conn_id, client)
        raw.close()
        await asyncio.sleep(0)
        return logins

    monkeypatch.setattr(here.registry, "register", register_and_vanish)
    async with Raw(here.lone.url) as raw:
        await raw.upgrade({"sendID": "alice", "token": token_of("alice"), "platformID": "7", "operationID": "op"})
        await until_async(lambda: not_open(here))
    await until_async(lambda: has_rows(here, 0))


async def test_many_logins_are_few_transactions(join, monkeypatch):
    here = await join()
    transactions = []
    write = here.database.write

    async def count_and_write(work, **options):
        transactions.append(work)
        return await write(work, **options)

    monkeypatch.setattr(here.database, "write", count_and_write)
    async with contextlib.AsyncExitStack() as stack:
        users = [f"user-{number}" for number in range(200)]
        await asyncio.gather(*(stack.enter_async_context(here.lone.client(user)) for user in users))
        assert len(await here.rows(*users)) == 200
        assert len(transactions) < 50


async def test_whether_an_app_is_in_the_background_is_stored(join):
    here = await join()
    async with here.lone.client("alice") as client:
        data = SetAppBackgroundStatusReq(isBackground=True).SerializeToString()
        assert (await client.request(Identifier.SET_BACKGROUND, data)).err_code == 0
        await until_async(lambda: is_in_background(here, "alice"))


async def test_rows_are_deleted_once_the_database_works_again(join, monkeypatch):
    here = await join()
    monkeypatch.setattr(registry, "_PAUSE_SECONDS", 0.01)
    failed = asyncio.Event()

    async def fail(*_, **__):
        failed.set()
        raise ImError(Code.DATABASE, "the test says so")

    with monkeypatch.context() as failing:
        async with here.lone.client("alice"):
            failing.setattr(here.database, "write", fail)
        await failed.wait()
        assert await here.count() == 1
    await until_async(lambda: has_rows(here, 0))


async def test_rows_that_nobody_waited_to_delete_are_found_again(join, monkeypatch):
    """Where the database fails for long, and more clients come and go than are kept."""
    here = await join()
    monkeypatch.setattr(registry, "MOST_LEAVING", 1)
    monkeypatch.setattr(registry, "_PAUSE_SECONDS", 0.01)

    async def fail(*_, **__):
        raise ImError(Code.DATABASE, "the test says so")

    async with here.lone.client("carol"):
        with monkeypatch.context() as failing:
            async with here.lone.client("alice"), here.lone.client("bob"), here.lone.client("dave"):
                failing.setattr(here.database, "write", fail)
            await until(lambda: here.lone.sessions.count == 1)
        await until_async(lambda: has_rows(here, 1))


async def test_no_row_is_written_for_a_process_that_others_have_ended(join):
    here = await join()
    await here.cluster.processes.stop()
    async with here.lone.client("alice", codec="js") as client:
        assert client.first["errCode"] == Code.DATABASE
    assert await here.count() == 0


async def until_async(is_so):
    """Poll the database until the condition holds; fail after 10 seconds."""
    async with asyncio.timeout(10):
        while not await is_so():  # noqa: ASYNC110 - what is awaited is a row
            await asyncio.sleep(0.005)


async def has_rows(process, expected):
    return await process.count() == expected


async def is_in_background(process, user_id):
    return (await process.rows(user_id))[0].is_background


async def not_open(process):
    return not process.lone.gateway._shared.admissions._open
