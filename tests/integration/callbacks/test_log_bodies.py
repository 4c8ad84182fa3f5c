"""What was sent and answered, in the callback log: bounded, storable, and deleted after a time."""

import pytest

from amity.callbacks.log import BODY_BYTES, CallbackLog
from amity.errors import Code, ImError
from amity.storage.late_rows import FLUSH_BYTES, HELD_BYTES
from tests.support.fake_clock import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def log(database, clock):
    return CallbackLog(database, clock, body_hours=2)


def note(log, request=b"", answer=b"", **fields):
    told = {"command": "c", "owner": "lena", "operation_id": "op", "event_id": "e", "verdict": "rejected", **fields}
    log.note(**told, request=request, answer=answer)


async def stored(database):
    rows = await database.fetch(
        "select rule, request, request_bytes, answer, answer_bytes from callback_log order by log_seq"
    )
    return [tuple(row[at] for at in range(5)) for row in rows]


async def test_an_entry_has_the_rule_and_what_was_sent_and_answered(log, database):
    note(log, b'{"a":1}', b"{}", rule="next_code_1")
    await log.flush()
    assert await stored(database) == [("next_code_1", '{"a":1}', 7, "{}", 2)]


async def test_of_a_long_body_the_beginning_is_kept_and_its_length(log, database):
    note(log, b"x" * 5000, "ü".encode() * 5000)
    note(log, b"x" + "ü".encode() * 5000)
    await log.flush()
    whole, cut = await stored(database)
    assert whole == ("", "x" * BODY_BYTES, 5000, "ü" * (BODY_BYTES // 2), 10_000)
    assert cut[1] == "x" + "ü" * (BODY_BYTES // 2 - 1)


async def test_a_body_that_is_no_text_is_stored_all_the_same(log, database):
    note(log, b"a\0b", b"\xff\xfe")
    await log.flush()
    assert [row[1:4] for row in await stored(database)] == [("a\ufffdb", 3, "\ufffd\ufffd")]


async def test_no_body_is_written_where_the_settings_say_so(database, clock):
    log = CallbackLog(database, clock, body_hours=0)
    note(log, b"a text of lena", b"{}", rule="empty")
    await log.flush()
    assert await stored(database) == [("empty", "", 14, "", 2)]


async def test_bodies_are_deleted_after_their_time_and_the_rest_of_the_entry_stays(log, database, clock):
    for _ in range(250):
        note(log, b"old", b"old")
    await log.flush()
    clock.advance(2 * 3600 + 1)
    note(log, b"new", b"new")
    await log.flush()
    assert await log.sweep() == 250
    rows = await stored(database)
    assert set(rows[:250]) == {("", "", 3, "", 3)}
    assert rows[250:] == [("", "new", 3, "new", 3)]
    assert await log.sweep() == 0


async def test_a_transaction_writes_a_bounded_amount_of_bodies(log, database, monkeypatch):
    sizes = []
    write = database.write

    async def measure(work, **named):
        sizes.append(named["rows"])
        return await write(work, **named)

    monkeypatch.setattr(database, "write", measure)
    for _ in range(100):
        note(log, b"x" * BODY_BYTES, b"y" * BODY_BYTES)
    await log.flush()
    each = FLUSH_BYTES // (2 * BODY_BYTES)
    assert sizes == [2 * each + each] * 3 + [2 * 4 + 4]
    assert len(await stored(database)) == 100


async def test_while_the_database_fails_bodies_take_bounded_memory(log, database, monkeypatch):
    async def fail(*args, **named):
        raise ImError(Code.DATABASE, "the disk is full")

    whole = 2 * BODY_BYTES
    with monkeypatch.context() as patch:
        patch.setattr(database, "write", fail)
        for _ in range(HELD_BYTES // whole + 10):
            note(log, b"x" * BODY_BYTES, b"y" * BODY_BYTES)
        with pytest.raises(ImError):
            await log.flush()
    await log.flush()
    rows = await stored(database)
    assert sum(1 for row in rows if row[1]) == HELD_BYTES // whole
    assert rows[-1] == ("", "", BODY_BYTES, "", BODY_BYTES)
    note(log, b"again", b"again")
    await log.flush()
    assert (await stored(database))[-1][1] == "again"


async def test_dropped_notes_free_what_their_bodies_held(log, monkeypatch):
    monkeypatch.setattr("amity.storage.late_rows.BUFFERED", 10)
    monkeypatch.setattr(log, "_rows", type(log._rows)(maxlen=10))
    for _ in range(1000):
        note(log, b"x" * BODY_BYTES, b"y" * BODY_BYTES)
    assert log._held == 10 * 2 * BODY_BYTES


async def test_push_tokens_are_masked_before_they_are_stored(log, database):
    note(log, b'{"token":"abc"}', b"x" * (BODY_BYTES - 11) + b'"token":"abcdef"')
    await log.flush()
    [row] = await stored(database)
    assert row[1] == '{"token":"***"}'
    assert row[3].endswith('"token":"***')
