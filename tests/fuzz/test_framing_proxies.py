"""Behind the proxies of docs/operations.md: one answer for each request, and the same as without a proxy.

Some clients send requests whose end is in doubt, with another request hidden in them; others ask plainly at the same
time, over the same connections from the proxy to the server. Whatever the first do, the others get their own answers.
Nothing that is hidden is done: it goes to a path that the proxy denies.
"""

import asyncio
import contextlib
import itertools
import json
import re
import time
from collections import Counter

import pytest

from tests.faults.conftest import settings_for
from tests.fuzz.framing import Stream, Streams
from tests.fuzz.fuzzing import Fuzz
from tests.support.proxies import KINDS, Proxy
from tests.support.rest import ADMIN, Rest
from tests.support.server_process import ServerProcess

ATTACKERS = 6
VICTIMS = 3
TIMEOUT = 0.4
"""Seconds of silence after which a client takes it that no more will come: most streams are no whole request."""
ASKED = re.compile(rb'"userID":"(\w+-\d+)"')
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")


def hidden_body(name: str) -> dict[str, list[dict[str, str]]]:
    """What brings a user over, so that it is known afterwards whether it was done."""
    return {"users": [{"userID": name, "nickname": "n"}]}


def asking(name: str) -> bytes:
    return json.dumps({"checkUserIDs": [name]}).encode()


class Ground:
    """A server behind a proxy, and what is known of both."""

    def __init__(self, port, token, chance, *, denies):
        host = f"127.0.0.1:{port}".encode()
        self.port = port
        self.head = b"operationID: op\r\ntoken: " + token
        self.streams = Streams(chance, b"/user/account_check", self.head, host)
        self.chance = chance
        self.sent: dict[str, Stream] = {}
        self.statuses: Counter[bytes] = Counter()
        self.served = 0
        self._denies = denies
        self._host = host
        self._numbers = itertools.count(1)
        self._token = token

    def plain(self, name: str) -> bytes:
        body = asking(name)
        head = b"POST /user/account_check HTTP/1.1\r\nHost: %b\r\n%b\r\nContent-Length: %d\r\n\r\n"
        return bytes(head % (self._host, self.head, len(body)) + body)

    def hidden(self, name: str) -> bytes:
        """A request to a path that the proxy denies; or the beginning of one, which would swallow another client's."""
        body = json.dumps(hidden_body(name)).encode()
        head = b"POST /relation/restore HTTP/1.1\r\nHost: x\r\noperationID: op\r\n"
        whole = head + b"token: %b\r\nContent-Length: %d\r\n\r\n%b" % (self._token, len(body), body)
        swallowing = head + b"X: "
        get = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"
        choice: bytes = self.chance.choice((whole, whole, swallowing, get))
        return choice

    async def attack(self, until: float) -> None:
        while time.monotonic() < until:
            name = f"attacker-{next(self._numbers)}"
            stream = self.sent[name] = self.streams.stream(asking(name), self.hidden(name))
            answers = await self._sent(stream)
            seen = ASKED.findall(answers)
            assert set(seen) <= {name.encode()}, f"{stream} was answered with another's: {answers!r}"
            assert not self._denies or b"amity_requests_total" not in answers, f"{stream} reached what the proxy denies"
            statuses = STATUS.findall(answers)
            if stream.is_sound:
                assert [status for status in statuses if status != b"100"] == [b"200"], (stream, answers)
                assert seen == [name.encode()], (stream, answers)
            self.statuses.update(statuses or [b"none"])

    async def _sent(self, stream: Stream) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        answers = b""
        with contextlib.suppress(ConnectionError, TimeoutError), contextlib.closing(writer.transport):
            for piece in stream.pieces:
                writer.write(piece)
                await writer.drain()
                if len(stream.pieces) > 1:
                    await asyncio.sleep(self.chance.choice((0, 0.002, 0.01)))
            timeout = 5 if stream.is_sound else TIMEOUT
            while part := await asyncio.wait_for(reader.read(65536), timeout):
                answers += part
                if stream.is_sound and b'"results"' in answers:
                    break
        return answers

    async def ask_plainly(self, until: float) -> None:
        """Ask as honest clients do: over kept connections, and over new ones."""
        while time.monotonic() < until:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            with contextlib.closing(writer.transport):
                for _ in range(self.chance.randint(1, 8)):
                    name = f"victim-{next(self._numbers)}"
                    writer.write(self.plain(name))
                    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
                    assert head.startswith(b"HTTP/1.1 200 "), f"{name} was answered {head!r}"
                    length = re.search(rb"(?i)content-length: (\d+)", head)
                    assert length is not None, head
                    body = await asyncio.wait_for(reader.readexactly(int(length[1])), 10)
                    assert ASKED.findall(body) == [name.encode()], f"{name} was answered {body!r}"
                    self.served += 1
                    await asyncio.sleep(0.002)


async def registered(rest: Rest, names: list[str]) -> list[str]:
    found: list[str] = []
    for at in range(0, len(names), 100):
        answer = await rest.data("/user/account_check", {"checkUserIDs": names[at : at + 100]})
        found += [each["userID"] for each in answer["results"] if each["accountStatus"]]
    return found


@pytest.fixture
async def server(tmp_path, sqlite_url):
    settings = settings_for(sqlite_url, "http://127.0.0.1:9", callbacks={}, log={"level": "warning"})
    async with ServerProcess(tmp_path, settings) as server:
        yield server


@pytest.mark.parametrize("kind", [*KINDS, "nothing"])
@pytest.mark.share(2)
async def test_each_request_gets_its_own_answer_and_nothing_hidden_is_done(server, kind, tmp_path, fuzz: Fuzz):
    async with contextlib.AsyncExitStack() as stack:
        rest = await stack.enter_async_context(Rest(server.url))
        token = await rest.token(ADMIN)
        port, proxy = server.api_port, None
        if kind != "nothing":
            proxy = await stack.enter_async_context(Proxy(kind, tmp_path, server.api_port, server.gateway_port))
            port = proxy.port
        ground = Ground(port, token.encode(), fuzz.chance, denies=proxy is not None)
        until = time.monotonic() + fuzz.seconds
        async with asyncio.TaskGroup() as clients:
            for _ in range(ATTACKERS):
                clients.create_task(ground.attack(until))
            for _ in range(VICTIMS):
                clients.create_task(ground.ask_plainly(until))
        fuzz.tried = len(ground.sent) + ground.served
        assert ground.served > 10
        if proxy is not None:  # without one nothing is denied
            await rest.data("/relation/restore", hidden_body("attacker-0"))
            assert await registered(rest, ["attacker-0"]) == ["attacker-0"]
            assert kind != "caddy" or token not in proxy.output()
            done = await registered(rest, list(ground.sent))
            assert not done, [ground.sent[name] for name in done]
        assert "Traceback" not in server.output()
