"""Reads of an operation belong to its caller: they take the caller's turns, and end when the caller is gone."""

import asyncio
import logging

import httpx
import pytest

from amity.api.app import Api
from amity.api.listener import Listener
from amity.caller import ANONYMOUS, caller_id
from amity.calls.call import Call, Identity, Request, Response
from amity.calls.operation import Access, Operation
from amity.logs import operation_id
from amity.storage import open_database

COUNT = "with recursive n(i) as (select 1 union all select i + 1 from n where i < $1) select count(*) from n"
ENDLESS = 2_000_000_000


class CountRequest(Request):
    to: int = 1


class CountResponse(Response):
    caller: str
    count: int


class Counting:
    """Counts, in the database, for whoever asks."""

    def __init__(self, database):
        self._database = database
        self.callers = []
        self.ended: asyncio.Queue[str] = asyncio.Queue()

    async def __call__(self, call: Call, request: CountRequest) -> CountResponse:
        self.callers.append(caller_id.get())
        try:
            rows = await self._database.fetch_scan(COUNT, request.to)
        except BaseException as error:
            self.ended.put_nowait(type(error).__name__)
            raise
        return CountResponse(caller=caller_id.get(), count=rows[0][0])


@pytest.fixture
async def counting(database_url):
    database = await open_database(database_url)
    yield Counting(database)
    await database.close()


@pytest.fixture
async def url(counting):
    async def identify(token):
        return Identity(token, 5, False)

    async def ready():
        return ""

    operations = [
        Operation(f"/count/{access.name.lower()}", counting, "Count", access=access)
        for access in (Access.CALLER, Access.ANYONE)
    ]
    listener = Listener(Api(operations, identify, ready), "127.0.0.1", 0)
    await listener.start()
    yield f"http://127.0.0.1:{listener.port}"
    await listener.stop()


@pytest.fixture
async def http(url):
    async with httpx.AsyncClient(base_url=url, headers={"operationID": "op"}, timeout=20) as client:
        yield client


def count(http, caller, to):
    path = "/count/caller" if caller else "/count/anyone"
    return http.post(path, json={"to": to}, headers={"token": caller} if caller else {})


async def test_an_operation_reads_as_its_caller_and_without_a_token_as_nobody_in_particular(http, counting):
    for caller in ("ann", "", "bob"):
        assert (await count(http, caller, 7)).json()["data"] == {"caller": caller or ANONYMOUS, "count": 7}
    assert counting.callers == ["ann", ANONYMOUS, "bob"]


async def test_a_search_ends_when_its_client_goes(http, url, counting):
    for caller in ("ann", "bob", "cyd", "dan"):
        async with httpx.AsyncClient(base_url=url, headers={"operationID": "op"}) as client:
            call = asyncio.create_task(count(client, caller, ENDLESS))
            while caller not in counting.callers:  # noqa: ASYNC110 - the call arrives when it does
                await asyncio.sleep(0.01)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
        assert await asyncio.wait_for(counting.ended.get(), 4) == "CallerGoneError"
    assert (await count(http, "eve", 7)).json()["errCode"] == 0


async def test_a_client_that_has_only_closed_its_side_is_told_that_its_search_was_not_done(http):
    reader, writer = await asyncio.open_connection(http.base_url.host, http.base_url.port)
    body = b'{"to": %d}' % ENDLESS
    head = b"POST /count/caller HTTP/1.1\r\nHost: x\r\noperationID: op\r\ntoken: ann\r\nContent-Length: %d\r\n\r\n"
    writer.write(head % len(body) + body)
    writer.write_eof()
    answer = await asyncio.wait_for(reader.read(), 4)
    assert b'"errCode":1355' in answer
    writer.close()


async def test_a_search_that_is_answered_leaves_its_connection_for_the_next(http):
    for number in range(1, 6):
        assert (await count(http, "ann", number)).json()["data"]["count"] == number


class Noting(logging.Handler):
    """Notes what is logged, and under which operationID."""

    def __init__(self):
        super().__init__()
        self.said = []

    def emit(self, record):
        self.said.append((operation_id.get(), record.getMessage()))


async def test_requests_that_follow_each_other_on_one_connection_know_nothing_of_each_other(http, caplog):
    handler = Noting()
    logger = logging.getLogger("amity.api.app")
    logger.addHandler(handler)
    caplog.set_level(logging.INFO, logger.name)
    reader, writer = await asyncio.open_connection(http.base_url.host, http.base_url.port)
    head = b"POST /count/%s HTTP/1.1\r\nHost: x\r\n%sContent-Length: 2\r\n%s\r\n{}"
    # Sent ahead: the second is begun by what answers the first.
    writer.write(head % (b"caller", b"operationID: of the first\r\ntoken: ann\r\n", b""))
    writer.write(head % (b"anyone", b"", b"Connection: close\r\n"))
    answers = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    logger.removeHandler(handler)
    assert answers.count(b"HTTP/1.1 200") == 2
    assert [operation for operation, text in handler.said if text.startswith("/count/anyone answered 1001")] == [""]
