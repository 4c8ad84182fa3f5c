"""``kill -9`` of the server at random moments under load: whatever was answered is there, and nothing is there in half.

``AMITY_KILLS=50`` kills 50 times on each database.
"""

import asyncio
import time
from contextlib import suppress

import pytest

from tests.faults import leases
from tests.faults.conftest import KILLS, stage


@pytest.mark.timeout(60 + 12 * KILLS)
async def test_a_killed_server_has_kept_what_it_answered_and_delivers_what_it_stored(
    tmp_path, database_url, chance, report
):
    began = time.monotonic()
    starts_cut_short = 0
    async with stage(tmp_path, database_url, chance, people=90 + 4 * KILLS) as scene:
        server, load = scene.server, scene.load
        async with load.running():
            for _ in range(KILLS):
                await load.answered(chance.randrange(200))
                await any_moment(scene.ledger, chance)
                load.pause()
                server.kill()
                if chance.random() < 0.2:
                    starts_cut_short += 1
                    server.launch()
                    await asyncio.sleep(chance.uniform(0, 1.0))
                    server.kill()
                await leases.expire(database_url)
                await server.start()
                load.resume()
            await load.answered(50)
        await scene.verify()
    report(
        f"{database_url.split(':')[0]}: {KILLS} kills under load, {starts_cut_short} during a start,"
        f" in {time.monotonic() - began:.0f} s; {scene.ledger.summary()}"
    )


async def any_moment(ledger, chance):
    """Return at random: at any time, while a transaction is likely, or just behind one."""
    sign = chance.choice([None, ledger.asked, ledger.told])
    if sign is not None:
        sign.clear()
        # Nobody is told of anything where the imports under way are refused, or repeat what is done.
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                await sign.wait()
    if sign is not ledger.told:
        await asyncio.sleep(chance.uniform(0, 0.03))
