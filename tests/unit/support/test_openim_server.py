"""The stand-in for OpenIM's server: what it posts, and when it gives up, drops and refuses."""

import asyncio
import gzip
import json

import pytest

from tests.support.behaviour import Answer, HangUp, Silence
from tests.support.business_server import BusinessServer
from tests.support.openim_answers import GoesOn, Refuses
from tests.support.openim_server import OpenImServer
from tests.support.recorded_callbacks import is_after, recorded_requests

REMARK = {"callbackCommand": "callbackBeforeSetFriendRemarkCommand", "ownerUserID": "a", "remark": "r"}


def openim(app, **settings):
    return OpenImServer(f"http://127.0.0.1:{app.port}/any/path", **settings)


async def asked(app, **settings):
    """Return what becomes of an action whose callback an app's server answers."""
    async with openim(app, **settings) as server:
        return await server.ask("callbackBeforeSetFriendRemarkCommand", REMARK)


async def test_recorded_requests_are_posted_as_they_were():
    async with BusinessServer() as app, openim(app) as server:
        for request in recorded_requests():
            assert await server.replay(request) is None or not is_after(request.command)
            await server.settle()
        for request, received in zip(recorded_requests(), app.requests, strict=True):
            query = f"?{received.query_string}" if received.query_string else ""
            assert (received.method, received.path + query) == ("POST", f"/any/path{request.target}")
            assert received.body == request.body
            assert request.headers.items() <= {name.title(): value for name, value in received.headers.items()}.items()


async def test_a_request_names_the_client_and_takes_a_compressed_answer():
    async with BusinessServer() as app:
        zipped = gzip.compress(b'{"remark": "other"}')
        app.reaction = Answer(zipped, headers={"Content-Encoding": "gzip"})
        assert await asked(app) == GoesOn({"remark": "other"})
        (received,) = app.requests
        assert received.headers["accept-encoding"] == "gzip"
        assert received.headers["user-agent"] == "Go-http-client/1.1"


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_an_answer_counts_whatever_its_status(status):
    async with BusinessServer(Answer({"nextCode": 1, "errCode": 5001, "errMsg": "no"}, status)) as app:
        assert await asked(app) == Refuses(5001, "no", "")


@pytest.mark.parametrize(
    ("behaviour", "timeout", "reason"), [(HangUp(), 5, "EOF"), (Silence(), 0.01, "context deadline exceeded")]
)
async def test_no_answer_refuses(behaviour, timeout, reason):
    async with BusinessServer(behaviour) as app:
        outcome = await asked(app, timeout=timeout)
    assert isinstance(outcome, Refuses)
    assert (outcome.code, outcome.message) == (90004, "NetworkError")
    assert reason in outcome.detail


async def test_a_server_that_does_not_listen_refuses():
    async with BusinessServer() as app:
        pass
    outcome = await asked(app)
    assert isinstance(outcome, Refuses)
    assert outcome.code == 90004
    assert "connection refused" in outcome.detail


@pytest.mark.parametrize(("timeout", "kept"), [(5, 5), (60, 15), (0, 15)])
def test_no_timeout_is_longer_than_the_client_s(timeout, kept):
    assert OpenImServer("http://127.0.0.1:1", timeout=timeout).timeout == kept


async def test_after_callbacks_that_find_no_room_are_dropped():
    answered = asyncio.Event()
    async with BusinessServer(Answer(after=answered)) as app, openim(app, wait_for_room=0.001) as server:
        target = "callbackAfterSetFriendRemarkCommand"
        taken = [await server.tell(target, {"n": number}) for number in range(2)]
        await app.wait_for(2)  # both workers wait for their answers
        taken += [await server.tell(target, {"n": number}) for number in range(2, 105)]
        assert taken == [True] * 102 + [False] * 3
        answered.set()
        await server.settle()
        assert (server.posted, server.failed, server.dropped) == (102, 0, 3)
        assert sorted(json.loads(each.body)["n"] for each in app.requests) == list(range(102))


async def test_an_after_callback_that_fails_is_not_posted_again():
    async with BusinessServer(HangUp()) as app, openim(app) as server:
        await server.tell("callbackAfterSetFriendRemarkCommand", {})
        await server.settle()
        assert (server.posted, server.failed) == (0, 1)
        assert len(app.requests) == 1
