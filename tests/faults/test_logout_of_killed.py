"""``kill -9`` of a process right after it has answered a forced logout: the user's client at another process is ended
all the same.

``AMITY_KILLS=50`` kills 50 times on each bus.
"""

import secrets

import pytest

from tests.faults.conftest import KILLS, settings_for
from tests.faults.service import serving
from tests.support.business_server import BusinessServer
from tests.support.gateway_client import GatewayClient
from tests.support.postgres import PostgresServer

ENDED_WITHIN = 6.0
"""Seconds: a lease of the killed process, and until clients are told to connect again."""


@pytest.mark.timeout(60 + 15 * KILLS)
async def test_a_logout_that_was_answered_ends_clients_of_others_though_the_process_is_killed(
    tmp_path, postgres_server: PostgresServer, bus, chance
):
    url = postgres_server.create_database(f"logout_{secrets.token_hex(6)}")
    async with BusinessServer() as business:
        settings = settings_for(url, business.url, bus=bus)
        async with serving(tmp_path, chance, business, {"one": settings, "two": settings}) as service:
            one, two = service.servers
            at_one, at_two = service.rest.at(one), service.rest.at(two)
            await at_one.register("ann")
            asked = {"userID": "ann", "platformID": 2}
            for _ in range(KILLS):
                token = (await at_one.data("/auth/get_user_token", asked))["token"]
                async with GatewayClient(one.gateway_url, "ann", token, 2) as client:
                    await at_two.data("/auth/force_logout", asked)
                    two.kill()
                    await client.closed(ENDED_WITHIN)
                await two.start()
