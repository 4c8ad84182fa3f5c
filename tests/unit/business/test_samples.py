"""Samples: callbacks with which somebody tries the app, and that tell of nothing that happened."""

import json
import logging

from amity.business import (
    AfterImportFriends,
    BeforeImportFriends,
    BusinessServer,
    MemorySeen,
    Reject,
    TestClient,
    current_delivery,
)
from amity.wire.events.catalogue import payload

AFTER = AfterImportFriends(owner_user_id="o", friend_user_ids=["a"])
BEFORE = BeforeImportFriends(owner_user_id="o", friend_user_ids=["a"])
SAMPLE = "amity-sample-1"
SECRET = "the secret of these tests"


def an_app(**options):
    """An app with both handlers; what they were given, as samples or not, is in the list beside it."""
    app = BusinessServer(**options)
    called: list[tuple[str, bool]] = []
    app.after_import_friends(lambda _: called.append(("after", current_delivery().is_sample)))

    @app.before_import_friends
    def decide(event):
        called.append(("before", current_delivery().is_sample))
        return Reject(5001)

    return app, called


def answer(app, event, event_id):
    body = payload(event)
    return app.handle_sync(TestClient(app).headers(body, event_id=event_id), "/" + event.command, body)


def test_a_sample_of_an_after_event_is_taken_and_its_handler_not_called(caplog):
    caplog.set_level(logging.INFO, "amity.business")
    for options in ({}, {"secret": SECRET}):
        app, called = an_app(**options)
        reply = answer(app, AFTER, SAMPLE)
        assert (reply.status, json.loads(reply.body)["errMsg"]) == (200, "a sample: the handler was not called")
        assert not called
    assert "a sample; the handler was not called" in caplog.text


async def test_so_is_it_on_an_event_loop():
    app, called = an_app(secret=SECRET)
    await TestClient(app).send_async(AFTER, event_id=SAMPLE)
    assert not called


def test_a_sample_of_a_before_event_is_decided_and_the_handler_can_know():
    app, called = an_app(secret=SECRET)
    assert TestClient(app).send(BEFORE, event_id=SAMPLE) == Reject(5001)
    assert TestClient(app).send(BEFORE) == Reject(5001)
    assert called == [("before", True), ("before", False)]


def test_an_app_that_asks_for_samples_gets_them():
    app, called = an_app(handle_samples=True, seen=MemorySeen())
    TestClient(app).send(AFTER, event_id=SAMPLE)
    TestClient(app).send(AFTER)
    assert called == [("after", True), ("after", False)]


def test_only_the_id_that_is_signed_makes_a_sample():
    app, called = an_app(secret=SECRET)
    body = payload(AFTER)
    headers = TestClient(app).headers(body, event_id="evt_1", operation_id=SAMPLE)
    assert app.handle_sync(headers, "/" + AFTER.command, body).status == 200
    assert called == [("after", False)]
    swallowed = app.handle_sync(headers | {"webhook-id": SAMPLE}, "/" + AFTER.command, body)
    assert swallowed.status == 401


def test_a_sample_is_checked_like_everything_else():
    app = BusinessServer()
    assert answer(app, AFTER, SAMPLE).status == 404
    app, called = an_app()
    assert TestClient(app).post(AFTER.command, b"{}", {"webhook-id": SAMPLE}).status == 400
    assert not called
