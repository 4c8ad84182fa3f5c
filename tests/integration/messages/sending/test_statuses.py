"""Whether a call has sent is known for 24 hours, and forgotten then."""

from collections.abc import AsyncIterator

import pytest

from amity.calls.call import Call
from amity.messages.sending import statuses
from amity.messages.sending.models import CheckMsgIsSendSuccessRequest
from amity.messages.sending.statuses import Note, Statuses, remember
from amity.storage import Database, open_database
from tests.support.fake_clock import FakeClock

HOUR = 3600


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def note(database: Database, clock: FakeClock, *operations: str) -> None:
    notes = [Note("", each) for each in operations]
    await database.write(lambda tx: remember(tx, notes, clock.now_ms()), rows=len(notes))


async def known(checked: Statuses, operation: str) -> bool:
    call = Call(operation_id=operation, user_id="imAdmin", is_admin=True)
    return (await checked.check(call, CheckMsgIsSendSuccessRequest())).status == 2


async def test_a_call_is_known_for_24_hours_after_it_has_sent_last(database: Database):
    clock = FakeClock()
    checked = Statuses(database, clock)
    await note(database, clock, "a", "b")
    clock.advance(23 * HOUR)
    await note(database, clock, "b")
    assert [await known(checked, each) for each in "abc"] == [True, True, False]
    clock.advance(2 * HOUR)
    assert [await known(checked, each) for each in "abc"] == [False, True, False]


async def test_what_is_older_than_a_day_is_swept_in_parts(database: Database, monkeypatch):
    monkeypatch.setattr(statuses, "SWEPT", 2)
    clock = FakeClock()
    checked = Statuses(database, clock)
    await note(database, clock, *"abcde")
    clock.advance(23 * HOUR)
    await note(database, clock, "new")
    clock.advance(2 * HOUR)
    await checked.sweep()
    rows = await database.fetch("select operation_id from sent_operations")
    assert [row[0] for row in rows] == ["new"]
