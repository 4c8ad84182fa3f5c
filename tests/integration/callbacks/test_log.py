"""The callback log: written late, bounded, and never in anybody's way."""

import pytest

from amity import metrics
from amity.callbacks.log import CallbackLog
from amity.errors import Code, ImError
from amity.storage.late_rows import BUFFERED, CHARACTERS, FLUSH_ENTRIES, FLUSH_SECONDS, KEPT
from tests.integration.callbacks.post_office import eventually
from tests.support.fake_clock import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def log(database, clock):
    opened = CallbackLog(database, clock)
    opened.start()
    yield opened
    await opened.stop()


def note(log, number=0, **fields):
    log.note(
        **{
            "command": "callbackBeforeImportFriendsCommand",
            "owner": "lena",
            "operation_id": "op",
            "event_id": f"msg_{number}",
            "verdict": "rejected",
            **fields,
        }
    )


def dropped():
    return metrics.registry.get_sample_value("amity_late_rows_dropped_total", {"log": "callback_log"}) or 0


async def count(database):
    return (await database.fetch("select count(*) from callback_log"))[0][0]


async def test_a_note_is_written_with_all_that_it_says(log, database, clock):
    note(log, 1, verdict="failed", err_code=90004, reason="no answer", http_status=502, duration_ms=12)
    await log.flush()
    rows = await database.fetch(
        "select at, command, owner, operation_id, event_id, verdict, err_code, reason, http_status, duration_ms"
        " from callback_log"
    )
    assert [tuple(rows[0][column] for column in range(10))] == [
        (
            *(clock.now_ms(), "callbackBeforeImportFriendsCommand", "lena", "op", "msg_1"),
            *("failed", 90004, "no answer", 502, 12),
        )
    ]


async def test_notes_are_written_after_a_quarter_second(log, database, clock):
    note(log)
    await eventually(lambda: clock._waiting)
    assert await count(database) == 0
    clock.advance(FLUSH_SECONDS)
    await eventually(lambda: not log._rows)
    assert await count(database) == 1


async def test_many_notes_do_not_wait(log, database):
    for number in range(FLUSH_ENTRIES):
        note(log, number)
    await eventually(lambda: not log._rows)
    assert await count(database) == FLUSH_ENTRIES


async def test_a_stop_writes_what_is_left(database, clock):
    log = CallbackLog(database, clock)
    log.start()
    for number in range(FLUSH_ENTRIES + 100):
        note(log, number)
    await log.stop()
    assert await count(database) == FLUSH_ENTRIES + 100


async def test_the_newest_ten_thousand_are_kept_in_their_order(log, database):
    for number in range(KEPT + 300):
        note(log, number)
        if number % 5000 == 0:
            await log.flush()
    await log.flush()
    rows = await database.fetch("select event_id from callback_log order by log_seq")
    assert [row[0] for row in rows] == [f"msg_{number}" for number in range(300, KEPT + 300)]


async def test_texts_that_databases_refuse_are_made_storable(log, database):
    note(log, reason="a\0b", operation_id="\ud800", owner="ü" * 2 * CHARACTERS, err_code=1 << 80)
    await log.flush()
    (row,) = await database.fetch("select reason, operation_id, owner, err_code from callback_log")
    assert (row[0], row[1], row[2], row[3]) == ("a\ufffdb", "?", "ü" * CHARACTERS, 0)


async def test_a_failing_database_costs_the_oldest_notes_and_no_memory(database, clock, monkeypatch):
    async def fail(*args, **named):
        raise ImError(Code.DATABASE, "the disk is full")

    before = dropped()
    log = CallbackLog(database, clock)
    log.start()
    with monkeypatch.context() as patch:
        patch.setattr(database, "write", fail)
        for number in range(BUFFERED + 50):
            note(log, number)
        with pytest.raises(ImError):
            await log.flush()
    assert len(log._rows) == BUFFERED
    assert dropped() - before == 50
    await log.stop()
    rows = await database.fetch("select event_id from callback_log order by log_seq limit 1")
    assert rows[0][0] == "msg_50"
    assert await count(database) == BUFFERED


async def test_notes_taken_while_a_full_buffer_is_written_are_written_once(database, clock, monkeypatch):
    before = dropped()
    log = CallbackLog(database, clock)
    for number in range(BUFFERED):
        note(log, number)
    write = database.write
    more = iter(range(BUFFERED, BUFFERED + 10))

    async def write_and_note(*args, **named):
        await write(*args, **named)
        for number in more:
            note(log, number)

    with monkeypatch.context() as patch:
        patch.setattr(database, "write", write_and_note)
        patch.setattr("amity.storage.late_rows.KEPT", 2 * BUFFERED)
        await log.flush()
    rows = await database.fetch("select event_id from callback_log order by log_seq")
    assert [row[0] for row in rows] == [f"msg_{number}" for number in range(BUFFERED + 10)]
    assert dropped() == before


async def test_notes_that_make_room_while_a_write_fails_are_lost_and_counted(database, clock, monkeypatch):
    before = dropped()
    log = CallbackLog(database, clock)
    for number in range(BUFFERED):
        note(log, number)

    async def note_and_fail(*args, **named):
        for number in range(10):
            note(log, BUFFERED + number)
        raise ImError(Code.DATABASE, "the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(database, "write", note_and_fail)
        with pytest.raises(ImError):
            await log.flush()
    assert dropped() - before == 10


async def test_notes_that_cannot_be_written_at_the_stop_are_counted(database, clock, monkeypatch):
    async def fail(*args, **named):
        raise ImError(Code.DATABASE, "the disk is full")

    before = dropped()
    log = CallbackLog(database, clock)
    for number in range(3):
        note(log, number)
    monkeypatch.setattr(database, "write", fail)
    await log.stop()
    assert dropped() - before == 3
