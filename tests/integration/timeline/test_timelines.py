"""Messages get numbers without a gap, once each, whatever is repeated, rolled back or written at once."""

import asyncio
import random
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from amity.storage import Database, Transaction, open_database
from amity.storage.database import Row
from amity.timeline import store, taking_back
from amity.timeline.models import PART_MS, Draft, Ends, Form, Place, Stored, once_of, part_of, place_of
from amity.timeline.service import Timelines
from tests.support.fake_clock import FakeClock

ANN, BOB, CID = 1, 2, 3
CHAT = place_of(Form.CHAT, ANN, BOB)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def timelines(database: Database, clock: FakeClock) -> Timelines:
    return Timelines(database, clock)


def draft(clock: FakeClock, name: str, sender: int = ANN, place: Place = CHAT, created_at: int | None = None) -> Draft:
    now = clock.now_ms()
    return Draft(place, sender, now, now if created_at is None else created_at, once_of(sender, name), name.encode())


async def append(database: Database, timelines: Timelines, *drafts: Draft) -> list[Stored]:
    async def work(tx: Transaction) -> list[Stored]:
        return await timelines.append(tx, drafts)

    return await database.write(work, rows=2 * len(drafts))


async def bodies(timelines: Timelines, place: Place) -> list[tuple[int, str]]:
    """Return the numbers and bodies of a timeline's messages."""
    timeline = await timelines.number(place)
    if timeline is None:
        return []
    messages = await timelines.newest_of(timeline, 1, 1 << 40, 100_000)
    return [(message.seq, message.body.decode()) for message in messages]


async def test_messages_are_numbered_from_one_on_in_each_timeline(database, timelines, clock):
    other = place_of(Form.CHAT, ANN, CID)
    stored = await append(
        database,
        timelines,
        draft(clock, "a"),
        draft(clock, "b", place=other),
        draft(clock, "c"),
        draft(clock, "d", BOB),
    )
    assert [each.seq for each in stored] == [1, 1, 2, 3]
    assert await bodies(timelines, CHAT) == [(1, "a"), (2, "c"), (3, "d")]
    assert await bodies(timelines, other) == [(1, "b")]


async def test_both_directions_of_a_chat_are_one_timeline_and_the_forms_of_a_pair_are_not():
    assert place_of(Form.CHAT, BOB, ANN) == place_of(Form.CHAT, ANN, BOB)
    assert len({place_of(form, ANN, BOB) for form in Form}) == len(Form)
    assert place_of(Form.GROUP, ANN, BOB) == place_of(Form.GROUP, ANN, CID)


async def test_a_repeat_gets_the_first_ones_number_and_time(database, timelines, clock):
    (first,) = await append(database, timelines, draft(clock, "a"))
    clock.advance(10)
    again, new, twice = await append(
        database, timelines, draft(clock, "a"), draft(clock, "b"), draft(clock, "b", created_at=7)
    )
    assert again == first._replace(is_repeat=True)
    assert (new.seq, new.is_repeat) == (2, False)
    assert twice == new._replace(is_repeat=True)
    assert await bodies(timelines, CHAT) == [(1, "a"), (2, "b")]


async def test_the_same_id_of_another_sender_is_another_message(database, timelines, clock):
    stored = await append(database, timelines, draft(clock, "a"), draft(clock, "a", BOB))
    assert [(each.seq, each.is_repeat) for each in stored] == [(1, False), (2, False)]


async def test_a_repeat_in_another_timeline_names_the_first_ones(database, timelines, clock):
    (first,) = await append(database, timelines, draft(clock, "a"))
    (again,) = await append(database, timelines, draft(clock, "a", place=place_of(Form.CHAT, ANN, CID)))
    assert again == first._replace(is_repeat=True)
    assert await timelines.number(place_of(Form.CHAT, ANN, CID)) is None


@pytest.mark.parametrize("hours", [0, 1, 11.9, 12.1, 23.9])
async def test_for_a_day_a_repeat_is_found_whatever_else_of_it_has_changed(database, timelines, clock, hours):
    await append(database, timelines, draft(clock, "a", created_at=5))
    clock.advance(hours * 3600)
    (again,) = await append(database, timelines, draft(clock, "a", created_at=clock.now_ms() - 99))
    assert again.is_repeat


@pytest.mark.parametrize(("days", "is_repeat"), [(6.9, True), (8, False)])
async def test_a_repeat_is_found_for_as_long_as_was_chosen(database, clock, days, is_repeat):
    timelines = Timelines(database, clock, repeats_for=7 * 86400)
    await append(database, timelines, draft(clock, "a", created_at=5))
    clock.advance(days * 86400)
    (again,) = await append(database, timelines, draft(clock, "a", created_at=clock.now_ms() - 99))
    assert again.is_repeat == is_repeat


@pytest.mark.parametrize("days", [2, 30, 400])
@pytest.mark.parametrize("wrong", [0, 3600, -3600, 40 * 86400, -40 * 86400], ids=lambda seconds: f"clock {seconds:+} s")
async def test_later_a_repeat_is_found_by_its_create_time_however_wrong_the_clients_clock(
    database, timelines, clock, days, wrong
):
    created_at = clock.now_ms() + wrong * 1000
    await append(database, timelines, draft(clock, "a", created_at=created_at))
    clock.advance(days * 86400)
    (again,) = await append(database, timelines, draft(clock, "a", created_at=created_at))
    assert again.is_repeat


@pytest.mark.parametrize("ahead", [1.0, 1.5, 2.0, 3.0, 30.0])
async def test_a_repeat_is_found_when_the_time_has_come_that_a_clients_clock_was_ahead(
    database, timelines, clock, ahead
):
    message = draft(clock, "m", created_at=clock.now_ms() + int(ahead * 86_400_000))
    (first,) = await append(database, timelines, message)
    for days in (ahead, 0.2):
        clock.advance(days * 86400)
        (again,) = await append(database, timelines, message)
        assert again == first._replace(is_repeat=True)


async def test_one_hash_of_two_senders_messages_keeps_neither_from_being_stored(database, timelines, clock):
    ours, theirs = draft(clock, "m"), draft(clock, "n", BOB)
    same = theirs._replace(once=ours.once)
    stored = await append(database, timelines, ours, same)
    assert [(each.seq, each.is_repeat) for each in stored] == [(1, False), (2, False)]
    for number, message in enumerate((ours, same), 1):
        assert [(each.seq, each.is_repeat) for each in await append(database, timelines, message)] == [(number, True)]


async def test_after_days_another_message_may_have_the_id_with_another_create_time(database, timelines, clock):
    await append(database, timelines, draft(clock, "a"))
    clock.advance(10 * 86400)
    (other,) = await append(database, timelines, draft(clock, "a"))
    assert (other.seq, other.is_repeat) == (2, False)


async def test_a_transaction_that_is_rolled_back_takes_no_number(database, timelines, clock):
    async def fails(tx: Transaction) -> None:
        await timelines.append(tx, [draft(clock, "a")])
        raise RuntimeError("after it")

    with pytest.raises(RuntimeError, match="after it"):
        await database.write(fails, rows=2)
    assert await bodies(timelines, CHAT) == []
    (stored,) = await append(database, timelines, draft(clock, "b"))
    assert stored.seq == 1


async def test_the_ends_of_a_timeline(database, timelines, clock):
    (first, *_) = await append(database, timelines, *[draft(clock, name) for name in "abc"])
    now = clock.now_ms()
    assert await timelines.ends([first.timeline, 99]) == {first.timeline: Ends(1, 3, now)}


async def test_messages_are_read_by_range_by_number_and_the_last(database, timelines, clock):
    (first, *_) = await append(database, timelines, *[draft(clock, f"m{number}") for number in range(200)])
    timeline = first.timeline
    assert [each.seq for each in await timelines.newest_of(timeline, 10, 50, 3)] == [48, 49, 50]
    assert [each.seq for each in await timelines.newest_of(timeline, 199, 900, 10)] == [199, 200]
    assert await timelines.newest_of(timeline, 5, 4, 10) == []
    assert [each.seq for each in await timelines.some(timeline, [7, 3, 999, 0])] == [3, 7]
    assert (await taking_back.last_not_hidden(database, 1, [timeline]))[timeline].body == b"m199"


class _Crash(Exception):
    """The transaction ends at this statement."""


class _Crashing:
    """A transaction that ends at one of its statements, as if the process had been killed there."""

    def __init__(self, tx: Transaction, statement: int) -> None:
        self._tx = tx
        self._left = statement

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    async def fetch(self, sql: str, *args: object) -> Any:
        rows: list[Row] | Any = await self._tx.fetch(sql, *args)
        self._left -= 1
        if self._left == 0:
            raise _Crash
        return rows


class _Model:
    """What is stored, as it should be."""

    def __init__(self) -> None:
        self.timelines: dict[Place, list[bytes]] = {}
        self.known: dict[tuple[int, int], tuple[Place, int]] = {}

    def append(self, drafts: list[Draft]) -> list[tuple[int, bool]]:
        results = []
        for each in drafts:
            known = self.known.get((each.sender, each.once))
            if known is None:
                line = self.timelines.setdefault(each.place, [])
                line.append(each.body)
                self.known[each.sender, each.once] = (each.place, len(line))
                results.append((len(line), False))
            else:
                results.append((known[1], True))
        return results


async def _append(timelines: Timelines, drafts: list[Draft], crash: int, tx: Transaction) -> list[Stored]:
    crashing: Any = _Crashing(tx, crash)
    return await timelines.append(crashing, drafts)


@pytest.mark.parametrize("seed", range(6))
async def test_any_sequence_of_messages_repeats_and_crashes_leaves_what_a_model_says(database, clock, seed):
    chance = random.Random(seed)
    model = _Model()
    timelines = Timelines(database, clock, most_kept=4)
    places = [place_of(Form.CHAT, one, other) for one in range(1, 4) for other in range(one, 4)]
    for _ in range(60):
        drafts = [
            draft(clock, f"m{chance.randrange(120)}", sender := chance.randint(1, 3), chance.choice(places), sender)
            for _ in range(chance.randint(1, 9))
        ]
        crash = chance.randint(0, 6)

        try:
            stored = await database.write(partial(_append, timelines, drafts, crash), rows=2 * len(drafts))
        except _Crash:
            pass
        else:
            assert [(each.seq, each.is_repeat) for each in stored] == model.append(drafts)
        if chance.random() < 0.1:
            timelines = Timelines(database, clock)  # the process was started anew
        clock.advance(chance.random() * 600)
    fresh = Timelines(database, clock)
    for place in places:
        expected = [(index, body.decode()) for index, body in enumerate(model.timelines.get(place, []), 1)]
        assert await bodies(fresh, place) == expected


async def test_writers_at_once_leave_no_gap_and_nothing_twice(database, clock):
    """Senders lock themselves, as ``append`` asks; each message is sent twice, by two writers at once."""
    two = [Timelines(database, clock) for _ in range(2)]

    async def register(tx: Transaction) -> None:
        for number in range(1, 6):
            await tx.fetch(
                "insert into users (user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt)"
                " values ($1, '', '', '', 0, 0, 0)",
                f"u{number}",
            )

    await database.write(register, rows=5)
    places = [place_of(Form.CHAT, one, 9) for one in (1, 2)]

    async def send(timelines: Timelines, name: int) -> Stored:
        sender = name % 5 + 1

        async def work(tx: Transaction) -> list[Stored]:
            await tx.lock("select user_seq from users where user_seq = $1 FOR_UPDATE", sender)
            return await timelines.append(tx, [draft(clock, f"m{name}", sender, places[name % 2])])

        stored: Stored
        (stored,) = await database.write(work, rows=2)
        return stored

    sent: list[Stored] = await asyncio.gather(*(send(timelines, name) for name in range(100) for timelines in two))
    assert sum(each.is_repeat for each in sent) == 100
    for place in places:
        found = await bodies(two[0], place)
        assert [seq for seq, _ in found] == list(range(1, 51))
        assert len({body for _, body in found}) == 50


def test_a_half_day_is_what_the_parts_of_time_are():
    assert PART_MS == 12 * 3600 * 1000


async def test_a_repeat_is_looked_for_among_no_other_messages_of_its_time(database, timelines, clock):
    drafts = [draft(clock, f"m{number}") for number in range(2000)]
    await append(database, timelines, *drafts)
    part = part_of(clock.now_ms())
    explain = "explain query plan " if database.dialect == "sqlite" else "explain "
    # Without statistics: a table has none until it was analysed.
    plan = await database.fetch(explain + store._FIND, [each.once for each in drafts[:80]], [part], [part])
    lines = [" ".join(str(tuple(row)).split()) for row in plan]
    condition = "once_part=? AND once=?" if database.dialect == "sqlite" else "AND (once = ANY"
    assert any("messages" in line for line in lines)
    assert any(condition in line and ("INDEX" in line or "Index Cond" in line) for line in lines), lines
