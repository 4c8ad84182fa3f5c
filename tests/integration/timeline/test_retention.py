"""Messages are deleted once they are older than they are to be kept, and no earlier."""

from collections.abc import AsyncIterator

import pytest

from amity.storage import Database, Transaction, open_database
from amity.timeline import taking_back
from amity.timeline.models import Draft, Ends, Form, Place, once_of, place_of
from amity.timeline.retention import Retention
from amity.timeline.service import Timelines
from tests.support.fake_clock import FakeClock

ANN, BOB, CID = 1, 2, 3
CHAT, OTHER = place_of(Form.CHAT, ANN, BOB), place_of(Form.NOTICES, ANN, CID)
DAY = 86_400


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def write(database: Database, clock: FakeClock, place: Place, first: int, last: int) -> int:
    """Store messages with these numbers for names; return their timeline."""
    timelines = Timelines(database, clock)
    now = clock.now_ms()
    drafts = [Draft(place, ANN, now, now, once_of(ANN, f"{place}{name}"), b"x") for name in range(first, last + 1)]

    async def work(tx: Transaction) -> int:
        return (await timelines.append(tx, drafts))[0].timeline

    return await database.write(work, rows=2 * len(drafts))


async def test_what_is_old_goes_and_what_is_not_stays(database: Database):
    clock = FakeClock()
    chat, other = await write(database, clock, CHAT, 1, 500), await write(database, clock, OTHER, 1, 2)
    hidden = [1, 500, 501]

    async def hide(tx: Transaction) -> None:
        await taking_back.hide(tx, chat, BOB, hidden)

    await database.write(hide)
    clock.advance(3 * DAY)
    await write(database, clock, CHAT, 501, 503)
    timelines, retention = Timelines(database, clock), Retention(database, 7, clock=clock)
    await retention.sweep()
    assert {each: ends.oldest for each, ends in (await timelines.ends([chat, other])).items()} == {chat: 1, other: 1}
    clock.advance(5 * DAY)
    await retention.sweep()
    assert [message.seq for message in await timelines.newest_of(chat, 1, 999, 999)] == [501, 502, 503]
    assert await timelines.newest_of(other, 1, 9, 9) == []
    ends = await timelines.ends([chat, other])
    assert (ends[chat].oldest, ends[chat].newest, ends[other].oldest) == (501, 503, 3)
    assert await taking_back.hidden(database, chat, BOB, hidden) == {501}
    assert await write(database, clock, OTHER, 3, 3) == other
    assert (await timelines.ends([other]))[other] == Ends(3, 3, clock.now_ms())


async def test_without_a_bound_everything_stays(database: Database):
    clock = FakeClock()
    chat = await write(database, clock, CHAT, 1, 3)
    clock.advance(4000 * DAY)
    await Retention(database, 0, clock=clock).sweep()
    assert len(await Timelines(database, clock).newest_of(chat, 1, 9, 9)) == 3
