"""How much of what has changed a client is given at once, and when it is told of the rest."""

import asyncio

import pytest

from amity.api.operation import Call
from amity.relations.parts import PART, Parts
from amity.sync.lists import MOST_CHANGES
from tests.support.recording_push import RecordingPush

ANN = Call(operation_id="op", user_id="ann", platform_id=7)


class Seconds:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Seconds()


@pytest.fixture
def parts(clock):
    return Parts(RecordingPush(["ann"]), clock)


def test_a_core_that_is_connected_gets_a_part(parts):
    assert parts.room(ANN, "ann") == PART


@pytest.mark.parametrize(
    ("call", "owner"),
    [
        (Call(operation_id="op", user_id="bob", platform_id=7), "bob"),
        (Call(operation_id="op", user_id="imAdmin", platform_id=10, is_admin=True), "ann"),
    ],
    ids=["not connected", "an administrator"],
)
def test_whoever_is_no_connected_core_gets_everything(parts, call, owner):
    assert parts.room(call, owner) == MOST_CHANGES


async def test_a_core_is_told_at_once_that_there_is_more_until_it_has_had_two_parts(parts):
    told = []
    parts.gave(ANN, "ann", PART, lambda: told.append(1))
    assert told == [1]
    parts.gave(ANN, "ann", PART, lambda: told.append(2))
    assert told == [1]
    assert parts.room(ANN, "ann") == 0


async def test_what_a_core_gets_grows_again_with_time(parts, clock):
    parts.gave(ANN, "ann", 2 * PART, None)
    clock.now += 0.5
    assert parts.room(ANN, "ann") == PART / 2
    clock.now += 60
    assert parts.room(ANN, "ann") == PART


async def test_a_core_that_has_had_two_parts_is_told_of_more_in_a_second_and_once(parts, monkeypatch):
    delays = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_later", lambda delay, call: delays.append((delay, call)))
    told = []
    for _ in range(3):
        parts.gave(ANN, "ann", PART, lambda: told.append("more"))
    ((delay, call),) = delays
    assert delay == pytest.approx(1.0, abs=0.01)
    call()
    assert told == ["more", "more"]


async def test_devices_do_not_share_what_they_are_given(parts):
    parts.gave(ANN, "ann", 2 * PART, None)
    assert parts.room(Call(operation_id="op", user_id="ann", platform_id=5), "ann") == PART


async def test_what_is_kept_of_devices_is_bounded(clock):
    parts = Parts(RecordingPush(), clock)
    for number in range(5000):
        clock.now += 0.1
        parts.gave(Call(operation_id="op", user_id=f"u{number}", platform_id=7), f"u{number}", 1, None)
    assert len(parts._given) <= 1024
