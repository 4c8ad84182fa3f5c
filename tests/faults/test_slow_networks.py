"""The network between a process and the bus, or the database, is slow in one direction, or in both.

It is no outage: the process goes on, the others do not take it for gone, nobody is told to connect again, and every
message is answered, once, and pushed in its order.
"""

import time
from contextlib import AsyncExitStack

import pytest

from tests.faults.conftest import KILLS, settings_for
from tests.faults.service import EVENTS, serving
from tests.support.business_server import BusinessServer
from tests.support.links import DIRECTIONS, Proxied
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer
from tests.support.rest import ADMIN

SECONDS = 0.1
"""By how much what is sent in a direction arrives later: a transaction of a message needs eight answers."""
ROUNDS = max(1, KILLS // 5)
WAYS = [*((each,) for each in DIRECTIONS), DIRECTIONS]


@pytest.mark.parametrize("what", ["bus", "database", "both"])
@pytest.mark.timeout(120 + 60 * ROUNDS)
async def test_a_process_whose_way_is_slow_goes_on_and_nothing_is_lost_or_out_of_order(tmp_path, chance, report, what):
    """``both``: PostgreSQL carries the bus."""
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        postgres, redis = stack.enter_context(PostgresServer()), stack.enter_context(RedisServer())
        to_database = await stack.enter_async_context(Proxied(postgres.port))
        to_bus = await stack.enter_async_context(Proxied(redis.port))
        business = await stack.enter_async_context(BusinessServer())
        url = postgres.create_database("amity")
        bus = "" if what == "both" else redis.url
        near = settings_for(url, business.url, bus=bus)
        far = settings_for(
            url.replace(f":{postgres.port}", f":{to_database.port}"),
            business.url,
            bus=bus.replace(f":{redis.port}", f":{to_bus.port}"),
        )
        for each in (near, far):
            each["callbacks"] |= {event: {"enable": True, "timeout": 10} for event in EVENTS}
        service = await stack.enter_async_context(
            serving(tmp_path, chance, business, {"near": near, "far": far}, strict=True)
        )
        await service.rest.at(service.servers[1]).token(ADMIN)
        link = to_bus if what == "bus" else to_database
        async with service.listened():
            async with service.chats.running():
                for _ in range(ROUNDS):
                    for directions in WAYS:
                        await service.chats.answered(15)
                        link.delays |= dict.fromkeys(directions, SECONDS)
                        await service.chats.answered(15)
                        ready = await service.rest.at(service.servers[1]).get("/readyz")
                        assert (ready.status_code, ready.json().get("degraded")) == (200, None)
                        link.delays |= dict.fromkeys(DIRECTIONS, 0.0)
                await service.chats.answered(15)
            await service.verify(within=5)
        logs = "\n".join(server.output() for server in service.servers)
        assert "has not renewed its lease" not in logs
        assert "does not answer" not in logs
    report(
        f"{what} slow by {SECONDS * 1000:.0f} ms: {len(WAYS) * ROUNDS} times in {time.monotonic() - began:.0f} s;"
        f" longest wait for a message {service.chats.sent.longest:.1f} s; {service.summary()}"
    )
