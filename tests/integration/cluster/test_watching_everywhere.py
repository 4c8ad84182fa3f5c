"""Clients that watch users who connect to other processes (2005), and clients that are told to connect again."""

import asyncio
import contextlib

import pytest

from amity.cluster import cluster
from amity.errors import Code, ImError
from amity.gateway import reconnecting
from amity.gateway.subscriptions import MOST_WATCHED
from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import SubUserOnlineStatus, SubUserOnlineStatusTips
from tests.support.lone_gateway import until

WATCH = Identifier.SUBSCRIBE_ONLINE


def shown(reply):
    assert (reply.identifier, reply.err_code) == (WATCH, 0)
    tips = SubUserOnlineStatusTips.FromString(reply.data)
    return [(each.userID, list(each.onlinePlatformIDs)) for each in tips.subscribers]


async def watch(client, *wanted, without=()):
    data = SubUserOnlineStatus(subscribeUserID=wanted, unsubscribeUserID=without).SerializeToString()
    return await client.request(WATCH, data)


async def test_the_answer_says_where_each_is_online_at_any_process(join):
    here, there = await join(), await join()
    async with (
        here.lone.client("alice") as alice,
        here.lone.client("bob", 5),
        there.lone.client("bob", 1),
        there.lone.client("carol", 2),
    ):
        answer = await watch(alice, "bob", "carol", "dave")
        assert shown(answer) == [("bob", [1, 5]), ("carol", [2]), ("dave", [])]


async def test_watchers_are_told_of_what_comes_and_goes_at_another_process(join):
    here, there = await join(), await join()
    async with here.lone.client("alice") as alice:
        assert shown(await watch(alice, "bob")) == [("bob", [])]
        async with there.lone.client("bob", 1):
            assert shown(await alice.pushed()) == [("bob", [1])]
            async with here.lone.client("bob", 5):
                assert shown(await alice.pushed()) == [("bob", [1, 5])]
            assert shown(await alice.pushed()) == [("bob", [1])]
        assert shown(await alice.pushed()) == [("bob", [])]


async def test_one_more_connection_on_a_platform_is_no_change(join):
    here, there = await join(), await join()
    async with here.lone.client("alice") as alice, there.lone.client("bob", 1):
        assert shown(await watch(alice, "bob", "carol")) == [("bob", [1]), ("carol", [])]
        async with there.lone.client("bob", 1), here.lone.client("bob", 1):
            pass
        async with there.lone.client("carol"):
            assert shown(await alice.pushed()) == [("carol", [7])]
            assert alice.pushes.empty()


async def test_who_watches_no_more_is_told_nothing(join):
    here, there = await join(), await join()
    async with here.lone.client("alice") as alice:
        await watch(alice, "bob", "carol")
        await watch(alice, without=["bob"])
        async with there.lone.client("bob"), there.lone.client("carol"):
            assert shown(await alice.pushed()) == [("carol", [7])]
            assert alice.pushes.empty()


async def test_a_second_watcher_gets_its_answer_and_the_first_is_told_nothing_twice(join):
    here, there = await join(), await join()
    async with here.lone.client("alice") as alice, here.lone.client("carol") as carol, there.lone.client("bob", 1):
        assert shown(await watch(alice, "bob")) == [("bob", [1])]
        assert shown(await watch(carol, "bob")) == [("bob", [1])]
        assert alice.pushes.empty()
        assert carol.pushes.empty()


async def test_many_changes_are_few_messages_and_few_reads(join, wire, monkeypatch):
    here, there = await join(), await join()
    reads = []
    platforms = here.registry.platforms
    users = [f"user-{number}" for number in range(100)]
    async with here.lone.client("alice") as alice, contextlib.AsyncExitStack() as stack:
        await watch(alice, *users)

        async def count_and_read(user_ids):
            reads.append(user_ids)
            return await platforms(user_ids)

        monkeypatch.setattr(here.lone.gateway._subscriptions._everywhere, "_platforms_of", count_and_read)
        wire.published.clear()
        await asyncio.gather(*(stack.enter_async_context(there.lone.client(user)) for user in users))
        seen = {shown(await alice.pushed())[0][0] for _ in users}
        assert seen == set(users)
        assert len(wire.published) < 25
        assert len(reads) < 25


async def test_a_change_that_cannot_be_read_is_told_once_the_database_works_again(join, monkeypatch):
    here, there = await join(), await join()
    async with here.lone.client("alice") as alice:
        await watch(alice, "bob")
        refreshing = here.lone.gateway._subscriptions._everywhere
        failed = asyncio.Event()

        async def fail(_):
            failed.set()
            raise ImError(Code.DATABASE, "the test says so")

        with monkeypatch.context() as failing:
            failing.setattr(refreshing, "_platforms_of", fail)
            stack = contextlib.AsyncExitStack()
            await stack.enter_async_context(there.lone.client("bob"))
            await failed.wait()
        async with stack:
            assert shown(await alice.pushed()) == [("bob", [7])]


async def test_who_cannot_be_told_is_not_watched(join, monkeypatch):
    here, there = await join(), await join()

    async def fail(_):
        raise ImError(Code.DATABASE, "the test says so")

    async with here.lone.client("alice") as alice, there.lone.client("bob"):
        await watch(alice, "carol")
        subscriptions = here.lone.gateway._subscriptions
        with monkeypatch.context() as failing:
            failing.setattr(subscriptions._everywhere, "_platforms_of", fail)
            assert (await watch(alice, "bob", "carol")).err_code == Code.DATABASE
        assert set(subscriptions._watchers) == {hash("carol")}
        assert subscriptions._unread == set()
        assert shown(await watch(alice, "bob")) == [("bob", [7])]


async def test_a_client_that_is_gone_leaves_nothing_behind(join):
    here, _ = await join(), await join()
    async with here.lone.client("alice") as alice:
        await watch(alice, *(f"user-{number}" for number in range(MOST_WATCHED)))
    subscriptions = here.lone.gateway._subscriptions
    await until(lambda: not subscriptions._watchers)
    assert (subscriptions._unread, subscriptions._watched, subscriptions._pushed_platforms) == (set(), {}, {})


async def test_clients_of_a_process_that_is_alone_stay_when_the_bus_was_down(join, monkeypatch):
    monkeypatch.setattr(cluster, "_LOOKED_SECONDS", 0.0)
    here = await join()
    async with here.lone.client("alice") as alice:
        here.cluster.lost("a test")
        here.cluster.restored()
        await asyncio.sleep(0.01)
        assert (await alice.request(Identifier.SET_BACKGROUND)).err_code == 0


async def test_clients_connect_again_after_the_bus_was_down(join, monkeypatch):
    monkeypatch.setattr(reconnecting, "SPREAD_SECONDS", 0.2)
    here, _ = await join(), await join()
    async with contextlib.AsyncExitStack() as stack:
        enter = stack.enter_async_context
        clients = [await enter(here.lone.client(f"user-{number}")) for number in range(20)]
        here.cluster.restored()
        await clients[0].closed()
        late = await enter(here.lone.client("late"))
        assert {await client.closed() for client in clients} == {
            (1012, "connect again: the server may have lost pushes")
        }
        assert (await late.request(Identifier.SET_BACKGROUND)).err_code == 0


async def test_clients_are_told_to_connect_again_one_after_the_other(join, monkeypatch):
    here = await join()
    async with here.lone.client("alice") as alice, here.lone.client("bob") as bob:
        monkeypatch.setattr(reconnecting, "_STEP_SECONDS", 3600)
        monkeypatch.setattr(reconnecting, "SPREAD_SECONDS", 10_000)
        here.lone.gateway.reconnect(["alice", "bob"])
        await alice.closed()
        assert (await bob.request(Identifier.SET_BACKGROUND)).err_code == 0


@pytest.mark.parametrize("ending", ["stopped", "killed"])
async def test_watchers_are_told_of_users_of_a_process_that_ended(join, ending):
    here, there = await join(), await join()
    async with here.lone.client("alice") as alice, there.lone.client("bob"):
        assert shown(await watch(alice, "bob")) == [("bob", [7])]
        if ending == "stopped":
            await there.lone.gateway.stop()
        else:
            await there.freeze()
        assert shown(await alice.pushed(timeout=5)) == [("bob", [])]
