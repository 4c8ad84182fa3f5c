"""Which failures of a server are waited out, and for how long."""

import pytest

from amity.client import UnexpectedAnswer
from amity.errors import Code, ImError
from amity.http.client import HttpFailure
from amity.importing import retrying
from amity.importing.retrying import Retrying, Unreachable


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch):
    monkeypatch.setattr(retrying, "FIRST_PAUSE", 0.001)
    monkeypatch.setattr(retrying, "LONGEST_PAUSE", 0.002)


class Server:
    """Fails with each of these in turn, then answers."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.calls = 0

    async def __call__(self):
        self.calls += 1
        if self.failures:
            raise self.failures.pop(0)
        return "answer"


@pytest.mark.parametrize(
    "failure",
    [
        HttpFailure("did not answer in time", timed_out=True),
        UnexpectedAnswer(502, "answered with the HTTP status 502"),
        UnexpectedAnswer(429, "answered with the HTTP status 429"),
        ImError(Code.DATABASE),
        ImError(Code.SERVER_INTERNAL),
    ],
    ids=str,
)
async def test_a_failure_that_passes_is_waited_out_and_told_once(failure):
    told: list[str | None] = []
    server = Server(failure, failure, failure)
    assert await Retrying(10, told.append).call(server) == "answer"
    assert server.calls == 4
    assert len(told) == 2
    assert str(told[0]).startswith("the server ")
    assert told[1] is None


@pytest.mark.parametrize("failure", [HttpFailure("did not answer in time"), ImError(Code.DATABASE)], ids=str)
async def test_a_failure_that_lasts_ends_in_the_time_given(failure):
    server = Server(*[failure] * 10_000)
    with pytest.raises(Unreachable, match="the server "):
        await Retrying(0.1, lambda reason: None).call(server)
    assert 1 < server.calls < 10_000


async def test_no_time_means_one_try():
    server = Server(HttpFailure("did not answer in time"))
    with pytest.raises(Unreachable):
        await Retrying(0, lambda reason: None).call(server)
    assert server.calls == 1


@pytest.mark.parametrize("status", [200, 301, 404])
async def test_something_else_than_a_server_is_not_tried_again(status):
    server = Server(UnexpectedAnswer(status, "answered"))
    with pytest.raises(Unreachable):
        await Retrying(10, lambda reason: None).call(server)
    assert server.calls == 1


async def test_a_refusal_is_raised_at_once():
    server = Server(ImError(Code.ARGS))
    with pytest.raises(ImError):
        await Retrying(10, lambda reason: None).call(server)
    assert server.calls == 1


async def test_an_internal_error_that_lasts_is_taken_for_a_refusal():
    server = Server(*[ImError(Code.SERVER_INTERNAL)] * 10)
    with pytest.raises(ImError):
        await Retrying(10, lambda reason: None).call(server)
    assert server.calls == 4
