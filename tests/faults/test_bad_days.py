"""Processes, the bus and the database are killed at random, under people who write to each other and in groups, import
friends, log in and are logged out, over all processes.

Nothing that was answered is lost or doubled. Numbers have no gap, each connection is pushed in order, each owner's
events come in order. Who is online is right 2 s after the last kill, and every client has everything within 10 s.

``AMITY_KILLS=50`` kills 30 times on each bus.
"""

import asyncio
import time
from collections import Counter
from contextlib import AsyncExitStack
from typing import Any

import pytest

from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, GetMaxSeqResp
from tests.faults import crowd
from tests.faults.conftest import KILLS, settings_for
from tests.faults.followers import PLATFORM, Follower, following, synced
from tests.faults.ledger import Judge, Ledger, ruling
from tests.faults.load import Load
from tests.faults.service import SYNCED_WITHIN, Service, serving
from tests.faults.verification import Verification, read_lists, read_rows
from tests.faults.visitors import Visitors
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.gateway_client import GatewayClient
from tests.support.postgres import PostgresServer
from tests.support.redis import RedisServer

ROUNDS = max(3, KILLS * 3 // 5)
CROWD = [f"user-{number}" for number in range(6)]
GROUPS = ["first", "second"]
VISITORS = [f"visitor-{number}" for number in range(4)]
IMPORTERS = [f"importer-{number}" for number in range(70)]
EVENTS = ("afterSendSingleMsg", "afterMsgSaveDB", "afterSendGroupMsg", "afterQuitGroup", "afterKickGroupMember")
ONLINE_WITHIN = 2.0
_SPREAD = 3.0
"""Seconds over which clients are told to connect again."""
_CALLERS = 4


class Day:
    """What can happen: each method does something bad, lets some time pass, and undoes it."""

    def __init__(self, service: Service, postgres: PostgresServer, redis: RedisServer | None, chance: Any) -> None:
        self._service = service
        self._postgres = postgres
        self._redis = redis
        self._chance = chance
        self.done: Counter[str] = Counter()
        self.kinds = [self.process, self.database, *([self.bus] if redis is not None else [])]

    async def process(self) -> None:
        killed = self._chance.choice(self._service.servers)
        self._service.running.remove(killed)
        killed.kill()
        await self._service.chats.answered(self._chance.randrange(30))
        await killed.start()
        self._service.running.append(killed)

    async def database(self) -> None:
        self._postgres.kill()
        await asyncio.sleep(self._chance.uniform(0, 1))
        await asyncio.to_thread(self._postgres.start)

    async def bus(self) -> None:
        assert self._redis is not None
        self._redis.kill()
        await self._service.chats.answered(self._chance.randrange(30))
        await asyncio.sleep(self._chance.uniform(0, 3))
        await asyncio.to_thread(self._redis.start)

    async def pass_by(self, rounds: int) -> None:
        """Do each kind once, and then any."""
        kinds = self._chance.sample(self.kinds, len(self.kinds))
        for number in range(rounds):
            await self._service.chats.answered(self._chance.randrange(30, 150))
            await asyncio.sleep(self._chance.uniform(0, 0.05))
            kind = kinds[number] if number < len(kinds) else self._chance.choice(kinds)
            self.done[kind.__name__] += 1
            await kind()
        await self._service.chats.answered(1)


@pytest.mark.timeout(150 + 30 * ROUNDS)
async def test_kills_of_processes_bus_and_database_lose_double_and_disorder_nothing(
    tmp_path, chance, report, kind_of_bus
):
    began = time.monotonic()
    ledger = Ledger()
    judge = Judge(ledger, ruling)

    def react(request):
        return judge(request) if "ImportFriends" in request.path else ALLOW

    async with AsyncExitStack() as stack:
        postgres = stack.enter_context(PostgresServer())
        redis = stack.enter_context(RedisServer()) if kind_of_bus == "redis" else None
        business = await stack.enter_async_context(BusinessServer(react))
        url = postgres.create_database("amity")
        settings = settings_for(url, business.url, bus=redis.url if redis else "")
        settings["callbacks"] |= {event: {"enable": True, "timeout": 10} for event in EVENTS}
        service = await stack.enter_async_context(
            serving(tmp_path, chance, business, {"one": settings, "two": settings})
        )
        rest, chats = service.rest, service.chats
        await rest.register(*CROWD, *VISITORS, *IMPORTERS)
        for number, group in enumerate(GROUPS):
            info = {"groupID": group, "groupName": group, "groupType": 2, "needVerification": 2}
            body = {"ownerUserID": CROWD[number], "adminUserIDs": [CROWD[2]], "memberUserIDs": CROWD[3:5]}
            await rest.data("/group/create_group", {**body, "groupInfo": info})
        members = []
        for user in CROWD:
            await rest.token(user)
            token = (await rest.data("/auth/get_user_token", {"userID": user, "platformID": PLATFORM}))["token"]
            members.append(Follower(user, token, service.gateway, leaves=True))

        acting = crowd.Crowd(rest, CROWD, GROUPS, chance)
        load = Load(
            rest, ledger, IMPORTERS, chance, tolerated=frozenset({90002}), callers=_CALLERS, anywhere=rest.url_of_any
        )
        visitors = Visitors(rest, VISITORS, service.running, chance)
        day = Day(service, postgres, redis, chance)
        async with service.listened(), following(members):
            async with chats.running(), acting.running(), load.running(), visitors.running():
                await day.pass_by(ROUNDS)
                over = time.monotonic()
                await chats.answered(30)
            followers = [*service.followers, *members]
            online = await until_online(service, followers)
            online_after = time.monotonic() - over
            ends = {user: await max_seqs(service, user) for user in CROWD}
            wrong = await synced(members, lambda user: ends[user], within=SYNCED_WITHIN)
            wrong += [problem for each in members for problem in each.problems]
            wrong += visitors.ends.problems
            wrong += online
            await service.verify(stop=False)
        lists = await read_lists(rest, IMPORTERS)
        rows = await read_rows(url)
        wrong += Verification(ledger, rows, lists).problems
        of_groups, histories = await crowd.problems(url, acting.done, {CROWD[2]})
        wrong += of_groups + crowd.told_problems(business.requests, histories)
        logs = "\n".join(str(server.log) for server in service.servers)
        shown = "\n".join(wrong[:20])
        assert not wrong, f"{len(wrong)} problems:\n{shown}\n{logs}"
        for server in service.servers:
            assert await server.terminate() == 0
    ended = visitors.ends.seconds
    assert ended
    report(
        f"{kind_of_bus}: {dict(day.done)} kills in {time.monotonic() - began:.0f} s; {service.summary()};"
        f" {acting.done.count} actions in groups; {ledger.summary()}; {len(ended)} clients ended in up to"
        f" {max(ended):.1f} s, {visitors.ends.broken_off} visits broken off; online right {online_after:.1f} s after"
    )


async def max_seqs(service: Service, user: str) -> dict[str, int]:
    """Return how far a user's conversations go, as a client that connects now learns it."""
    token = await service.rest.token(user)
    async with GatewayClient(service.gateway(), user, token, 7) as client:
        asked = GetMaxSeqReq(userID=user).SerializeToString()
        reply = await client.request(Identifier.GET_MAX_SEQ, asked)
        assert reply.err_code == 0, reply
        return dict(GetMaxSeqResp.FromString(reply.data).maxSeqs)


async def until_online(service: Service, followers: list[Follower]) -> list[str]:
    """Return whom which process takes for online, or not, although they are not, or are, until all agree."""
    users = [each.user for each in followers] + VISITORS

    async def wrong() -> list[str]:
        found = []
        for server in service.servers:
            answer = await service.rest.at(server).data("/user/get_users_online_status", {"userIDs": users[:50]})
            said = {
                each["userID"]: sorted({platform["platformID"] for platform in each["detailPlatformStatus"] or []})
                for each in answer
            }
            for each in followers:
                there = [PLATFORM] if each.client is not None else []
                if said.get(each.user, []) != there:
                    found.append(f"{server.url} says {each.user} is on {said.get(each.user)}, and it is on {there}")
            found += [f"{server.url} says {user} is on {said[user]}" for user in VISITORS if said.get(user)]
        return found

    deadline = time.monotonic() + ONLINE_WITHIN + _SPREAD
    while (problems := await wrong()) and time.monotonic() < deadline:  # noqa: ASYNC110 - what processes answer sets no event
        await asyncio.sleep(0.1)
    return problems
