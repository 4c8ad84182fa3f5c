"""A client's connection whose other end is the test: when it writes, and what it accepts as an answer."""

import asyncio

import pytest

from amity.http.connection import Connection
from amity.http.reply import Unanswered

ANSWER = b"HTTP/1.1 200 OK\r\nServer: one\r\nContent-Length: 2\r\n\r\n{}"


class Transport(asyncio.Transport):
    def __init__(self):
        super().__init__()
        self.written = []
        self.aborted = False

    def write(self, data):
        self.written.append(data)

    def abort(self):
        self.aborted = True

    def is_closing(self):
        return self.aborted

    def get_write_buffer_size(self):
        return 0


class Owner:
    def __init__(self):
        self.last_answer = None
        self.kept = []
        self.lost = []

    def released(self, connection):
        self.kept.append(connection)

    def ended(self, connection):
        self.lost.append(connection)


class End:
    """Both ends of a connection."""

    def __init__(self, owner):
        loop = asyncio.get_running_loop()
        self.transport = Transport()
        self.connection = Connection(loop, owner, 1 << 20)
        self.connection.connection_made(self.transport)
        self.soon = loop.time() + 5

    async def exchange(self, answer):
        asked = self.connection.exchange(b"request", self.soon)
        await asyncio.sleep(0)
        self.connection.data_received(answer)
        return await asked


async def test_requests_of_one_turn_are_written_at_its_end():
    owner = Owner()
    ends = [End(owner), End(owner)]
    for end in ends:
        end.connection.exchange(b"request", end.soon)
    assert [end.transport.written for end in ends] == [[], []]
    await asyncio.sleep(0)
    assert [end.transport.written for end in ends] == [[b"request"], [b"request"]]


async def test_bytes_received_before_the_request_are_not_its_answer():
    owner = Owner()
    end = End(owner)
    asked = end.connection.exchange(b"request", end.soon)
    end.connection.data_received(ANSWER)
    with pytest.raises(Unanswered):
        await asked
    await asyncio.sleep(0)
    assert (end.transport.written, owner.lost) == ([], [end.connection])


async def test_a_request_whose_caller_gives_up_in_the_same_turn_is_not_written():
    owner = Owner()
    end = End(owner)
    asked = end.connection.exchange(b"request", end.soon)
    asked.cancel()
    end.connection.drop_if_cancelled()
    await asyncio.sleep(0)
    assert (end.transport.written, owner.lost) == ([], [end.connection])


async def test_cancelling_a_finished_exchange_keeps_the_connection():
    owner = Owner()
    end = End(owner)
    await end.exchange(ANSWER)
    end.connection.drop_if_cancelled()
    assert (owner.kept, owner.lost) == ([end.connection], [])


async def test_an_identical_answer_is_reused_and_a_different_one_is_parsed():
    owner = Owner()
    ends = [End(owner), End(owner)]
    longer = ANSWER.replace(b"2\r\n\r\n{}", b"3\r\n\r\n{} ")
    for end in ends:
        assert [await end.exchange(answer) for answer in (ANSWER, ANSWER, longer, ANSWER)] == [
            (200, {"server": "one", "content-length": "2"}, b"{}"),
            (200, {"server": "one", "content-length": "2"}, b"{}"),
            (200, {"server": "one", "content-length": "3"}, b"{} "),
            (200, {"server": "one", "content-length": "2"}, b"{}"),
        ]
    assert owner.kept == [end.connection for end in ends for _ in range(4)]
    assert owner.lost == []


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        ANSWER + ANSWER,
        ANSWER + b" and more",
    ],
)
async def test_an_answer_that_closes_its_connection_is_never_reused(answer):
    owner = Owner()
    for _ in range(2):
        end = End(owner)
        assert (await end.exchange(answer)).body == b"{}"
        assert end.transport.aborted
    assert (owner.kept, owner.last_answer) == ([], None)


async def test_a_partial_match_with_the_previous_answer_is_not_reused():
    owner = Owner()
    end = End(owner)
    await end.exchange(ANSWER)
    asked = end.connection.exchange(b"request", end.soon)
    await asyncio.sleep(0)
    end.connection.data_received(b"HTTP/1.1 100 Continue\r\n\r\n")
    end.connection.data_received(ANSWER[:-1])
    end.connection.data_received(b"]")
    assert (await asked).body == b"{]"
