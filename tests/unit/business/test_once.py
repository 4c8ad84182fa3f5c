"""After-events that are delivered several times and handled once."""

import asyncio
import threading
from typing import Any

import pytest

from amity.business import AfterImportFriends, BeforeImportFriends, BusinessServer, MemorySeen, SqliteSeen, TestClient
from amity.wire.events.catalogue import payload

EVENT = AfterImportFriends(owner_user_id="o", friend_user_ids=["a"])


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    if request.param == "memory":
        yield MemorySeen()
    else:
        with SqliteSeen(tmp_path / "seen.db") as opened:
            yield opened


@pytest.fixture
def settled(store, monkeypatch):
    """Is set once the store has noted that an event was handled."""
    noted = threading.Event()
    original = store.done

    def done(event_id):
        original(event_id)
        noted.set()

    monkeypatch.setattr(store, "done", done)
    return noted


async def deliver(app, event_id="evt_1"):
    body = payload(EVENT)
    return await app.handle(TestClient(app).headers(body, event_id=event_id), "/" + EVENT.command, body)


async def test_an_event_delivered_again_is_accepted_but_not_handled_again(store):
    handled: list[Any] = []
    app = BusinessServer(secret="the secret of these tests", seen=store)
    app.after_import_friends(handled.append)
    assert [(await deliver(app)).status for _ in range(3)] == [200] * 3
    assert (await deliver(app, "evt_2")).status == 200
    assert handled == [EVENT, EVENT]


def test_the_same_holds_without_a_loop(store):
    handled: list[Any] = []
    app = BusinessServer(seen=store)
    app.after_import_friends(handled.append)
    for event_id in ("evt_1", "evt_1", "evt_2"):
        TestClient(app).send(EVENT, event_id=event_id)
    assert len(handled) == 2


async def test_a_handler_that_raised_is_called_again(store):
    attempts: list[Any] = []
    app = BusinessServer(seen=store)

    @app.after_import_friends
    async def flaky(event):
        attempts.append(event)
        if len(attempts) < 3:
            raise OSError

    assert [(await deliver(app)).status for _ in range(4)] == [500, 500, 200, 200]
    assert len(attempts) == 3


async def test_duplicates_at_once_do_not_run_twice(store):
    started, release = asyncio.Event(), asyncio.Event()
    runs: list[Any] = []
    app = BusinessServer(seen=store)

    @app.after_import_friends
    async def slow(event):
        runs.append(event)
        started.set()
        await release.wait()

    first = asyncio.create_task(deliver(app))
    await started.wait()
    second = await deliver(app)
    assert (second.status, second.headers["retry-after"]) == (503, "5")
    release.set()
    assert (await first).status == 200
    assert (await deliver(app)).status == 200
    assert len(runs) == 1


@pytest.mark.parametrize("kind", ["plain", "async"])
async def test_an_event_whose_request_was_cancelled_is_handled_to_its_end(store, settled, kind):
    started, release = threading.Event(), threading.Event()
    done: list[Any] = []
    app = BusinessServer(seen=store)

    def plain(event):
        started.set()
        assert release.wait(30)
        done.append(event)

    async def asynchronous(event):
        await asyncio.to_thread(plain, event)

    app.after_import_friends(plain if kind == "plain" else asynchronous)
    request = asyncio.create_task(deliver(app))
    await asyncio.to_thread(started.wait, 30)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert (await deliver(app)).status == 503
    release.set()
    assert await asyncio.to_thread(settled.wait, 30)
    assert (await deliver(app)).status == 200
    assert done == [EVENT]


async def test_before_events_are_asked_every_time(store):
    asked: list[Any] = []
    app = BusinessServer(seen=store)
    app.before_import_friends(asked.append)
    event = BeforeImportFriends(owner_user_id="o", friend_user_ids=["a"])
    for _ in range(2):
        await TestClient(app).send_async(event, event_id="evt_1")
    assert len(asked) == 2


@pytest.mark.parametrize("event_id", [None, "", "two ids", "x" * 300])
async def test_events_without_a_usable_id_are_handled_every_time(store, event_id):
    # Real OpenIM servers send none.
    handled: list[Any] = []
    app = BusinessServer(seen=store)
    app.after_import_friends(handled.append)
    headers = {} if event_id is None else {"webhook-id": event_id}
    for _ in range(2):
        assert (await app.handle(headers, EVENT.command, payload(EVENT))).status == 200
    assert len(handled) == 2


class BrokenStore(MemorySeen):
    def __init__(self, broken):
        super().__init__()
        self.broken = broken

    def claim(self, event_id):
        if self.broken == "claim":
            raise OSError("disk full")
        return super().claim(event_id)

    def done(self, event_id):
        raise OSError("disk full")


async def test_a_store_that_cannot_claim_is_a_failure_and_nothing_runs(caplog):
    handled: list[Any] = []
    app = BusinessServer(seen=BrokenStore("claim"))
    app.after_import_friends(handled.append)
    reply = await deliver(app)
    assert (reply.status, handled) == (500, [])
    assert b"disk" not in reply.body
    assert "disk full" in caplog.text


async def test_a_store_that_cannot_note_a_success_does_not_turn_it_into_a_failure(caplog):
    handled: list[Any] = []
    app = BusinessServer(seen=BrokenStore("done"))
    app.after_import_friends(handled.append)
    assert (await deliver(app)).status == 200
    assert handled == [EVENT]
    assert "disk full" in caplog.text
