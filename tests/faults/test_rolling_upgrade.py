"""One process after the other is stopped by SIGTERM and started again, behind HAProxy, while people write and import.

Nobody is answered with an error: a request that is under way is answered, the next one goes to the other process.
Nothing is lost, and events go on.

``AMITY_KILLS=50`` stops each process ten times.
"""

import asyncio
import secrets
import time
from contextlib import AsyncExitStack

import pytest

from tests.faults.conftest import KILLS, settings_for
from tests.faults.ledger import Judge, Ledger, ruling
from tests.faults.load import Load
from tests.faults.service import EVENTS, serving
from tests.faults.verification import Verification, drained, read_lists, read_rows
from tests.support.business_server import ALLOW, BusinessServer
from tests.support.deployed_proxies import DeployedProxy
from tests.support.postgres import PostgresServer
from tests.support.rest import Rest

ROUNDS = max(1, KILLS // 5)
IMPORTERS = [f"importer-{number}" for number in range(70)]
SEEN_SECONDS = 3.0
"""How long HAProxy takes at the most to see that a process is ready: two checks, a second apart."""
_CALLERS = 4


@pytest.mark.timeout(120 + 40 * ROUNDS)
async def test_processes_restarted_one_after_the_other_cost_nobody_an_error(
    tmp_path, postgres_server: PostgresServer, bus, chance, report
):
    began = time.monotonic()
    url = postgres_server.create_database(f"rolling_{secrets.token_hex(6)}")
    ledger = Ledger()
    judge = Judge(ledger, ruling)

    def react(request):
        return judge(request) if "ImportFriends" in request.path else ALLOW

    async with AsyncExitStack() as stack:
        business = await stack.enter_async_context(BusinessServer(react))
        settings = settings_for(url, business.url, bus=bus)
        settings["callbacks"] |= {event: {"enable": True, "timeout": 10} for event in EVENTS}
        proxy: DeployedProxy
        service = await stack.enter_async_context(
            serving(
                tmp_path,
                chance,
                business,
                {"one": settings, "two": settings},
                gateway=lambda: f"ws://127.0.0.1:{proxy.gateway_port}",
                strict=True,
            )
        )
        proxy = await stack.enter_async_context(DeployedProxy("haproxy", tmp_path, service.servers))
        await asyncio.sleep(SEEN_SECONDS)
        rest = await stack.enter_async_context(Rest(f"http://127.0.0.1:{proxy.internal_port}"))
        await rest.register(*IMPORTERS)
        load = Load(rest, ledger, IMPORTERS, chance, callers=_CALLERS)
        chats = service.chats
        async with service.listened():
            async with chats.running(), load.running():
                for _ in range(ROUNDS):
                    for server in service.servers:
                        await chats.answered(chance.randrange(30, 100))
                        service.running.remove(server)
                        assert await server.terminate() == 0
                        await chats.answered(20)
                        await load.answered(20)
                        await server.start()
                        service.running.append(server)
                        await asyncio.sleep(SEEN_SECONDS)
                await chats.answered(30)
            await service.verify(stop=False)
        await drained(rest)
        lists = await read_lists(rest, IMPORTERS)
        problems = Verification(ledger, await read_rows(url), lists).problems
        assert not problems, "\n".join(problems[:20])
        assert ledger.broken_off == 0
        for server in service.servers:
            assert await server.terminate() == 0
    report(
        f"rolling, {'redis' if bus else 'notify'}: {2 * ROUNDS} restarts in {time.monotonic() - began:.0f} s;"
        f" {service.summary()}; longest wait {chats.sent.longest:.1f} s; {ledger.summary()}"
    )
