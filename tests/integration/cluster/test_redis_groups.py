"""The bus over a Redis that Sentinels watch, and over a Redis Cluster."""

import binascii

import pytest

from amity.cluster.bus.bus import EVERYBODY
from amity.storage import StorageError
from tests.support.redis import RedisServer
from tests.support.redis_groups import redis_cluster, watched_redis

SLOT = binascii.crc_hqx(b"amity:test", 0) % 16384


@pytest.fixture(scope="module")
def cluster():
    with redis_cluster() as running:
        yield running


async def passes_both_ways(sender, listener, heard):
    sender.publish("b", b"own")
    sender.publish(EVERYBODY, b"all")
    await heard.until(lambda: heard.messages[-2:] == [b"own", b"all"])


async def test_a_bus_follows_the_master_that_sentinels_name(opened):
    with watched_redis() as redis:
        sender, _ = await opened(redis.url, "a")
        listener, heard = await opened(redis.url, "b", EVERYBODY)
        await passes_both_ways(sender, listener, heard)
        redis.master.kill()
        await heard.until(lambda: heard.events == ["lost"])
        sender.publish(EVERYBODY, b"waits")
        await heard.until(lambda: sorted(heard.events) == ["dropped", "lost", "restored"], seconds=40)
        assert redis.replica.tell("ROLE").startswith("*3\r\n$6\r\nmaster")
        await passes_both_ways(sender, listener, heard)


async def test_a_master_that_was_replaced_while_it_answers_is_left(opened):
    with watched_redis() as redis:
        listener, heard = await opened(redis.url, "b", EVERYBODY)
        assert redis.sentinel.tell("SENTINEL", "FAILOVER", "mymaster") == "+OK\r\n"
        await heard.until(lambda: {"restored", "dropped"} <= set(heard.events), seconds=40)
        await passes_both_ways(listener, listener, heard)


async def test_sentinels_that_do_not_know_the_master_say_so(opened):
    with watched_redis() as redis, pytest.raises(StorageError, match="this Sentinel knows no master of this name"):
        await opened(redis.url + "x", "a")


async def test_a_sentinel_that_asks_for_a_password_is_given_that_of_the_master(opened):
    with RedisServer(password="Tropic") as master:
        lines = f"monitor mymaster 127.0.0.1 {master.port} 1\nauth-pass mymaster Tropic"
        with RedisServer({"sentinel": lines}, is_sentinel=True, password="Tropic") as sentinel:
            url = f"redis+sentinel://:Tropic@127.0.0.1:{sentinel.port}/mymaster"
            bus, heard = await opened(url, "b", EVERYBODY)
            await passes_both_ways(bus, bus, heard)
            with pytest.raises(StorageError, match="it refuses the user or the password"):
                await opened(url.replace("Tropic", "wrong"), "a")


async def test_a_cluster_carries_own_channels_and_that_of_all_in_order(opened, cluster):
    sender, _ = await opened(cluster.url, "a", EVERYBODY)
    _, heard = await opened(cluster.url, "b", EVERYBODY)
    for number in range(500):
        sender.publish("b" if number % 3 else EVERYBODY, b"%d" % number)
    await heard.until(lambda: len(heard.messages) == 500)
    assert heard.messages == [b"%d" % number for number in range(500)]


async def test_any_node_of_a_cluster_leads_to_the_master(opened, cluster):
    sender, _ = await opened(cluster.url, "a")
    for node in cluster.nodes:
        listener, heard = await opened(f"redis+cluster://127.0.0.1:{node.port}", "b", EVERYBODY)
        await passes_both_ways(sender, listener, heard)


async def test_the_messages_of_a_cluster_stay_at_one_master(opened, cluster):
    await opened(cluster.url, "b", EVERYBODY)
    held = {node.port: node.tell("PUBSUB", "SHARDCHANNELS").startswith("*2") for node in cluster.nodes}
    assert held == {node.port: node is cluster.with_slot(SLOT) for node in cluster.nodes}


async def test_a_slot_that_moves_is_followed(opened, cluster):
    sender, _ = await opened(cluster.url, "a")
    listener, heard = await opened(cluster.url, "b", EVERYBODY)
    old = cluster.with_slot(SLOT)
    cluster.move(SLOT, next(node for node in cluster.nodes if node is not old))
    await heard.until(lambda: heard.events == ["lost", "restored"])
    await passes_both_ways(sender, listener, heard)
    cluster.move(SLOT, old)
    await heard.until(lambda: heard.events == ["lost", "restored"] * 2)
    await passes_both_ways(sender, listener, heard)
    assert heard.reasons[0].endswith("the channel has moved to another server")


async def test_a_node_that_comes_back_is_listened_to_again(opened, cluster):
    sender, _ = await opened(cluster.url, "a")
    listener, heard = await opened(cluster.url, "b", EVERYBODY)
    cluster.with_slot(SLOT).kill()
    await heard.until(lambda: heard.events == ["lost"])
    cluster.with_slot(SLOT).start()
    await heard.until(lambda: sorted(heard.events) == ["dropped", "lost", "restored"], seconds=40)
    await passes_both_ways(sender, listener, heard)


async def test_a_server_that_is_no_cluster_is_named(opened, redis):
    with pytest.raises(StorageError, match="cluster support disabled"):
        await opened(f"redis+cluster://127.0.0.1:{redis.port}", "a")
