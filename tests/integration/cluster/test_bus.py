import asyncio

from amity.cluster.bus.bus import EVERYBODY
from amity.cluster.bus.waiting import Waiting
from tests.integration.cluster.conftest import url_of


async def test_messages_arrive_in_order_on_the_channels_that_are_listened_to(server_url, opened):
    sender, _ = await opened(server_url, "a", EVERYBODY)
    _, at_b = await opened(server_url, "b", EVERYBODY)
    _, at_c = await opened(server_url, "c", EVERYBODY)
    for number in range(3000):
        sender.publish(["b", "c", EVERYBODY][number % 3], b"%d" % number)
        if number % 100 == 0:
            await asyncio.sleep(0)
    await at_b.until(lambda: len(at_b.messages) >= 2000)
    await at_c.until(lambda: len(at_c.messages) >= 2000)
    assert at_b.messages == [b"%d" % number for number in range(3000) if number % 3 != 1]
    assert at_c.messages == [b"%d" % number for number in range(3000) if number % 3 != 0]
    assert (sender.why_down, at_b.events) == ("", [])


async def test_what_is_for_everybody_comes_back_to_who_tells_it(server_url, opened):
    bus, heard = await opened(server_url, "a", EVERYBODY)
    bus.publish(EVERYBODY, b"x")
    await heard.until(lambda: heard.messages == [b"x"])


async def test_messages_of_any_size_and_content_arrive_whole(server_url, opened):
    sender, _ = await opened(server_url, "a")
    _, heard = await opened(server_url, "b")
    sizes = [0, 1, 3_980, 3_990, 4_000, 7_999, 8_000, 8_001, 65_536, 1 << 20, 5, 3 << 20, 0]
    messages = [bytes(range(256)) * (size // 256) + b"\0" * (size % 256) for size in sizes]
    for message in messages:
        sender.publish("b", message)
    await heard.until(lambda: len(heard.messages) == len(messages))
    assert heard.messages == messages


async def test_equal_messages_are_as_many_as_were_published(server_url, opened):
    sender, _ = await opened(server_url, "a")
    _, heard = await opened(server_url, "b", EVERYBODY)
    for _ in range(5):
        for channel in ("b", "c", EVERYBODY):
            sender.publish(channel, b"same")
    sender.publish("b", b"last")
    await heard.until(lambda: b"last" in heard.messages)
    assert heard.messages == [b"same"] * 10 + [b"last"]


async def test_another_database_on_the_same_server_is_not_heard(server_url, opened):
    sender, _ = await opened(server_url, "a", identity="one")
    _, other = await opened(server_url, "b", EVERYBODY, identity="other")
    _, same = await opened(server_url, "b", EVERYBODY, identity="one")
    sender.publish("b", b"x")
    sender.publish(EVERYBODY, b"y")
    await same.until(lambda: same.messages == [b"x", b"y"])
    assert other.messages == []


async def test_a_bus_that_listens_to_another_channel_no_longer_hears_the_first(server_url, opened):
    sender, _ = await opened(server_url, "a")
    bus, heard = await opened(server_url, "old", EVERYBODY)
    await bus.listen(["new", EVERYBODY])
    for channel in ("old", "new", EVERYBODY):
        sender.publish(channel, channel.encode())
    await heard.until(lambda: heard.messages == [b"new", EVERYBODY.encode()])


async def test_stopping_sends_what_waits(server_url, opened):
    sender, _ = await opened(server_url, "a")
    _, heard = await opened(server_url, "b")
    for number in range(50):
        sender.publish("b", b"%d" % number)
    await sender.stop()
    await heard.until(lambda: len(heard.messages) == 50)
    assert sender.why_down


async def test_a_server_that_comes_back_is_listened_to_again(own_server, opened):
    url = url_of(own_server)
    bus, heard = await opened(url, "a", EVERYBODY)
    bus.publish("a", b"before")
    await heard.until(lambda: heard.messages == [b"before"])
    own_server.kill()
    await heard.until(lambda: heard.events == ["lost"])
    assert bus.why_down
    assert heard.reasons[0].startswith(("Redis at 127.0.0.1:", "PostgreSQL at 127.0.0.1:"))
    own_server.start()
    await heard.until(lambda: heard.events == ["lost", "restored"])
    bus.publish("a", b"after")
    await heard.until(lambda: heard.messages == [b"before", b"after"])
    assert bus.why_down == ""


async def test_a_server_that_stops_answering_is_noticed_within_two_seconds(redis, opened):
    bus, heard = await opened(redis.url, "a")
    clock = asyncio.get_running_loop().time
    redis.pause()
    began = clock()
    await heard.until(lambda: heard.events == ["lost"])
    assert clock() - began < 2.5
    redis.go_on()
    await heard.until(lambda: heard.events == ["lost", "restored"])
    bus.publish("a", b"x")
    await heard.until(lambda: heard.messages == [b"x"])


async def test_what_was_dropped_is_told_once_the_server_takes_messages_again(own_server, opened):
    bus, heard = await opened(url_of(own_server), "a", waiting=Waiting(most_messages=10))
    heard.on_dropped = lambda: bus.publish("a", b"told")
    own_server.kill()
    await heard.until(lambda: "lost" in heard.events)
    for number in range(25):
        bus.publish("a", b"%d" % number)
    assert "dropped" not in heard.events
    own_server.start()
    await heard.until(lambda: {"restored", "dropped"} <= set(heard.events))
    assert heard.events.count("dropped") == 1


async def test_channels_that_change_while_the_server_is_away_are_listened_to_once_it_is_back(own_server, opened):
    url = url_of(own_server)
    bus, heard = await opened(url, "old")
    own_server.kill()
    await heard.until(lambda: heard.events == ["lost"])
    await bus.listen(["new"])
    own_server.start()
    await heard.until(lambda: heard.events == ["lost", "restored"])
    while bus.why_down:  # noqa: ASYNC110 - a bus tells of its loss, and not that it publishes again
        await asyncio.sleep(0.01)
    bus.publish("old", b"old")
    bus.publish("new", b"new")
    await heard.until(lambda: heard.messages != [])
    assert heard.messages == [b"new"]
