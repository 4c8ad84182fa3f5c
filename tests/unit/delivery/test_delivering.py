"""Messages that wait for the business server before they are pushed: in order, bounded, given up at the end."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from amity.callbacks.asking.asker import NOT_ANSWERED
from amity.delivery import delivering as module
from amity.delivery.delivering import Delivering
from amity.wire.events.pushes import BeforeOnlinePush
from amity.wire.proto.sdkws_pb2 import MsgData


class Before:
    """Is on for online pushes, and answers when it is let."""

    def __init__(self) -> None:
        self.let = asyncio.Event()
        self.asked: asyncio.Queue[str] = asyncio.Queue()

    def enabled(self, event_type: type) -> bool:
        return event_type is BeforeOnlinePush

    def wants(self, event_type: type, subject: Any) -> bool:
        return self.enabled(event_type)

    async def ask(self, event: BeforeOnlinePush, operation_id: str) -> Any:
        self.asked.put_nowait(event.client_msg_id)
        await self.let.wait()
        return NOT_ANSWERED


@pytest.fixture
def parts() -> Any:
    pushed: asyncio.Queue[str] = asyncio.Queue()
    push: Any = SimpleNamespace(
        message=lambda users, conversation, message, operation_id: pushed.put_nowait(message.decode()),
        message_again=lambda user, connection, conversation, message, operation_id: pushed.put_nowait(
            f"{message.decode()} to {connection}"
        ),
        has_phone=lambda user_id: True,
    )
    before: Any = Before()
    return SimpleNamespace(delivering=Delivering(push, before), before=before, pushed=pushed)


def deliver(parts: Any, number: int, conversation: str = "si_ann_bob") -> None:
    message = MsgData(sendID="ann", recvID="bob", clientMsgID=f"{number}", contentType=101)
    parts.delivering.deliver(["bob", "ann"], conversation, message, message.clientMsgID.encode(), "op")


async def first(queue: "asyncio.Queue[str]", count: int) -> list[str]:
    async with asyncio.timeout(5):
        return [await queue.get() for _ in range(count)]


async def test_messages_of_a_conversation_are_asked_about_one_after_the_other(parts):
    for number in range(3):
        deliver(parts, number)
    assert await first(parts.before.asked, 1) == ["0"]
    assert parts.before.asked.empty()
    assert parts.pushed.empty()
    parts.before.let.set()
    assert await first(parts.pushed, 3) == ["0", "1", "2"]
    assert await first(parts.before.asked, 2) == ["1", "2"]


async def test_what_waits_is_bounded_and_there_is_room_again_afterwards(parts, monkeypatch):
    monkeypatch.setattr(module, "MOST_WAITING", 2)
    deliver(parts, 0)
    await first(parts.before.asked, 1)
    for number in range(1, 5):
        deliver(parts, number)
    parts.before.let.set()
    await first(parts.pushed, 3)
    deliver(parts, 5)
    assert await first(parts.pushed, 1) == ["5"]


async def test_one_conversation_leaves_room_for_the_others(parts, monkeypatch):
    monkeypatch.setattr(module, "MOST_OF_ONE", 2)
    for number in range(5):
        deliver(parts, number)
    deliver(parts, 9, "si_ann_cid")
    assert sorted(await first(parts.before.asked, 2)) == ["0", "9"]
    parts.before.let.set()
    assert sorted(await first(parts.pushed, 3)) == ["0", "1", "9"]
    await parts.delivering.stop()
    assert parts.pushed.empty()


async def test_what_nobody_is_asked_about_does_not_overtake_what_waits(parts):
    message = MsgData(sendID="ann", recvID="bob", contentType=1701)
    parts.delivering.follow(["bob"], "si_ann_bob", message, b"first", "op")
    assert await first(parts.pushed, 1) == ["first"]
    deliver(parts, 0)
    await first(parts.before.asked, 1)
    parts.delivering.follow(["bob"], "si_ann_bob", message, b"then", "op")
    parts.delivering.again("ann", "c1", "si_ann_bob", message, b"again", "op")
    assert parts.pushed.empty()
    parts.before.let.set()
    assert await first(parts.pushed, 3) == ["0", "then", "again to c1"]
    assert parts.before.asked.empty()


async def test_what_waits_is_given_up_at_the_end(parts):
    for number in range(3):
        deliver(parts, number)
    await first(parts.before.asked, 1)
    await parts.delivering.stop()
    assert parts.pushed.empty()
    assert parts.before.asked.empty()
