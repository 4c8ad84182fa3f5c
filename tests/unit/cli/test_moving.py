"""The parts of a move that need no server: batches, several parts at once, what is noted."""

import asyncio

import pytest

from amity.cli.importing.journal import Journal, JournalProblem
from amity.cli.moving.journal import RELATIONS, USERS, Moved, MoveHeader, Skip, number_of, phase_of
from amity.cli.moving.outcome import Totals
from amity.cli.moving.parallel import in_parallel
from amity.cli.moving.target import BATCH_BYTES, Batch
from amity.client.types.moving import UserRecord

HEADER = MoveHeader(server="http://new", source="http://old", size=100)


def test_a_batch_holds_so_many_records():
    batch = Batch(2)
    users = [UserRecord(user_id=f"u{number}") for number in range(5)]
    assert [batch.add(user) for user in users] == [[], [], users[:2], [], users[2:4]]
    assert batch.take() == users[4:]
    assert batch.take() == []


def test_a_batch_holds_no_more_than_a_server_takes_at_once():
    batch = Batch()
    large = UserRecord(user_id="large", ex="x" * (BATCH_BYTES - 1000))
    small = UserRecord(user_id="small", ex="x" * 2000)
    assert batch.add(large) == []
    assert batch.add(small) == [large]
    assert batch.add(UserRecord(user_id="huge", ex="x" * 2 * BATCH_BYTES)) == [small]


async def numbers(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield number


async def test_parts_are_done_so_many_at_once_each_once():
    done, now, most = [], 0, 0

    async def work(number):
        nonlocal now, most
        now += 1
        most = max(most, now)
        for _ in range(10):
            await asyncio.sleep(0)
        now -= 1
        done.append(number)

    await in_parallel(numbers(50), work, 4)
    assert (sorted(done), most) == (list(range(50)), 4)


async def test_the_first_failure_ends_all_and_leaves_nothing_running():
    begun = []

    async def work(number):
        begun.append(number)
        if number == 3:
            raise ValueError("three")
        await asyncio.Event().wait()

    with pytest.raises(ValueError, match="three"):
        await in_parallel(numbers(50), work, 8)
    assert len(begun) <= 8
    assert len(asyncio.all_tasks()) == 1


def test_parts_of_both_phases_have_numbers_of_their_own():
    found = {number_of(phase, part) for phase in (USERS, RELATIONS) for part in range(10)}
    assert len(found) == 20
    assert phase_of(Moved(number=number_of(RELATIONS, 7))) == RELATIONS


async def test_what_is_noted_can_be_read_once_it_is_flushed_while_more_is_noted(tmp_path):
    path = tmp_path / "journal"
    journal = Journal.open(path, HEADER, Moved, resume=False, restart=False, seen=lambda _: None)
    for part in range(3):
        journal.note(Moved(number=number_of(USERS, part), ids=[f"u{part}"]))
    await journal.flush()
    entries = journal.entries()
    assert next(entries).ids == ["u0"]
    journal.note(Moved(number=number_of(RELATIONS, 0)))
    await journal.flush()
    assert [entry.ids for entry in entries] == [["u1"], ["u2"], []]
    await journal.flush()
    await journal.close()


async def test_a_move_goes_on_only_as_it_was_begun(tmp_path):
    path = tmp_path / "journal"
    journal = Journal.open(path, HEADER, Moved, resume=False, restart=False, seen=lambda _: None)
    await journal.close()
    for other, words in (
        (MoveHeader(server="http://new", source="other", size=100), "about another source"),
        (MoveHeader(server="http://new", source="http://old", size=99), "parts of 100"),
        (MoveHeader(server="http://other", source="http://old", size=100), "the server http://new"),
    ):
        with pytest.raises(JournalProblem, match=words):
            Journal.open(path, other, Moved, resume=True, restart=False, seen=lambda _: None)


def test_what_was_left_out_is_counted_by_its_reason():
    totals = Totals()
    totals.add(Moved(number=0, users=2, skipped=[Skip("user", "a b", "", 1001, "ArgsError", "userID")]))
    changed = [Skip("black", user, "", 0, "", f"the list changed while it was read: {user}") for user in "ab"]
    totals.add(Moved(number=1, friends=3, skipped=changed))
    assert totals.records == 8
    assert totals.facts()["skippedBy"] == [
        {"errCode": 0, "reason": "the list changed while it was read", "records": 2},
        {"errCode": 1001, "reason": "ArgsError", "records": 1},
    ]
