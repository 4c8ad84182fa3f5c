"""Handlers of every kind: plain and async, right, wrong and raising."""

import asyncio
import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from amity.business import (
    Allow,
    BeforeImportFriends,
    BusinessServer,
    Reject,
    ReplaceFriends,
    TestClient,
    current_delivery,
)
from amity.wire.events.catalogue import payload
from tests.support.fake_clock import FakeClock

COMMAND = "callbackBeforeImportFriendsCommand"
EVENT = BeforeImportFriends(owner_user_id="o", friend_user_ids=["a", "b"])
NOW = 1_700_000_000


def an_app(handler=lambda _: None, **options):
    app = BusinessServer(clock=FakeClock(NOW).now, **options)
    app.before_import_friends(handler)
    return app


class Callable:
    async def __call__(self, event):
        return Reject(7001)


async def asynchronous(event):
    return Reject(7001)


HANDLERS = [lambda _: Reject(7001), asynchronous, Callable(), lambda event: asynchronous(event)]  # noqa: PLW0108 - is no coroutine function


@pytest.mark.parametrize("handler", HANDLERS, ids=["plain", "async", "async object", "returns a coroutine"])
async def test_plain_and_async_handlers_decide_alike(handler):
    assert await TestClient(an_app(handler)).send_async(EVENT) == Reject(7001)


@pytest.mark.parametrize("handler", HANDLERS, ids=["plain", "async", "async object", "returns a coroutine"])
def test_plain_and_async_handlers_decide_alike_without_a_loop(handler):
    assert TestClient(an_app(handler)).send(EVENT) == Reject(7001)


async def test_a_blocking_handler_does_not_hold_up_the_loop():
    release = threading.Event()

    def blocking(event):
        assert release.wait(30)

    waiting = asyncio.create_task(an_app(blocking).handle({}, COMMAND, payload(EVENT)))
    assert (await an_app().handle({}, COMMAND, payload(EVENT))).status == 200
    assert not waiting.done()
    release.set()
    assert (await waiting).status == 200


async def test_a_cancellation_that_a_handler_lets_through_is_its_failure():
    async def cancelled(event):
        raise asyncio.CancelledError

    assert (await an_app(cancelled).handle({}, COMMAND, payload(EVENT))).status == 500


def test_so_is_it_without_a_loop():
    async def cancelled(event):
        raise asyncio.CancelledError

    def cancelled_in_a_loop_of_its_own(event):
        asyncio.run(cancelled(event))

    for handler in (cancelled, cancelled_in_a_loop_of_its_own):
        assert an_app(handler).handle_sync({}, COMMAND, payload(EVENT)).status == 500


@pytest.mark.filterwarnings("error")
async def test_an_async_handler_is_refused_where_the_caller_runs_a_loop_and_the_log_says_what_to_call(caplog):
    called: list[str] = []

    async def note(event):
        called.append("called")

    for handler in (note, lambda event: note(event)):  # noqa: PLW0108 - is no coroutine function
        assert an_app(handler).handle_sync({}, COMMAND, payload(EVENT)).status == 500
    assert "await handle() instead of handle_sync()" in caplog.text
    with pytest.raises(RuntimeError, match=r"send_async\(\) instead of send\(\)"):
        TestClient(an_app(note)).send(EVENT)
    gc.collect()  # a coroutine that nobody awaited would warn
    assert not called
    assert an_app().handle_sync({}, COMMAND, payload(EVENT)).status == 200


async def test_a_handler_knows_its_delivery():
    seen: list[Any] = []
    headers = TestClient(an_app(secret="the secret of these tests")).headers(
        payload(EVENT), event_id="evt_1", operation_id="op 1"
    )
    for handler in (lambda _: seen.append(current_delivery()), asynchronous_note(seen)):
        for options in ({"secret": "the secret of these tests"}, {}):
            assert (await an_app(handler, **options).handle(headers, COMMAND, payload(EVENT))).status == 200
    assert {(each.operation_id, each.event_id) for each in seen} == {("op 1", "evt_1")}
    assert [each.signed for each in seen] == [True, False] * 2
    with pytest.raises(LookupError):
        current_delivery()


def asynchronous_note(seen):
    async def note(event):
        seen.append(current_delivery())

    return note


def test_allow_is_the_verdict_of_a_handler_that_returns_nothing():
    assert TestClient(an_app()).send(EVENT) == Allow()


@pytest.mark.parametrize("error", [StopIteration, KeyError, RecursionError, TimeoutError, StopAsyncIteration])
async def test_every_exception_of_a_handler_is_a_failure_and_never_hangs(error):
    def failing(event):
        raise error

    async def failing_later(event):
        raise error

    for handler in (failing, failing_later):
        reply = await an_app(handler).handle({}, "/" + COMMAND, payload(EVENT))
        assert reply.status == 500
        assert post_in_thread(an_app(handler)).status == 500


def post_in_thread(app):
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(app.handle_sync, {}, COMMAND, payload(EVENT)).result()


@pytest.mark.parametrize("verdict", [True, {"nextCode": 1}, ReplaceFriends([1])])  # type: ignore[list-item]
def test_a_wrong_return_value_is_a_failure_not_an_approval(verdict):
    assert an_app(lambda _: verdict).handle_sync({}, COMMAND, payload(EVENT)).status == 500
