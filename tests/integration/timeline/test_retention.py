"""Messages are deleted once they are older than they are to be kept, and no earlier."""

from collections.abc import AsyncIterator

import pytest

from amity.storage import Database, Transaction, open_database
from amity.timeline import store, taking_back
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


async def bring(database: Database, clock: FakeClock, place: Place, days: int, count: int) -> int:
    """Store messages that were made so many days ago; return their timeline."""
    made = clock.now_ms() - days * DAY * 1000
    drafts = [Draft(place, ANN, made, made, once_of(ANN, f"{place}{days}{name}"), b"x") for name in range(count)]

    async def work(tx: Transaction) -> int:
        return (await Timelines(database, clock).bring(tx, drafts))[0].timeline

    return await database.write(work, rows=2 * count)


async def seqs(database: Database, timeline: int) -> list[int]:
    return [message.seq for message in await Timelines(database).newest_of(timeline, 1, 9999, 9999)]


async def test_what_was_imported_goes_when_it_is_old_though_it_came_after_recent_messages(database: Database):
    clock = FakeClock()
    other = await write(database, clock, OTHER, 1, 1)
    chat = await bring(database, clock, CHAT, 1000, 450)
    assert await bring(database, clock, CHAT, 3, 2) == chat
    await bring(database, clock, CHAT, 900, 1)
    await Retention(database, 7, clock=clock).sweep()
    # The last one is old, and comes after messages that are kept.
    assert (await seqs(database, chat), await seqs(database, other)) == ([451, 452, 453], [1])
    assert (await store.ends(database, [chat]))[chat].oldest == 451
    clock.advance(3 * DAY)
    await Retention(database, 7, clock=clock).sweep()
    assert await seqs(database, chat) == [451, 452, 453]
    clock.advance(2 * DAY)
    await Retention(database, 7, clock=clock).sweep()
    assert (await seqs(database, chat), await seqs(database, other)) == ([], [1])


async def test_old_messages_after_recent_ones_keep_no_others_from_being_deleted(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    clock = FakeClock()
    chat = await write(database, clock, CHAT, 1, 1)
    await bring(database, clock, CHAT, 1000, 50)
    other = await bring(database, clock, OTHER, 900, 3)
    monkeypatch.setattr("amity.timeline.retention._AT_ONCE", 3)
    monkeypatch.setattr("amity.timeline.retention._PASSED", 10)
    retention = Retention(database, 7, clock=clock)
    await retention.sweep()
    assert len(await seqs(database, other)) == 3
    await retention.sweep()
    assert (len(await seqs(database, chat)), await seqs(database, other)) == (51, [])
    # The next ones begin from the oldest again.
    clock.advance(9 * DAY)
    for _ in range(3):
        await retention.sweep()
    assert await seqs(database, chat) == []


async def test_without_a_bound_everything_stays(database: Database):
    clock = FakeClock()
    chat = await write(database, clock, CHAT, 1, 3)
    clock.advance(4000 * DAY)
    await Retention(database, 0, clock=clock).sweep()
    assert len(await Timelines(database, clock).newest_of(chat, 1, 9, 9)) == 3
