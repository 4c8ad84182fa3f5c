"""Whatever happens, in whatever order: every event arrives, and no owner's overtakes another of the same owner."""

import asyncio
import random

import pytest

from tests.integration.callbacks.post_office import PostOffice, callbacks, deleted, eventually, imported, numbers
from tests.support.behaviour import Answer, HangUp
from tests.support.fake_clock import FakeClock

OWNERS = 12
EVENTS = 240


class Receiver:
    """Answers by chance, and keeps what it took."""

    def __init__(self, chance):
        self._chance = chance
        self.taken: dict[str, list[int]] = {}
        self.weather = 0.5  # how likely it is to refuse

    def __call__(self, request):
        if self._chance.random() < self.weather:
            return self._chance.choice([Answer(status=500), Answer(status=404), HangUp(), Answer(status=302)])
        (number,) = numbers([request])
        self.taken.setdefault(request.json["ownerUserID"], []).append(int(number))
        return Answer()


async def crash(office):
    """End an office as a killed process ends: nothing is settled."""
    running = [office.courier._task, *office.courier._deliveries]
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    office.courier._task = None
    office.courier._settlement._ended.clear()
    await office.stop()
    await office.database.write(lambda tx: tx.fetch("delete from leases"))  # as if its time had passed


@pytest.mark.parametrize("seed", range(4))
async def test_every_event_arrives_and_none_overtakes_another_of_its_owner(database, business, seed):
    chance = random.Random(seed)
    clock = FakeClock()
    receiver = business.reaction = Receiver(chance)
    settings = callbacks(business.url, retries=[1] * 1000)
    office = PostOffice(database, settings, clock)
    office.start()
    expected: dict[str, list[int]] = {}
    number = 0
    while number < EVENTS:
        batch = []
        for _ in range(chance.randint(1, 12)):
            owner = f"owner-{chance.randrange(OWNERS)}"
            batch.append(chance.choice([imported, deleted])(owner, number))
            expected.setdefault(owner, []).append(number)
            number += 1
        await office.record(*batch)
        for _ in range(chance.randrange(4)):
            clock.advance(chance.choice([0.1, 0.5, 1.5, 11.0]))
            await asyncio.sleep(chance.choice([0, 0, 0.002, 0.01]))
        if chance.random() < 0.1:
            await (crash(office) if chance.random() < 0.7 else office.stop(grace=1))
            office = PostOffice(database, settings, clock)
            office.start()
    receiver.weather = 0.0
    while await office.rows("event_seq"):
        clock.advance(1)
        await asyncio.sleep(0.002)
    await eventually(lambda: not office.courier.in_flight)
    await office.stop()
    for owner, own in expected.items():
        first_times = list(dict.fromkeys(receiver.taken[owner]))
        assert first_times == own, owner
