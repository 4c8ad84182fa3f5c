"""``kill -9`` of processes that serve one database, at random moments while people write over all of them.

Each answered message is there once. Each client is pushed each conversation in order, without a gap, whichever process
it is connected to, and the sender, and has everything soon after.

``AMITY_KILLS=50`` kills 50 times on each bus.
"""

import asyncio
import secrets
import time

import pytest

from tests.faults.conftest import KILLS, settings_for
from tests.faults.service import EVENTS, serving
from tests.support.business_server import BusinessServer
from tests.support.postgres import PostgresServer


@pytest.mark.timeout(90 + 15 * KILLS)
async def test_clients_of_killed_processes_and_of_others_have_every_message_in_order(
    tmp_path, postgres_server: PostgresServer, bus, chance, report
):
    began = time.monotonic()
    url = postgres_server.create_database(f"cluster_{secrets.token_hex(6)}")
    async with BusinessServer() as business:
        settings = settings_for(url, business.url, bus=bus)
        settings["callbacks"] |= {event: {"enable": True, "timeout": 10} for event in EVENTS}
        async with serving(tmp_path, chance, business, {"one": settings, "two": settings}) as service:
            chats = service.chats
            async with service.listened():
                async with chats.running():
                    for _ in range(KILLS):
                        await chats.answered(chance.randrange(50, 300))
                        await asyncio.sleep(chance.uniform(0, 0.03))
                        killed = chance.choice(service.servers)
                        service.running.remove(killed)
                        killed.kill()
                        await chats.answered(chance.randrange(50))
                        await killed.start()
                        service.running.append(killed)
                    await chats.answered(50)
                await service.verify()
    report(
        f"cluster, {'redis' if bus else 'notify'}: {KILLS} kills of one of two processes in"
        f" {time.monotonic() - began:.0f} s; {service.summary()}"
    )
