"""``kill -9`` of the server while clients come and go: the business server ends up knowing who is online, and who not.

``AMITY_KILLS=50`` kills 50 times on each database.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from typing import Any

import picows
import pytest

from amity.presence.writer import LEASE_SECONDS
from tests.faults import leases
from tests.faults.conftest import KILLS, RETRIES
from tests.support.business_server import BusinessServer
from tests.support.gateway_client import ConnectionEnded, GatewayClient
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import ServerProcess

PLATFORMS = (2, 5)
USERS = [f"person-{number}" for number in range(12)]
UNTIL_ALL_IS_TOLD = 2 * LEASE_SECONDS + 20


class Hearsay:
    """What a business server can know: each event once, in the order in which events arrived."""

    def __init__(self, business):
        self._business = business

    def events(self):
        """By user and platform, ``Online`` and ``Offline`` in their order."""
        found, seen = defaultdict(list), set()
        for request in self._business.requests:
            if request.headers["webhook-id"] not in seen:
                seen.add(request.headers["webhook-id"])
                body = request.json
                kind = body["callbackCommand"].removeprefix("callbackAfterUser").removesuffix("Command")
                if kind != "KickOff":
                    found[body["userID"], body["platformID"]].append((kind, body["seq"]))
        return found

    def online(self):
        """Who is online, as far as was told."""
        return {place for place, events in self.events().items() if events[-1][0] == "Online"}

    def contradictions(self):
        """Where somebody came online twice, or went offline without having been online."""
        return {
            place: events
            for place, events in self.events().items()
            if [kind for kind, _ in events] != [("Online", "Offline")[number % 2] for number in range(len(events))]
            or [seq for _, seq in events] != sorted({seq for _, seq in events})
        }

    async def until_online(self, expected):
        try:
            async with asyncio.timeout(UNTIL_ALL_IS_TOLD):
                while self.online() != expected:
                    self._business._arrived.clear()
                    await self._business._arrived.wait()
        except TimeoutError:
            raise AssertionError(f"told to be online are {self.online()}, and it should be {expected}") from None


@contextlib.asynccontextmanager
async def scene(folder, database_url):
    """A server that tells of presence, its business server, and a token of everybody for each platform."""
    async with BusinessServer() as business:
        callbacks: dict[str, Any] = {"url": business.url, "retries": [0.2] * RETRIES}
        for setting in ("afterUserOnline", "afterUserOffline", "afterUserKickOff"):
            callbacks[setting] = {"enable": True, "timeout": 5}
        settings = {"secret": SECRET, "admins": [ADMIN], "database": database_url, "callbacks": callbacks}
        async with ServerProcess(folder, settings) as server, Rest(server.url) as rest:
            await rest.register(*USERS)
            tokens = {}
            for user in USERS:
                for platform in PLATFORMS:
                    asked = {"userID": user, "platformID": platform}
                    tokens[user, platform] = (await rest.data("/auth/get_user_token", asked))["token"]
            yield server, rest, Hearsay(business), tokens


async def connected(server, tokens, place):
    """Return a client of a user on a platform, connected as soon as the server is there."""
    user, platform = place
    async with asyncio.timeout(20):
        while True:
            client = GatewayClient(f"ws://127.0.0.1:{server.gateway_port}", user, tokens[place], platform)
            with contextlib.suppress(OSError, picows.WSError, ConnectionEnded):
                await client.connect()
                return client
            await asyncio.sleep(0.02)


@pytest.mark.timeout(120)
async def test_whoever_was_online_when_the_server_was_killed_is_told_to_be_offline(tmp_path, database_url):
    """On PostgreSQL, once the lease of the server has expired."""
    async with scene(tmp_path, database_url) as (server, rest, hearsay, tokens):
        for place in tokens:
            await connected(server, tokens, place)
        await hearsay.until_online(set(tokens))
        server.kill()
        await server.start()
        status = await rest.data("/user/get_users_status", {"userIDs": USERS})
        assert all(each["status"] == 0 and each["platformIDs"] == [] for each in status["statusList"])
        stays = await connected(server, tokens, (USERS[0], 5))
        await hearsay.until_online({(USERS[0], 5)})
        status = await rest.data("/user/get_users_status", {"userIDs": USERS})
        assert {each["userID"]: each["platformIDs"] for each in status["statusList"] if each["status"]} == {
            USERS[0]: [5]
        }
        await stays.close()
        await hearsay.until_online(set())
        assert not hearsay.contradictions()
        assert await server.terminate() == 0


@pytest.mark.timeout(120 + 12 * KILLS)
async def test_kills_while_clients_come_and_go_leave_no_contradiction(tmp_path, database_url, chance, report):
    began = time.monotonic()
    async with scene(tmp_path, database_url) as (server, _, hearsay, tokens):
        ending = asyncio.Event()
        visits = 0

        async def come_and_go(place):
            nonlocal visits
            while not ending.is_set():
                client = await connected(server, tokens, place)
                visits += 1
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(client.ended.wait(), chance.uniform(0, 0.1))
                if chance.random() < 0.5:
                    client.abort()
                else:
                    await client.close()
                await asyncio.sleep(chance.uniform(0, 0.1))

        people = [asyncio.create_task(come_and_go(place)) for place in tokens]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.1, 0.5))
            server.kill()
            await leases.expire(database_url)
            await server.start()
        await asyncio.sleep(0.5)
        ending.set()
        await asyncio.gather(*people)
        await connected(server, tokens, (USERS[0], 5))
        await hearsay.until_online({(USERS[0], 5)})
        assert not hearsay.contradictions()
        assert await server.terminate() == 0
        told = sum(map(len, hearsay.events().values()))
    assert told > 2 * len(USERS), "hardly anything was told, so nothing was tested"
    report(
        f"{database_url.split(':')[0]}: {KILLS} kills while clients came and went {visits} times, {told} events told,"
        f" in {time.monotonic() - began:.0f} s"
    )
