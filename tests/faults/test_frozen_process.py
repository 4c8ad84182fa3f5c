"""A process that is stopped by SIGSTOP for longer than its lease, and then goes on, as on a machine that was suspended.

Others have its users' connections and its share of events meanwhile. It writes and tells nothing of before, joins again
under a new name, and has its clients fetch.

``AMITY_KILLS=50`` stops it ten times, for up to 30 seconds.
"""

import asyncio
import secrets
import signal
import time
from functools import partial

import asyncpg
import pytest

from tests.faults.conftest import KILLS, settings_for
from tests.faults.service import EVENTS, serving, until
from tests.support.business_server import BusinessServer
from tests.support.postgres import PostgresServer
from tests.support.server_process import ServerProcess

STOPS = max(1, KILLS // 5)
LONGEST = 30.0 if KILLS >= 30 else 6.0
_ENDED_WITHIN = 4.0
_REJOINS = "it joins again"
_PATIENCE = 2.0
"""Clients that wait for the stopped process send the same message to another one after this time."""


def _has(server: ServerProcess, rejoined: int) -> bool:
    return server.output().count(_REJOINS) >= rejoined


async def registered(url: str) -> set[str]:
    """Return the names of the processes that have a lease, or a connection of a user."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("select process from processes union select process from connections")
        return {row[0] for row in rows}
    finally:
        await connection.close()


@pytest.mark.timeout(120 + (LONGEST + 20) * STOPS)
async def test_a_process_that_was_stopped_for_longer_than_its_lease_does_no_harm(
    tmp_path, postgres_server: PostgresServer, bus, chance, report
):
    began = time.monotonic()
    url = postgres_server.create_database(f"frozen_{secrets.token_hex(6)}")
    async with BusinessServer() as business:
        settings = settings_for(url, business.url, bus=bus)
        settings["callbacks"] |= {event: {"enable": True, "timeout": 10} for event in EVENTS}
        async with serving(
            tmp_path, chance, business, {"one": settings, "two": settings}, patience=_PATIENCE
        ) as service:
            chats = service.chats
            async with service.listened():
                async with chats.running():
                    for number in range(STOPS):
                        await chats.answered(chance.randrange(50, 200))
                        stopped = chance.choice(service.servers)
                        before = await registered(url)
                        rejoined = stopped.output().count(_REJOINS) + 1
                        service.running.remove(stopped)
                        stopped.send(signal.SIGSTOP)
                        try:
                            await asyncio.sleep(_ENDED_WITHIN)
                            left = await registered(url)
                            assert len(left) == 1, f"the stopped process was not ended in {_ENDED_WITHIN} s: {left}"
                            seconds = LONGEST if number == 0 else chance.uniform(_ENDED_WITHIN, LONGEST)
                            await asyncio.sleep(seconds - _ENDED_WITHIN)
                        finally:
                            stopped.send(signal.SIGCONT)
                        is_back = partial(_has, stopped, rejoined)
                        await until(is_back, 5, "it notices that it was ended")
                        service.running.append(stopped)
                        await chats.answered(50)
                        after = await registered(url)
                        assert len(after) == 2
                        assert not (before - left) & after, "it goes on under its old name"
                await service.verify()
    report(
        f"frozen, {'redis' if bus else 'notify'}: {STOPS} stops of up to {LONGEST:.0f} s in"
        f" {time.monotonic() - began:.0f} s; {service.summary()}; longest wait {chats.sent.longest:.1f} s"
    )
