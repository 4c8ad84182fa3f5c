"""One login policy over the clients of all processes."""

import asyncio
import contextlib

import pytest

from amity.calls.token_hash import hash_of
from amity.errors import Code
from amity.settings import MultiLogin
from amity.wire.frames import Identifier
from tests.support.lone_gateway import token_of, until

IOS, ANDROID, WINDOWS, WEB, LINUX, ADMIN = 1, 2, 3, 5, 7, 10


async def was_kicked(client):
    """Whether a client is told to go, and then is closed."""
    return (await client.pushed()).identifier == Identifier.KICK and await client.closed() == (1000, "kicked")


async def is_open(client):
    return (await client.request(Identifier.SET_BACKGROUND)).err_code == 0


async def test_a_login_kicks_what_it_excludes_at_another_process(join):
    here, there = await join(), await join()
    async with here.lone.client("alice", number=1) as old, there.lone.client("alice", number=2) as new:
        assert await was_kicked(old)
        assert await is_open(new)
        assert there.lone.ended == [("alice", LINUX, hash_of(token_of("alice", number=2)))]
        assert here.lone.seen == [("opened", "alice", 7), ("kicked", "alice", 7), ("closed", "alice", 7)]


async def test_tokens_are_invalidated_before_a_client_at_another_process_is_kicked(join):
    here, there = await join(), await join()
    begun, may_go_on = asyncio.Event(), asyncio.Event()

    async def slow(*_):
        begun.set()
        await may_go_on.wait()

    there.lone.invalidate = slow
    async with here.lone.client("alice", number=1) as old, there.lone.client("alice", number=2):
        await begun.wait()
        assert await is_open(old)
        may_go_on.set()
        assert await was_kicked(old)


async def test_a_login_leaves_what_it_does_not_exclude(join):
    here, there = await join(), await join()
    async with contextlib.AsyncExitStack() as stack:
        enter = stack.enter_async_context
        stay = [
            await enter(here.lone.client("alice", WEB)),
            await enter(here.lone.client("alice", LINUX, number=1)),
            await enter(here.lone.client("bob", LINUX)),
        ]
        await enter(there.lone.client("alice", LINUX, number=1))  # the same token
        assert [await is_open(client) for client in stay] == [True] * 3
        assert there.lone.ended == []


async def test_too_many_connections_on_a_platform_close_the_oldest_wherever_it_is(join):
    login = MultiLogin(policy=0, max_num_one_end=2)
    here, there = await join(login=login), await join(login=login)
    async with (
        here.lone.client("alice") as first,
        there.lone.client("alice") as second,
        here.lone.client("alice") as third,
        there.lone.client("alice") as fourth,
    ):
        for client in (first, second):
            assert (await client.closed())[0] == 1008
            assert client.pushes.empty()
        assert [await is_open(client) for client in (third, fourth)] == [True, True]


async def test_administrators_at_two_processes_do_not_kick_each_other(join):
    here, there = await join(), await join()
    async with here.lone.client("imAdmin", ADMIN, 1) as first, there.lone.client("imAdmin", ADMIN, 2) as second:
        assert await is_open(first)
        assert await is_open(second)


async def test_a_login_that_comes_to_know_of_a_newer_one_goes_itself(join, monkeypatch):
    """It was written first, and committed last, so that the newer one did not find it."""
    here, there = await join(), await join()
    read = here.registry._read
    may_read = asyncio.Event()

    async def wait_and_read(user_ids):
        await may_read.wait()
        return await read(user_ids)

    there_read = there.registry._read

    async def read_without_the_older(user_ids):
        return [logins[-1:] for logins in await there_read(user_ids)]

    monkeypatch.setattr(here.registry._reading, "_read", wait_and_read)
    monkeypatch.setattr(there.registry._reading, "_read", read_without_the_older)
    older = here.lone.client("alice", number=1)
    connecting = asyncio.create_task(older.connect())
    await until(lambda: here.registry._held and not here.registry._inserting._waiting and not connecting.done())
    async with asyncio.timeout(10):
        while not await here.rows("alice"):  # noqa: ASYNC110 - what is awaited is a row
            await asyncio.sleep(0.005)
    async with there.lone.client("alice", number=2) as newer:
        may_read.set()
        await connecting
        assert await was_kicked(older)
        assert await is_open(newer)
        assert here.lone.ended == [("alice", LINUX, hash_of(token_of("alice", number=2)))]
        assert there.lone.ended == []


@pytest.mark.parametrize("round_", range(3))
async def test_of_logins_at_the_same_moment_one_stays(join, round_):
    here, there = await join(), await join()
    clients = [process.lone.client("alice", number=number) for number, process in enumerate([here, there] * 5)]
    await asyncio.gather(*(client.connect() for client in clients), return_exceptions=True)
    await until(lambda: here.lone.sessions.count + there.lone.sessions.count == 1)
    await asyncio.gather(here.lone.gateway._logins.settle(), there.lone.gateway._logins.settle())
    assert here.lone.sessions.count + there.lone.sessions.count == 1
    for client in clients:
        if hasattr(client, "transport"):
            client.abort()


async def test_a_kick_of_a_user_reaches_clients_of_all_processes(join):
    here, there = await join(), await join()
    async with (
        here.lone.client("alice", IOS) as near,
        there.lone.client("alice", IOS) as far,
        there.lone.client("alice", WEB) as other_platform,
        there.lone.client("bob", IOS) as other_user,
    ):
        there.lone.refused[far.token] = Code.TOKEN_KICKED
        here.registry.kick_user("alice", IOS)
        assert await was_kicked(near)
        assert await was_kicked(far)
        assert await is_open(other_platform)
        assert await is_open(other_user)


async def test_who_has_logged_in_again_is_not_ended_by_an_earlier_kick_of_another_process(join):
    login = MultiLogin(policy=0)
    here, there = await join(login=login), await join(login=login)
    async with there.lone.client("alice", IOS, number=1) as ended, there.lone.client("alice", IOS, number=2) as again:
        there.lone.refused[ended.token] = Code.TOKEN_KICKED
        here.registry.kick_user("alice", IOS)
        assert await was_kicked(ended)
        assert await is_open(again)


async def test_kicks_of_many_users_are_few_messages(join, wire):
    here = await join()
    wire.published.clear()
    for number in range(250):
        for platform in (IOS, WEB):
            here.registry.kick_user(f"user-{number}", platform)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert len(wire.published) == 3


@pytest.mark.parametrize("asks", ["for the connection", "for the user"])
async def test_a_client_that_is_kicked_while_it_is_let_in_does_not_stay(join, monkeypatch, asks):
    here, there = await join(), await join()
    register = here.registry.register
    registered, may_go_on = asyncio.Event(), asyncio.Event()

    async def register_and_wait(conn_id, client):
        logins = await register(conn_id, client)
        registered.set()
        await may_go_on.wait()
        return logins

    monkeypatch.setattr(here.registry, "register", register_and_wait)
    client = here.lone.client("alice")
    connecting = asyncio.create_task(client.connect())
    await registered.wait()
    if asks == "for the user":
        there.registry.kick_user("alice", LINUX)
    else:
        there.registry.kick("alice", await there.rows("alice"), is_crowded=False)
    (admission,) = here.lone.gateway._shared.admissions._open["alice"]
    await until(lambda: admission.is_kicked)
    may_go_on.set()
    await connecting
    assert await was_kicked(client)
