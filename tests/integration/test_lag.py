"""What a whole server tells of turns of its event loop that were long."""

import asyncio
import threading
import time

from amity.lag import EVERY


async def test_a_turn_that_held_up_the_server_shows_in_the_metrics_and_in_the_log(rest, caplog):
    await asyncio.sleep(2 * EVERY)
    time.sleep(0.4)  # noqa: ASYNC251 - the loop is to be held up
    async with asyncio.timeout(10):
        while "event loop: one turn held up all others" not in caplog.text:  # noqa: ASYNC110 - a log tells nobody
            await asyncio.sleep(EVERY)
    lines = (await rest.get("/metrics")).text.splitlines()
    (worst,) = [line.split()[1] for line in lines if line.startswith("amity_loop_lag_worst_seconds ")]
    assert float(worst) >= 0.3
    assert "test_a_turn_that_held_up_the_server" in caplog.text


async def test_a_server_that_stopped_measures_no_more(start_server):
    await start_server()
    await start_server.stop()
    assert not [thread for thread in threading.enumerate() if thread.name == "loop lag"]
