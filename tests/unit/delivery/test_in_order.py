"""What is told of commits, in their order."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from amity.delivery import in_order
from amity.delivery.in_order import InOrder, Turn


class Committing:
    """A transaction that is committed when the test says so."""

    def __init__(self) -> None:
        self.follow: Callable[[], object] = lambda: None

    def after_commit(self, follow: Callable[[], object]) -> None:
        self.follow = follow


@pytest.fixture
def told() -> list[Any]:
    return []


def committed(order: InOrder, timeline: int, tell: Callable[[], object]) -> Turn:
    tx: Any = Committing()
    turn = order.turn(tx, timeline, tell)
    tx.follow()
    return turn


async def test_what_was_committed_first_is_told_first_whoever_is_answered_first(told):
    order = InOrder()
    first = committed(order, 1, lambda: told.append("first"))
    second = committed(order, 1, lambda: told.append("second"))
    second.now()
    first.now()
    assert told == ["first", "second"]


async def test_timelines_do_not_wait_for_each_other(told):
    order = InOrder()
    committed(order, 1, lambda: told.append("one"))
    committed(order, 2, lambda: told.append("other")).now()
    assert told == ["other"]


async def test_what_fails_to_be_told_keeps_nothing_from_being_told(told):
    order = InOrder()
    committed(order, 1, lambda: 1 / 0)
    committed(order, 1, lambda: told.append("second")).now()
    assert told == ["second"]


async def test_what_was_rolled_back_is_never_told(told):
    order = InOrder()
    tx: Any = Committing()
    turn = order.turn(tx, 1, lambda: told.append("rolled back"))
    committed(order, 1, lambda: told.append("committed")).now()
    turn.now()
    assert told == ["committed"]


async def test_what_nobody_tells_is_told_after_a_while(told, monkeypatch):
    monkeypatch.setattr(in_order, "LATEST_SECONDS", 0.01)
    came = asyncio.Event()
    committed(InOrder(), 1, came.set)
    async with asyncio.timeout(5):
        await came.wait()
