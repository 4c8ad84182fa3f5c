"""What the app answers to requests of every kind, right and wrong."""

import json
import logging
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.business import BeforeImportFriends, BusinessServer, current_delivery
from amity.business.admission import LOGGED_REFUSALS
from amity.wire.events.catalogue import payload
from amity.wire.webhooks import sign
from tests.support.fake_clock import FakeClock

COMMAND = "callbackBeforeImportFriendsCommand"
EVENT = BeforeImportFriends(owner_user_id="o", friend_user_ids=["a", "b"])
NOW = 1_700_000_000


def an_app(handler=lambda _: None, **options):
    app = BusinessServer(clock=FakeClock(NOW).now, **options)
    app.before_import_friends(handler)
    return app


def post(app, body=payload(EVENT), path="/" + COMMAND, headers=(), **options):  # noqa: B008 - bytes
    return app.handle_sync(headers, path, body, **options)


@pytest.mark.parametrize(
    "path",
    [
        f"/{COMMAND}",
        f"/callbackExample/{COMMAND}",
        f"/a/b/c/{COMMAND}/",
        f"/{COMMAND}?contenttype=json",
        f"/{COMMAND}?contenttype=json&command=callbackAfterImportFriendsCommand",
        COMMAND,
    ],
)
def test_the_last_part_of_the_path_names_the_callback(path):
    status, headers, body = post(an_app(), path=path)
    assert (status, headers["content-type"]) == (200, "application/json")
    assert json.loads(body) == {"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": 0}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 404),
        ("", 404),
        ("/callbackExample", 404),
        (f"/{COMMAND}/more", 404),
        ("/callbackAfterImportFriendsCommand", 404),
    ],
)
def test_an_unknown_callback_or_one_without_a_handler_is_not_found(path, status):
    assert post(an_app(), path=path).status == status


@pytest.mark.parametrize("path", ["/", "/callbackNobodyKnows", "/callbackAfterImportFriendsCommand", f"/{COMMAND}"])
def test_an_unsigned_request_is_refused_whatever_it_names(path):
    assert post(an_app(secret="a secret in plain text, long"), path=path).status == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "DELETE"])
def test_only_post_is_a_callback(method):
    reply = post(an_app(), method=method)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")


def test_a_body_over_the_limit_is_refused():
    assert post(an_app(body_limit=len(payload(EVENT)))).status == 200
    assert post(an_app(body_limit=len(payload(EVENT)) - 1)).status == 413


BAD_BODIES = [
    b"",
    b"{}",
    b"null",
    b"[]",
    b"not json",
    b"\xff\xfe",
    payload(EVENT)[:-1],
    payload(EVENT) + b"x",
    b'{"ownerUserID":"o","friendUserIDs":["a"]}',
    b'{"callbackCommand":"callbackAfterImportFriendsCommand","ownerUserID":"o","friendUserIDs":["a"]}',
    b'{"callbackCommand":1,"ownerUserID":"o","friendUserIDs":["a"]}',
    b'{"callbackCommand":"%s","ownerUserID":"o"}' % COMMAND.encode(),
    b'{"callbackCommand":"%s","ownerUserID":1,"friendUserIDs":["a"]}' % COMMAND.encode(),
    b'{"callbackCommand":"%s","ownerUserID":"o","friendUserIDs":"a"}' % COMMAND.encode(),
    b'{"callbackCommand":"%s","ownerUserID":"o","friendUserIDs":[null]}' % COMMAND.encode(),
    b'{"callbackCommand":"%s","ownerUserID":"\xff","friendUserIDs":[]}' % COMMAND.encode(),
    b'{"callbackCommand":"%s","ownerUserID":"\\ud800","friendUserIDs":[]}' % COMMAND.encode(),
    b'{"callbackCommand":"%s","extra":%s,"ownerUserID":"o","friendUserIDs":[]}'
    % (COMMAND.encode(), b"[" * 100_000 + b"]" * 100_000),
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_a_malformed_payload_is_refused_before_any_handler(body):
    called: list[Any] = []
    app = an_app(called.append)
    reply = post(app, body)
    assert reply.status == 400
    assert reply.body.startswith(f"malformed {COMMAND}: ".encode())
    assert called == []


@given(
    st.one_of(
        st.binary(max_size=300), st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
    )
)
def test_no_body_whatever_makes_the_app_raise(body):
    assert post(an_app(), body).status == 400


def test_no_refusal_is_json_as_openim_takes_any_json_object_for_an_approval():
    def failing(event):
        raise OSError

    replies = [
        post(an_app(), b"{}"),
        post(an_app(secret=SECRET)),
        post(an_app(), path="/x"),
        post(an_app(), method="GET"),
        post(an_app(body_limit=1)),
        post(an_app(failing)),
    ]
    assert {reply.status for reply in replies} == {400, 401, 404, 405, 413, 500}
    for reply in replies:
        assert reply.headers["content-type"] == "text/plain; charset=utf-8"
        with pytest.raises(json.JSONDecodeError):
            json.loads(reply.body)


def test_a_handler_that_raises_is_a_failure_whose_reason_stays_in_the_log(caplog):
    def failing(event):
        raise OSError("password of the database")

    reply = post(an_app(failing))
    assert (reply.status, reply.body) == (500, b"the handler of this callback failed")
    assert "password of the database" in caplog.text


# Signatures ------------------------------------------------------------------------------------------------------


SECRET = "the secret of these tests"


def signed(body=payload(EVENT), key=SECRET.encode()):  # noqa: B008 - bytes
    return {"Webhook-Id": "evt_1", "Webhook-Timestamp": str(NOW), "Webhook-Signature": sign(key, "evt_1", NOW, body)}


def test_with_a_secret_only_signed_requests_reach_a_handler():
    called: list[Any] = []
    app = an_app(called.append, secret=["the new one, of this month", SECRET])
    assert post(app).status == 401
    assert post(app, headers=signed(key=b"x")).status == 401
    assert called == []
    assert post(app, headers=signed()).status == 200
    assert called == [EVENT]


def test_the_signature_is_checked_over_the_raw_bytes():
    spaced = json.dumps(json.loads(payload(EVENT)), indent=2).encode()
    app = an_app(secret=SECRET)
    assert post(app, spaced, headers=signed(spaced)).status == 200
    assert post(app, spaced, headers=signed(payload(EVENT))).status == 401


def test_a_header_sent_twice_is_refused():
    headers = [*signed().items(), ("webhook-id", "evt_2")]
    assert post(an_app(secret=SECRET), headers=headers).body == b"signature: malformed webhook-id"


def test_a_body_signed_for_one_callback_is_no_good_for_another():
    # Both have the same fields; the signature covers the body, not the path.
    app = an_app(secret=SECRET)
    told: list[Any] = []
    app.after_import_friends(told.append)
    reply = post(app, path="/callbackAfterImportFriendsCommand", headers=signed())
    assert (reply.status, told) == (400, [])


def test_without_a_secret_signed_requests_are_taken_as_they_are():
    assert post(an_app(), headers=signed(key=b"of somebody")).status == 200


def test_a_refusal_is_logged_without_control_characters(caplog):
    caplog.set_level(logging.WARNING, "amity.business")
    post(an_app(), path="/evil\nname")
    assert [record.getMessage() for record in caplog.records] == [
        r"refused a request with 404: no such callback: 'evil\nname'"
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"Connection": "Upgrade", "Upgrade": "h2c"},
        {"connection": "keep-alive, UPGRADE"},
        {"upgrade": "websocket"},
        [("Connection", "close"), ("connection", "upgrade")],
        {"Transfer-Encoding": "chunked", "Content-Length": "3"},
    ],
)
async def test_a_request_whose_end_is_not_certain_is_refused_and_its_connection_closed(headers):
    called: list[Any] = []
    app = an_app(called.append)
    reply = await app.handle(headers, "/" + COMMAND, payload(EVENT))
    assert (reply.status, reply.headers["connection"]) == (400, "close")
    assert called == []
    # A header about the connection is not for WSGI applications to set.
    assert "connection" not in post(app, headers=headers).headers


def test_headers_that_nobody_looks_at_cost_little_however_many_there_are():
    many = [("x", "y" * 100)] * 200_000
    began = time.process_time()
    assert post(an_app(), headers=many).status == 200
    assert time.process_time() - began < 1


def test_an_operation_id_without_end_is_cut():
    seen: list[str] = []
    app = an_app(lambda _: seen.append(current_delivery().operation_id))
    assert post(app, headers={"operationID": "o" * 100_000}).status == 200
    assert seen == ["o" * 256]


def test_of_many_refusals_some_are_logged_and_the_others_counted(caplog, monkeypatch):
    caplog.set_level(logging.WARNING, "amity.business")
    clock = FakeClock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    app = an_app()
    for _ in range(500):
        post(app, path="/nowhere")
    assert len(caplog.records) == LOGGED_REFUSALS
    clock.advance(60)
    post(app, path="/nowhere")
    assert [record.getMessage() for record in caplog.records[LOGGED_REFUSALS:]] == [
        "refused 490 more requests in the meantime",
        "refused a request with 404: no such callback: 'nowhere'",
    ]
