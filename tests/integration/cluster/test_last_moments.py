"""What becomes of clients when processes are killed that had committed something and told nobody of it."""

import asyncio

from amity.wire.frames import Identifier


async def test_if_two_processes_end_together_the_clients_of_the_third_fetch(join):
    """Each of the two, or the third, keeps the notes of another one; those of one of them are gone."""
    here, there, third = await join(), await join(), await join()
    async with third.lone.client("alice") as alice:
        await asyncio.gather(here.freeze(), there.freeze())
        assert (await alice.closed())[0] == 1012


async def test_if_one_process_ends_the_clients_of_others_stay(join):
    here, there = await join(), await join()
    ended = asyncio.Event()
    there.cluster.processes.when_ended.append(lambda *_: ended.set())
    async with there.lone.client("alice") as alice:
        await here.freeze()
        async with asyncio.timeout(10):
            await ended.wait()
        assert (await alice.request(Identifier.SET_BACKGROUND)).err_code == 0
