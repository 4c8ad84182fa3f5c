"""What is counted of a bus."""

from prometheus_client.parser import text_string_to_metric_families

from amity import metrics
from amity.cluster.bus.waiting import Waiting
from tests.support.wire import Wire


def counted():
    return {
        sample.name.removeprefix("amity_bus_"): sample.value
        for family in text_string_to_metric_families(metrics.exposition().decode())
        for sample in family.samples
        if sample.name.startswith("amity_bus_")
    }


async def test_what_is_published_received_and_dropped_is_counted_and_how_long_a_bus_is_down(redis, opened):
    before = counted()
    async with Wire.before(redis.url) as wire:
        bus, heard = await opened(wire.through(redis.url), "a", waiting=Waiting(most_messages=10))
        assert counted()["up"] == 1
        for _ in range(5):
            bus.publish("a", b"x")
        await heard.until(lambda: len(heard.messages) == 5)
        wire.cut()
        await heard.until(lambda: heard.events == ["lost"])
        assert counted()["up"] == 0
        for _ in range(25):
            bus.publish("a", b"x")
        wire.mend()
        await heard.until(lambda: {"restored", "dropped"} <= set(heard.events))
    after = counted()
    assert after["published_total"] - before["published_total"] == 30
    assert after["received_total"] - before["received_total"] >= 5
    assert after["dropped_total"] - before["dropped_total"] == 22
    assert 0 < after["down_seconds_total"] - before["down_seconds_total"] < 10
