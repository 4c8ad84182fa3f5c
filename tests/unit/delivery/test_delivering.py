"""Messages that wait for the business server before they are pushed: in order, bounded, given up at the end."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from amity import metrics
from amity.callbacks.asking.asker import NOT_ANSWERED
from amity.delivery import waiting as module
from amity.delivery.delivering import Delivering
from amity.wire.events.pushes import BeforeOfflinePush, BeforeOnlinePush
from amity.wire.proto.sdkws_pb2 import MsgData


class Before:
    """Is on for pushes to clients, or to phones, and answers when it is let."""

    def __init__(self, on: type = BeforeOnlinePush) -> None:
        self.on = on
        self.let = asyncio.Event()
        self.asked: asyncio.Queue[str] = asyncio.Queue()

    def enabled(self, event_type: type) -> bool:
        return event_type is self.on

    def wants(self, event_type: type, subject: Any) -> bool:
        return self.enabled(event_type)

    async def ask(self, event: Any, operation_id: str) -> Any:
        self.asked.put_nowait(event.client_msg_id)
        await self.let.wait()
        return NOT_ANSWERED


def body(name: str) -> bytes:
    """A message as clients are sent it."""
    return MsgData(clientMsgID=name).SerializeToString()


def name_of(message: bytes) -> str:
    return MsgData.FromString(message).clientMsgID


def delivering(before: Any, *, has_phone: bool) -> Any:
    pushed: asyncio.Queue[str] = asyncio.Queue()
    push: Any = SimpleNamespace(
        message=lambda users, conversation, message, operation_id, **_: pushed.put_nowait(name_of(message)),
        message_again=lambda user, connection, conversation, message, operation_id: pushed.put_nowait(
            f"{name_of(message)} to {connection}"
        ),
        has_phone=lambda user_id: has_phone,
    )
    return SimpleNamespace(delivering=Delivering(push, before), before=before, pushed=pushed)


@pytest.fixture
def parts() -> Any:
    return delivering(Before(), has_phone=True)


@pytest.fixture
def phones() -> Any:
    """As ``parts``, where the business server is asked about phones alone, and nobody has one connected."""
    return delivering(Before(BeforeOfflinePush), has_phone=False)


def deliver(parts: Any, number: int, conversation: str = "si_ann_bob") -> None:
    message = MsgData(sendID="ann", recvID="bob", clientMsgID=f"{number}", contentType=101)
    parts.delivering.deliver(["bob", "ann"], conversation, message, body(f"{number}"), "op")


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
    parts.delivering.follow(["bob"], "si_ann_bob", message, body("first"), "op")
    assert await first(parts.pushed, 1) == ["first"]
    deliver(parts, 0)
    await first(parts.before.asked, 1)
    parts.delivering.follow(["bob"], "si_ann_bob", message, body("then"), "op")
    parts.delivering.again("ann", "c1", "si_ann_bob", message, body("again"), "op")
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


async def test_clients_do_not_wait_for_what_is_asked_about_phones(phones):
    for number in range(3):
        deliver(phones, number)
    assert [phones.pushed.get_nowait() for _ in range(3)] == ["0", "1", "2"]
    assert await first(phones.before.asked, 1) == ["0"]
    assert phones.before.asked.empty()
    phones.before.let.set()
    assert await first(phones.before.asked, 2) == ["1", "2"]


async def test_clients_are_pushed_all_though_too_many_wait_for_phones(phones, monkeypatch):
    monkeypatch.setattr(module, "MOST_OF_ONE", 2)
    given_up = metrics.pushes_given_up_total.labels("phones")
    before = given_up._value.get()
    for number in range(5):
        deliver(phones, number)
    assert await first(phones.pushed, 5) == ["0", "1", "2", "3", "4"]
    assert given_up._value.get() == before + 3
    phones.before.let.set()
    assert await first(phones.before.asked, 2) == ["0", "1"]
    await phones.delivering.stop()
    assert phones.before.asked.empty()


async def test_what_waits_for_phones_is_given_up_at_the_end(phones):
    for number in range(3):
        deliver(phones, number)
    await first(phones.before.asked, 1)
    await phones.delivering.stop()
    assert phones.before.asked.empty()
