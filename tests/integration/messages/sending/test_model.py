"""Messages of many senders at once, with repeats and processes that end between any two steps, against a model."""

import asyncio
import os
import random
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from amity.callbacks.telling.outbox import Outbox
from amity.messages.sending.outgoing import Outgoing, Written
from amity.messages.sending.writing import Writing
from amity.settings import Callbacks
from amity.storage import Database, open_database
from amity.timeline.models import Draft, Form, once_of, place_of
from amity.timeline.service import Timelines
from amity.users import store as users
from amity.users.models import User
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.support.crashing_database import Crashed, CrashingDatabase
from tests.support.fake_clock import FakeClock

PEOPLE = 4
ROUNDS = 80
MOST_AT_ONCE = 8
NAMES = 25
"""Names of messages of each sender: few, so that many are repeats."""
SEEDS = [int(os.environ["AMITY_SEED"])] if "AMITY_SEED" in os.environ else range(1, 4)


class Sent(NamedTuple):
    """A message that was answered: where it is, when it was first sent, and when it was answered."""

    timeline: int
    seq: int
    asked_at: int
    answered_at: int


class Process:
    """A process that sends, until it crashes; then another one is in its place, which knows nothing."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self._database = database
        self._clock = clock
        self.crashes = 0
        self.restart()

    def restart(self) -> None:
        self.database: Any = CrashingDatabase(self._database)
        self.writing = Writing(self.database, Timelines(self.database, self._clock), Outbox(Callbacks()))

    def restart_if_crashed(self) -> None:
        if self.database.is_crashed:
            self.crashes += 1
            self.restart()


class World:
    """People who write to each other through two processes, and what they were answered."""

    def __init__(self, database: Database, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = FakeClock()
        self.database = database
        self.processes = [Process(database, self.clock) for _ in range(2)]
        self.answered: dict[tuple[int, str], Sent] = {}
        self.created: dict[tuple[int, str], int] = {}
        self.asked: dict[tuple[int, str], int] = {}
        self.events = 0

    async def play(self) -> None:
        for _ in range(ROUNDS):
            for process in self.processes:
                if self.chance.random() < 0.4:
                    process.database.crash_in(self.chance.randint(1, 14))
            await asyncio.gather(*(self._send() for _ in range(self.chance.randint(1, MOST_AT_ONCE))))
            for process in self.processes:
                process.restart_if_crashed()
            self.clock.advance(self.chance.choice((0.001, 60, 90_000)))

    async def _send(self) -> None:
        sender, receiver = self.chance.randint(1, PEOPLE), self.chance.randint(1, PEOPLE)
        name = f"m{self.chance.randint(1, NAMES)}"
        # A client keeps the time of a message that it sends again.
        created = self.created.setdefault((sender, name), self.clock.now_ms())
        message = MsgData(
            sendID=str(sender), recvID=str(receiver), clientMsgID=name, createTime=created, content=b"{}", msgFrom=100
        )
        place = place_of(Form.CHAT, sender, receiver)
        draft = Draft(place, sender, self.clock.now_ms(), created, once_of(sender, name), b"")
        self.events += 1
        self.asked.setdefault((sender, name), self.events)
        process = self.chance.choice(self.processes)
        try:
            written = await process.writing.write(Outgoing(message, draft, receiver, is_admin=False, operation_id=""))
        except Crashed:
            return
        self._answer((sender, name), written)

    def _answer(self, key: tuple[int, str], written: Written) -> None:
        self.events += 1
        stored = written.stored
        first = self.answered.setdefault(key, Sent(stored.timeline, stored.seq, self.asked[key], self.events))
        assert (stored.timeline, stored.seq) == (first.timeline, first.seq), f"{key} was answered twice"

    async def check(self) -> None:
        rows = await self.database.fetch("select timeline, seq, sender_seq, body from messages order by timeline, seq")
        there: dict[tuple[int, str], tuple[int, int]] = {}
        seqs: dict[int, list[int]] = defaultdict(list)
        last_own: dict[tuple[int, int], int] = {}
        for timeline, seq, sender, body in ((row[0], row[1], row[2], row[3]) for row in rows):
            key = (sender, MsgData.FromString(bytes(body)).clientMsgID)
            assert key not in there, f"{key} is stored twice"
            there[key] = (timeline, seq)
            seqs[timeline].append(seq)
            last_own[sender, timeline] = seq
        for key, sent in self.answered.items():
            assert there.get(key) == (sent.timeline, sent.seq), f"{key} was answered, and is not there"
        for timeline, found in seqs.items():
            assert found == list(range(1, len(found) + 1)), f"timeline {timeline} has a gap: {found}"
        await self._check_order()
        await self._check_rows(seqs, last_own)

    async def _check_order(self) -> None:
        for one in self.answered.values():
            for other in self.answered.values():
                if one.timeline == other.timeline and one.answered_at < other.asked_at:
                    assert one.seq < other.seq, f"{one} was answered before {other} was sent"

    async def _check_rows(self, seqs: dict[int, list[int]], last_own: dict[tuple[int, int], int]) -> None:
        ends = await self.database.fetch("select timeline, max_seq, first_seq, second_seq from timelines")
        assert {row[0]: row[1] for row in ends} == {timeline: len(found) for timeline, found in seqs.items()}
        rows = await self.database.fetch("select owner_seq, timeline, read_seq from conversations where deleted = 0")
        members = {(owner, row[0]) for row in ends for owner in (row[2], row[3])}
        assert {(row[0], row[1]): row[2] for row in rows} == {each: last_own.get(each, 0) for each in members}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = await open_database(database_url)
    people = [User(user_id=str(number), nickname=str(number)) for number in range(1, PEOPLE + 1)]
    await opened.write(lambda tx: users.insert(tx, people), rows=PEOPLE)
    yield opened
    await opened.close()


@pytest.mark.parametrize("seed", SEEDS)
async def test_whatever_crashes_and_is_repeated_each_answered_message_is_there_once_in_its_order(database, seed):
    world = World(database, seed)
    await world.play()
    await world.check()
    assert world.answered
    assert all(process.crashes for process in world.processes), "no process has crashed"
