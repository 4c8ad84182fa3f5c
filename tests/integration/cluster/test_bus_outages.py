"""A connection that is cut, or dead in one direction, while the server runs on."""

import asyncio
import time

import pytest

from amity.cluster.bus.bus import EVERYBODY
from amity.storage import StorageError
from tests.support.wire import DOWN, UP, Wire


async def until_up(bus):
    async with asyncio.timeout(10):
        while bus.why_down:  # noqa: ASYNC110 - a bus tells of its loss, and not that it publishes again
            await asyncio.sleep(0.01)


def first_ones(messages):
    """The messages in the order in which each arrived first: one that was not confirmed is sent again."""
    return list(dict.fromkeys(messages))


async def test_what_was_published_while_the_connection_was_cut_arrives_in_order(server_url, opened):
    async with Wire.before(server_url) as wire:
        sender, sent = await opened(wire.through(server_url), "a")
        _, heard = await opened(server_url, "b", EVERYBODY)
        sender.publish("b", b"0")
        wire.cut()
        for number in range(1, 3000):
            sender.publish("b" if number % 2 else EVERYBODY, b"%d" % number)
        await sent.until(lambda: sent.events == ["lost"])
        assert sender.why_down
        wire.mend()
        await heard.until(lambda: b"2999" in heard.messages)
        assert first_ones(heard.messages) == [b"%d" % number for number in range(3000)]
        assert heard.events == []
        await until_up(sender)
        assert sent.events == ["lost", "restored"]


@pytest.mark.parametrize("direction", [UP, DOWN])
async def test_a_connection_that_is_dead_in_one_direction_is_noticed_and_nothing_is_missing(
    server_url, opened, direction
):
    async with Wire.before(server_url) as wire:
        sender, sent = await opened(wire.through(server_url), "a")
        _, heard = await opened(server_url, "b")
        sender.publish("b", b"0")
        await heard.until(lambda: heard.messages == [b"0"])
        wire.silence(direction)
        began = asyncio.get_running_loop().time()
        for number in range(1, 200):
            sender.publish("b", b"%d" % number)
        await sent.until(lambda: sent.events == ["lost"])
        assert asyncio.get_running_loop().time() - began < 2.5
        wire.mend()
        await heard.until(lambda: b"199" in heard.messages)
        await until_up(sender)
        sender.publish("b", b"200")
        await heard.until(lambda: b"200" in heard.messages)
        assert first_ones(heard.messages) == [b"%d" % number for number in range(201)]


async def test_a_process_that_was_busy_does_not_take_the_server_for_dead(server_url, opened):
    bus, heard = await opened(server_url, "a")
    for _ in range(2):
        time.sleep(1.5)  # noqa: ASYNC251 - that is what is tested
        await asyncio.sleep(0.05)
    bus.publish("a", b"x")
    await heard.until(lambda: heard.messages == [b"x"])
    assert heard.events == []


async def test_a_start_that_cannot_reach_the_server_names_it(server_url, opened):
    async with Wire.before(server_url) as wire:
        wire.cut()
        with pytest.raises(StorageError, match=rf"at 127\.0\.0\.1:{wire.port}"):
            await opened(wire.through(server_url), "a")
