"""The ASGI protocol, spoken by hand."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from amity.business import BeforeImportFriends, BusinessServer, asgi
from amity.wire.events.catalogue import payload

EVENT = BeforeImportFriends(owner_user_id="o", friend_user_ids=["a"])


def an_app(**options):
    app = BusinessServer(**options)
    app.before_import_friends(lambda _: None)
    return app


async def call(app, messages, *, method="POST", path="/" + EVENT.command, headers=(), root_path=""):
    scope = {"type": "http", "method": method, "path": path, "root_path": root_path, "headers": list(headers)}
    incoming, sent = iter(messages), []

    async def receive():
        return next(incoming)

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    assert list(incoming) == [] or sent[0]["status"] == 413
    return sent


def request(body, more=False):
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_pieces_is_put_together():
    body = payload(EVENT)
    pieces = [request(body[i : i + 1], more=True) for i in range(len(body))]
    start, end = await call(an_app(), [*pieces, {"type": "http.request"}])
    assert start["status"] == 200
    headers = dict(start["headers"])
    assert headers[b"content-type"] == b"application/json"
    assert headers[b"content-length"] == str(len(end["body"])).encode()


async def test_below_a_mount_the_last_part_of_the_path_still_names_the_callback():
    start, _ = await call(an_app(), [request(payload(EVENT))], path="/im/" + EVENT.command, root_path="/im")
    assert start["status"] == 200


@pytest.mark.parametrize(
    ("headers", "messages"),
    [
        ([(b"content-length", b"1001")], []),
        ([], [request(b"x" * 600, more=True), request(b"x" * 401, more=True)]),
        ([(b"content-length", b"5")], [request(b"x" * 1001)]),
    ],
)
async def test_a_body_over_the_limit_is_refused_as_soon_as_that_is_known(headers, messages):
    start, _ = await call(an_app(body_limit=1000), [*messages, request(b"never read")], headers=headers)
    assert start["status"] == 413
    assert (b"connection", b"close") in start["headers"]


async def test_the_limit_is_8_mib():
    body = payload(EVENT)
    at_limit = body + b" " * (8 * 1024 * 1024 - len(body))
    assert (await call(an_app(), [request(at_limit)]))[0]["status"] == 200
    assert (await call(an_app(), [request(at_limit + b" ")]))[0]["status"] == 413


async def test_a_body_that_does_not_come_is_waited_for_no_longer_than_its_time(monkeypatch):
    monkeypatch.setattr(asgi, "BODY_SECONDS", 0.05)
    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/" + EVENT.command, "headers": []}
    await an_app()(scope, asyncio.Event().wait, send)
    assert (sent[0]["status"], sent[1]["body"]) == (408, b"the body was not there after 0 s")
    assert (b"connection", b"close") in sent[0]["headers"]


async def test_an_upgrade_is_refused_before_anything_is_read():
    headers = [(b"connection", b"Upgrade"), (b"upgrade", b"h2c")]
    start, _ = await call(an_app(), [], headers=headers)
    assert start["status"] == 400
    assert (b"connection", b"close") in start["headers"]


async def test_a_client_that_leaves_gets_no_answer():
    assert await call(an_app(), [request(b"{", more=True), {"type": "http.disconnect"}]) == []


async def test_get_is_405_and_says_post():
    start, _ = await call(an_app(), [request(b"")], method="GET")
    assert start["status"] == 405
    assert (b"allow", b"POST") in start["headers"]


async def test_a_websocket_is_closed():
    sent = []

    async def send(message):
        sent.append(message)

    await an_app()({"type": "websocket", "path": "/"}, None, send)
    assert sent == [{"type": "websocket.close", "code": 1000}]


async def live(app):
    incoming, sent = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]), []

    async def receive():
        return next(incoming)

    async def send(message):
        sent.append(message)

    try:
        await app({"type": "lifespan"}, receive, send)
    except OSError:
        sent.append("raised")
    return sent


async def test_the_lifespan_is_answered():
    assert await live(an_app()) == [{"type": "lifespan.startup.complete"}, {"type": "lifespan.shutdown.complete"}]


async def test_what_the_app_needs_is_opened_before_it_starts_and_closed_after():
    steps = []

    @asynccontextmanager
    async def database():
        steps.append("open")
        yield
        steps.append("closed")

    assert len(await live(an_app(lifespan=database))) == 2
    assert steps == ["open", "closed"]


@pytest.mark.parametrize("phase", ["startup", "shutdown"])
async def test_a_lifespan_that_fails_says_so(phase):
    @asynccontextmanager
    async def broken():
        if phase == "startup":
            raise OSError("no database")
        yield
        raise OSError("no database")

    sent = await live(an_app(lifespan=broken))
    assert sent[-2:] == [{"type": f"lifespan.{phase}.failed", "message": "OSError: no database"}, "raised"]
