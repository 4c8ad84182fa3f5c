"""Two processes serve one database, and their clocks are two minutes apart: one is ahead, the other behind.

Messages, their repeats, tokens, presence, leases and idempotency keys work between them.
"""

import asyncio
import base64
import json
import secrets
import time
from pathlib import Path

import pytest

from tests.faults.conftest import KILLS, settings_for
from tests.faults.service import EVENTS, Service, serving
from tests.support.business_server import BusinessServer
from tests.support.gateway_client import GatewayClient
from tests.support.postgres import PostgresServer
from tests.support.server_process import ServerProcess

ROUNDS = max(1, KILLS // 5)
AHEAD, BEHIND = "+60s", "-60s"
_TAKEN_OVER_WITHIN = 3.0


def shifted(by: str) -> tuple[str, ...]:
    """Return a command that runs a program with another time of day. Skips the test without Debian's faketime."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
    if library is None:
        pytest.skip("faketime is not installed")
    return ("env", f"LD_PRELOAD={library}", f"FAKETIME={by}", "FAKETIME_DONT_FAKE_MONOTONIC=1")


@pytest.mark.timeout(120 + 30 * ROUNDS)
async def test_processes_whose_clocks_are_two_minutes_apart_are_one_service(
    tmp_path, postgres_server: PostgresServer, bus, chance, report
):
    began = time.monotonic()
    url = postgres_server.create_database(f"clocks_{secrets.token_hex(6)}")
    prefixes = {"ahead": shifted(AHEAD), "behind": shifted(BEHIND)}
    async with BusinessServer() as business:
        settings = settings_for(url, business.url, bus=bus)
        settings["callbacks"] |= {event: {"enable": True, "timeout": 10} for event in EVENTS}
        each = {"ahead": settings, "behind": settings}
        async with serving(tmp_path, chance, business, each, prefixes=prefixes) as service:
            await service.rest.register("ann", "bob", "cy", "dee")
            assert await apart(service) == pytest.approx(120, abs=10)
            async with service.listened():
                async with service.chats.running():
                    for number in range(ROUNDS):
                        for server, other in (service.servers, service.servers[::-1]):
                            await service.chats.answered(chance.randrange(30, 100))
                            await tokens_hold(service, server, other)
                            await imports_repeat(service, server, other, f"{server.url}-{number}")
                        killed = chance.choice(service.servers)
                        (other,) = [each for each in service.servers if each is not killed]
                        async with GatewayClient(killed.gateway_url, "ann", await token(service, killed), 1):
                            await shown(service, other, [1], within=1)
                            service.running.remove(killed)
                            killed.kill()
                            await shown(service, other, [], within=_TAKEN_OVER_WITHIN)
                        await service.chats.answered(20)
                        await killed.start()
                        service.running.append(killed)
                    await service.chats.answered(30)
                await service.verify()
    report(
        f"clocks apart, {'redis' if bus else 'notify'}: {ROUNDS} kills in {time.monotonic() - began:.0f} s;"
        f" {service.summary()}"
    )


async def apart(service: Service) -> float:
    """Return by how many seconds the clock of the first process is ahead of the second one's."""
    issued = []
    for server in service.servers:
        payload = (await token(service, server)).split(".")[1]
        issued.append(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["iat"])
    return float(issued[0] - issued[1])


async def token(service: Service, server: ServerProcess, user: str = "ann", platform: int = 1) -> str:
    """Log a user in over a process."""
    asked = {"userID": user, "platformID": platform}
    return str((await service.rest.at(server).data("/auth/get_user_token", asked))["token"])


async def tokens_hold(service: Service, server: ServerProcess, other: ServerProcess) -> None:
    """A token of one process is accepted by the other one, ended there by a newer one, and ended by a logout."""
    first = await token(service, server)
    assert await accepted(service, other, first)
    async with GatewayClient(other.gateway_url, "ann", first, 1) as client:
        second = await token(service, other)
        async with GatewayClient(server.gateway_url, "ann", second, 1) as newer:
            await client.closed(5)
            await service.rest.at(other).data("/auth/force_logout", {"userID": "ann", "platformID": 1})
            await newer.closed(5)
    for each in (first, second):
        assert not await accepted(service, server, each)
        assert not await accepted(service, other, each)


async def accepted(service: Service, server: ServerProcess, token: str) -> bool:
    answer = await service.rest.at(server).post("/user/get_users_info", {"userIDs": ["ann"]}, token=token)
    return bool(answer["errCode"] == 0)


async def imports_repeat(service: Service, server: ServerProcess, other: ServerProcess, key: str) -> None:
    """An import with a key is answered by the other process as by the first."""
    answers = []
    for each in (server, other, server):
        body = {"ownerUserID": "bob", "friendUserIDs": ["cy", "dee"]}
        headers = {"Idempotency-Key": key}
        answers.append(await service.rest.at(each).data("/friend/import_friend", body, headers=headers))
    assert answers[0] == answers[1] == answers[2]


async def shown(service: Service, server: ServerProcess, platforms: list[int], within: float) -> None:
    """Return as soon as a process shows a user on these platforms. Fails after ``within`` seconds."""
    found = None
    try:
        async with asyncio.timeout(within):
            while found != platforms:
                (status,) = await service.rest.at(server).data("/user/get_users_online_status", {"userIDs": ["ann"]})
                found = [each["platformID"] for each in status.get("detailPlatformStatus") or []]
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{server.url} shows ann on {found} after {within} s, and not on {platforms}") from None
