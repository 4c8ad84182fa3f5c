"""A file that is made while it is sent."""

import asyncio

import pytest

from amity.console import download
from amity.console.download import Download

GET = {"method": "GET"}


async def is_open():
    return True


class Client:
    """Receives an answer, each part when it is let to."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.headers: dict[bytes, bytes] = {}
        self.is_whole = False
        self.gone = asyncio.Event()

    async def receive(self):
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.headers = dict(message["headers"])
            return
        self.parts.append(message["body"])
        self.is_whole = not message["more_body"]
        await asyncio.sleep(0)


class Parts:
    """Makes parts, and notes how many, and that it was closed."""

    def __init__(self, many: int) -> None:
        self.made = 0
        self.is_closed = False
        self.many = many

    async def __call__(self):
        try:
            while self.made < self.many:
                self.made += 1
                yield b"%d" % self.made
        finally:
            self.is_closed = True


async def test_a_file_is_sent_part_by_part():
    client, parts = Client(), Parts(3)
    await Download(parts(), "a.csv", "text/csv", is_open=is_open, first=b"0")(GET, client.receive, client.send)
    assert client.parts == [b"0", b"1", b"2", b"3", b""]
    assert client.is_whole
    assert parts.is_closed
    assert b"content-length" not in client.headers


async def test_who_goes_away_ends_it():
    client, parts = Client(), Parts(1000)
    send = client.send

    async def leave(message):
        await send(message)
        if len(client.parts) == 3:
            client.gone.set()

    await Download(parts(), "a.csv", "text/csv", is_open=is_open, first=b"0")(GET, client.receive, leave)
    assert parts.made < 10
    assert not client.is_whole
    assert parts.is_closed


async def test_an_error_breaks_it_off():
    async def failing():
        yield b"1"
        raise RuntimeError

    client = Client()
    with pytest.raises(RuntimeError):
        await Download(failing(), "a.csv", "text/csv", is_open=is_open, first=b"0")(GET, client.receive, client.send)
    assert not client.is_whole


@pytest.mark.parametrize(
    "name", ['si_"a"; filename=evil.exe', "si_a\r\nset-cookie: x", "si_😀_b", "../../etc/passwd", "x" * 999]
)
def test_no_name_is_more_than_a_name(name):
    header = Download(Parts(0)(), name, "text/csv", is_open=is_open).headers["content-disposition"]
    rest = header.removeprefix("attachment; filename*=UTF-8''")
    assert header != rest
    assert len(rest) < 2000
    assert not set(rest) & set(" ;\"'\r\n/\\")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.csv", "a.csv"),
        ("x" * 146 + ".csv", "x" * 146 + ".csv"),
        ("x" * 200 + ".jsonl", "x" * 144 + ".jsonl"),
        ("x" * 200, "x" * 150),
        ("x." + "y" * 200, "x." + "y" * 148),
    ],
)
def test_a_long_name_is_cut_before_its_ending(name, kept):
    header = Download(Parts(0)(), name, "text/csv", is_open=is_open).headers["content-disposition"]
    assert header == f"attachment; filename*=UTF-8''{kept}"


async def test_a_file_of_a_known_size_says_it():
    client, parts = Client(), Parts(3)
    await Download(parts(), "a.csv", "text/csv", is_open=is_open, size=3)(GET, client.receive, client.send)
    assert client.headers[b"content-length"] == b"3"
    assert client.is_whole


async def test_a_file_that_is_not_as_long_as_it_said_is_broken_off():
    client = Client()
    with pytest.raises(ValueError, match="not as long"):
        await Download(Parts(3)(), "a.csv", "text/csv", is_open=is_open, size=4)(GET, client.receive, client.send)
    assert not client.is_whole


async def test_who_asks_for_the_head_gets_no_part():
    client, parts = Client(), Parts(3)
    await Download(parts(), "a.csv", "text/csv", is_open=is_open, size=3)(
        {"method": "HEAD"}, client.receive, client.send
    )
    assert (client.parts, parts.made) == ([b""], 0)


async def test_it_ends_with_its_session(monkeypatch):
    monkeypatch.setattr(download, "_ASKED_SECONDS", 0.0)
    client, parts = Client(), Parts(1000)

    async def is_open():
        return len(client.parts) < 3

    await Download(parts(), "a.csv", "text/csv", is_open=is_open, first=b"0")(GET, client.receive, client.send)
    assert client.parts == [b"0", b"1", b"2"]
    assert not client.is_whole
    assert parts.is_closed


async def test_whether_the_session_is_open_is_asked_once_a_second():
    client, asked = Client(), []

    async def is_open():
        asked.append(1)
        return True

    await Download(Parts(1000)(), "a.csv", "text/csv", is_open=is_open)(GET, client.receive, client.send)
    assert len(asked) < 3


async def test_who_reads_nothing_ends_it(monkeypatch):
    monkeypatch.setattr(download, "_LONGEST_WAIT_SECONDS", 0.05)
    client, parts = Client(), Parts(1000)

    async def stuck(message):
        await client.send(message)
        if len(client.parts) == 3:
            await asyncio.Event().wait()

    async with asyncio.timeout(5):
        await Download(parts(), "a.csv", "text/csv", is_open=is_open)(GET, client.receive, stuck)
    assert not client.is_whole
    assert parts.is_closed


async def test_a_large_part_is_sent_in_pieces_so_that_a_slow_reader_is_one_who_reads():
    client = Client()
    first = b"x" * 200_000
    await Download(Parts(0)(), "a.csv", "text/csv", is_open=is_open, first=first)(GET, client.receive, client.send)
    assert b"".join(client.parts) == first
    assert max(map(len, client.parts)) == 65_536
