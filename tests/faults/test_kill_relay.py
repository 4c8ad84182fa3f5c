"""``kill -9`` of the relay at random moments under load: whatever it answered is delivered, in order, by one id each.

``AMITY_KILLS=50`` kills 50 times on each database.
"""

import asyncio
import time

import pytest

from tests.faults import leases
from tests.faults.conftest import KILLS
from tests.faults.relayed import relay_stage


@pytest.mark.timeout(60 + 12 * KILLS)
async def test_a_killed_relay_delivers_every_event_that_it_answered(tmp_path, database_url, chance, report):
    began = time.monotonic()
    async with relay_stage(tmp_path, database_url, chance) as scene:
        relay, posting = scene.relay, scene.posting
        async with posting.running():
            for _ in range(KILLS):
                await posting.answered(chance.randrange(400))
                await asyncio.sleep(chance.uniform(0, 0.03))
                posting.pause()
                relay.kill()
                await leases.expire(database_url)
                await relay.start()
                posting.resume()
            await posting.answered(50)
        await scene.verify()
    report(
        f"{database_url.split(':')[0]}: {KILLS} kills of a relay under load in {time.monotonic() - began:.0f} s;"
        f" {scene.summary()}"
    )
