"""The network between a process and the bus, or the database, lets nothing pass in one direction for a while.

The process notices within seconds and says so. Its calls are answered: with 90002 where the database is away, and as
ever where it is the bus. Its clients are told to connect again, and fetch. A few seconds after the network is back, all
is well.

``AMITY_KILLS=50`` cuts each way ten times, by a namespace and by a proxy; a short run cuts each by one of both.
"""

import asyncio
import os
import time
from contextlib import AsyncExitStack
from typing import NamedTuple

import pytest

from tests.faults.chats import CONNECT_AGAIN
from tests.faults.conftest import KILLS, settings_for
from tests.faults.service import EVENTS, serving
from tests.support.business_server import BusinessServer
from tests.support.gateway_client import GatewayClient
from tests.support.links import DIRECTIONS, Link, Namespace, Proxied
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer
from tests.support.rest import ADMIN, Rest

ROUNDS = max(1, KILLS // 5)
PACKETS = "namespace" if os.geteuid() == 0 else "proxy"
"""How packets are lost where this user may have a network of its own; else bytes are."""
CUTS = [("bus", "proxy"), ("database", PACKETS), ("both", PACKETS)]
if ROUNDS > 1:
    CUTS = [(what, how) for what in ("bus", "database", "both") for how in ("proxy", "namespace")]
NOTICED_WITHIN = 4.0
ANSWERED_WITHIN = 5.0
BACK_WITHIN = 5.0


class Ways(NamedTuple):
    """What is between a process and others. ``prefix`` runs it, ``inside`` is its address, ``here`` the one at which it
    finds what is on this machine."""

    prefix: tuple[str, ...]
    inside: str
    here: str
    postgres: PostgresServer
    redis: RedisServer
    to_database: Link
    to_bus: Link


async def ways(how: str, stack: AsyncExitStack) -> Ways:
    """Start a PostgreSQL and a Redis, and make ways to them that can be cut."""
    if how == "proxy":
        postgres, redis = stack.enter_context(PostgresServer()), stack.enter_context(RedisServer())
        to_database = await stack.enter_async_context(Proxied(postgres.port))
        to_bus = await stack.enter_async_context(Proxied(redis.port))
        return Ways((), "127.0.0.1", "127.0.0.1", postgres, redis, to_database, to_bus)
    namespace = stack.enter_context(Namespace())
    front, database, bus = namespace.link(), namespace.link(), namespace.link()
    postgres = stack.enter_context(PostgresServer(reachable_at=database.bound))
    redis = stack.enter_context(RedisServer({"bind": f"127.0.0.1 {bus.bound}"}))
    database.port, bus.port = postgres.port, redis.port
    return Ways(namespace.prefix, front.inside, front.bound, postgres, redis, database, bus)


async def state(rest: Rest) -> str:
    """Return what ``/readyz`` says: ``well``, ``degraded`` or ``away``."""
    try:
        async with asyncio.timeout(1.5):
            answer = await rest.get("/readyz")
    except TimeoutError:
        return "silent"
    if answer.status_code != 200:
        return "away"
    return "degraded" if answer.json().get("degraded") else "well"


async def until_state(rest: Rest, wanted: str, within: float) -> float:
    """Return after how many seconds ``/readyz`` says that. Fails after ``within`` seconds."""
    began = time.monotonic()
    seen: list[str] = []
    while (seen[-1:] or [""])[0] != wanted:
        seen.append(await state(rest))
        assert time.monotonic() - began < within, f"/readyz said {seen[-20:]} for {within} s, and not {wanted}"
        await asyncio.sleep(0.05)
    return time.monotonic() - began


@pytest.mark.parametrize(("what", "how"), CUTS)
@pytest.mark.timeout(120 + 60 * ROUNDS)
async def test_a_process_whose_way_is_cut_in_one_direction_says_so_and_is_well_again_soon(
    tmp_path, chance, report, what, how
):
    """``both``: PostgreSQL carries the bus."""
    began = time.monotonic()
    figures: dict[str, list[float]] = {"noticed": [], "answered": [], "back": []}
    async with AsyncExitStack() as stack:
        way = await ways(how, stack)
        business = await stack.enter_async_context(BusinessServer(host=way.here))
        url = way.postgres.create_database("amity")
        bus = "" if what == "both" else way.redis.url
        healthy = settings_for(url, business.url, bus=bus)
        cut = settings_for(
            url.replace(f"127.0.0.1:{way.postgres.port}", f"{way.to_database.host}:{way.to_database.port}"),
            business.url,
            bus=bus.replace(f"127.0.0.1:{way.redis.port}", f"{way.to_bus.host}:{way.to_bus.port}"),
            api={"host": way.inside},
            gateway={"host": way.inside},
        )
        for each in (healthy, cut):
            each["callbacks"] |= {"allowPrivate": True, **{event: {"enable": True, "timeout": 10} for event in EVENTS}}
        service = await stack.enter_async_context(
            serving(tmp_path, chance, business, {"well": healthy, "cut": cut}, prefixes={"cut": way.prefix})
        )
        server = service.servers[1]
        rest = service.rest.at(server)
        await rest.token(ADMIN)
        link = way.to_bus if what == "bus" else way.to_database
        noticed = "degraded" if what == "bus" else "away"
        chats = service.chats
        async with service.listened():
            async with chats.running():
                for _ in range(ROUNDS):
                    for direction in DIRECTIONS:
                        await chats.answered(chance.randrange(20, 100))
                        follower = chance.choice(service.followers)
                        token = await service.rest.token(follower.user)
                        async with GatewayClient(server.gateway_url, follower.user, token, 7) as client:
                            await link.cut(direction)
                            if what != "bus":
                                service.running.remove(server)  # as what stands in front of it does
                            calling = asyncio.create_task(_call(rest, service.people[0]))
                            figures["noticed"].append(await until_state(rest, noticed, NOTICED_WITHIN))
                            code, seconds = await calling
                            figures["answered"].append(seconds)
                            assert code == (0 if what == "bus" else 90002)
                            assert seconds < ANSWERED_WITHIN
                            code, seconds = await _call(rest, service.people[0])
                            figures["answered"].append(seconds)
                            assert code == (0 if what == "bus" else 90002)
                            assert seconds < ANSWERED_WITHIN
                            await chats.answered(20)
                            if what == "database":  # others have ended it, and say so over the bus
                                assert (await client.closed(BACK_WITHIN))[0] == CONNECT_AGAIN
                            await link.mend()
                            figures["back"].append(await until_state(rest, "well", BACK_WITHIN))
                            if server not in service.running:
                                service.running.append(server)
                            # What is told to a process that cannot answer still arrives.
                            if what != "bus" or direction == "back":
                                assert (await client.closed(BACK_WITHIN))[0] == CONNECT_AGAIN
                await chats.answered(50)
            await service.verify(within=5)
    shown = ", ".join(f"{name} in {min(each):.1f} to {max(each):.1f} s" for name, each in figures.items())
    report(
        f"{what} cut by {how}: {2 * ROUNDS} cuts in {time.monotonic() - began:.0f} s; {shown};"
        f" longest wait for a message {chats.sent.longest:.1f} s; {service.summary()}"
    )


async def _call(rest: Rest, user: str) -> tuple[int, float]:
    """Read a list over the API, and return code and seconds of the answer."""
    began = time.monotonic()
    answer = await rest.post("/friend/get_friend_id", {"userID": user})
    return answer["errCode"], time.monotonic() - began
