"""The kit under uvicorn as its users run it, ``uvicorn business:app``, and what outsiders may send it."""

import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from amity.business import AfterImportFriends, BeforeImportFriends
from amity.wire.events.catalogue import payload
from tests.support.processes import dies_with_parent, free_port

PROGRAM = """
import time
from pathlib import Path
from amity.business import AfterImportFriends, BeforeImportFriends, BusinessServer, asgi

asgi.BODY_SECONDS = 0.5
app = BusinessServer(body_limit=100_000)

@app.before_import_friends
def decide(event: BeforeImportFriends) -> None:
    if event.owner_user_id == "slow":
        time.sleep(0.5)

@app.after_import_friends
def told(event: AfterImportFriends) -> None:
    with Path("told").open("a") as told:
        print(event.owner_user_id, file=told)
"""
MOUNTED = """
from fastapi import FastAPI, Request, Response
import business

app = FastAPI()

@app.post("/{command}")
async def callback(request: Request) -> Response:
    reply = await business.app.handle(request.headers, request.url.path, await request.body())
    return Response(reply.body, reply.status, reply.headers)
"""
BEFORE, AFTER = BeforeImportFriends.command, AfterImportFriends.command
SMUGGLED = payload(AfterImportFriends(owner_user_id="smuggled", friend_user_ids=["a"]))
ASKED = payload(BeforeImportFriends(owner_user_id="o", friend_user_ids=["a"]))


class Running:
    """A server as a program. ``said`` is what it wrote so far."""

    def __init__(self, folder, http, program="business"):
        self.folder = folder
        self.http = http
        self.port = free_port()
        (folder / "business.py").write_text(PROGRAM)
        (folder / "mounted.py").write_text(MOUNTED)
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", f"{program}:app", "--port", str(self.port), "--http", http],
            cwd=folder,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            preexec_fn=dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 - one system call, no lock is taken
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and "running on" not in self.said().lower():
            assert self._process.poll() is None, self.said()
            time.sleep(0.05)

    def said(self):
        return (self.folder / "log").read_text()

    def told(self):
        file = self.folder / "told"
        return file.read_text().split() if file.exists() else []

    def stop(self):
        self._process.send_signal(signal.SIGINT)
        self._process.wait(30)
        self._log.close()

    def send(self, *parts, pause=0.0, answers=0):
        """Send parts, each a segment of its own; return all that comes back until the server closes, or for a while.

        Once so many ``answers`` have come, that while is short.
        """
        with socket.create_connection(("127.0.0.1", self.port)) as raw:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            raw.settimeout(1.5)
            came = b""
            with suppress(ConnectionError, TimeoutError):
                for number, part in enumerate(parts):
                    if number and pause:
                        time.sleep(pause)
                    raw.sendall(part)
            with suppress(ConnectionError, TimeoutError):
                while part := raw.recv(65536):
                    came += part
                    if answers and len(statuses(came)) >= answers:
                        raw.settimeout(0.1)
            return came


@pytest.fixture(params=["httptools", "h11"], scope="module")
def server(request, tmp_path_factory):
    """A server for all tests of this file, on each of uvicorn's two HTTP implementations."""
    running = Running(tmp_path_factory.mktemp("business"), request.param)
    yield running
    running.stop()


def post(path, body, *lines, length=True):
    head = [f"POST {path} HTTP/1.1", "Host: x", *lines, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*head, "", ""]).encode()


def statuses(came):
    return [int(each[:3]) for each in came.split(b"HTTP/1.1 ")[1:]]


UPGRADES = [
    ("Connection: Upgrade", "Upgrade: h2c"),
    ("Connection: keep-alive, uPgRaDe, HTTP2-Settings", "Upgrade: foo", "HTTP2-Settings: AAMAAABk"),
    ("Connection: upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"),
    ("Upgrade: h2c", "Connection: Upgrade"),
]


@pytest.mark.parametrize("upgrade", UPGRADES, ids=range(len(UPGRADES)))
@pytest.mark.parametrize("pause", [0.0, 0.05])
def test_a_body_behind_an_upgrade_is_never_a_request_of_its_own(server, upgrade, pause):
    hidden = post(f"/{AFTER}", SMUGGLED) + SMUGGLED
    came = server.send(post(f"/{BEFORE}", hidden, *upgrade), hidden, pause=pause)
    assert statuses(came) == [400]
    together = server.send(post(f"/{BEFORE}", hidden, *upgrade) + hidden, hidden, pause=pause)
    assert statuses(together) == [400]
    assert "smuggled" not in server.told()


def test_nor_is_it_behind_a_request_that_is_still_being_handled(server):
    slow = payload(BeforeImportFriends(owner_user_id="slow", friend_user_ids=["a"]))
    hidden = post(f"/{AFTER}", SMUGGLED) + SMUGGLED
    first = post(f"/{BEFORE}", slow) + slow
    came = server.send(first, post(f"/{BEFORE}", hidden, *UPGRADES[0]), hidden, pause=0.05)
    assert statuses(came)[:1] == [200]
    assert 200 not in statuses(came)[1:]
    assert "smuggled" not in server.told()


def test_nor_is_it_in_a_framework_that_hands_on_what_the_kit_says(tmp_path):
    server = Running(tmp_path, "httptools", "mounted")
    try:
        assert statuses(server.send(post(f"/{BEFORE}", ASKED, "Connection: close") + ASKED)) == [200]
        hidden = post(f"/{AFTER}", SMUGGLED) + SMUGGLED
        for pause in (0.0, 0.05):
            assert statuses(server.send(post(f"/{BEFORE}", hidden, *UPGRADES[0]), hidden, pause=pause)) == [400]
        assert server.told() == []
    finally:
        server.stop()


def test_a_request_after_another_on_one_connection_is_answered_as_ever(server):
    one = post(f"/{BEFORE}", ASKED) + ASKED
    assert statuses(server.send(one + one, one, pause=0.05, answers=3)) == [200, 200, 200]


def test_a_body_with_two_framings_hides_no_request(server):
    hidden = post(f"/{AFTER}", SMUGGLED) + SMUGGLED
    body = b"0\r\n\r\n" + hidden
    came = server.send(post(f"/{BEFORE}", body, "Transfer-Encoding: chunked"), body, pause=0.05)
    assert 200 not in statuses(came)
    assert len(statuses(came)) == 1
    twice = server.send(post(f"/{BEFORE}", ASKED, f"Content-Length: {len(ASKED) + 1}") + ASKED)
    assert statuses(twice) == [400]
    assert "smuggled" not in server.told()


def test_a_body_over_the_bound_is_refused_once_and_the_connection_closed(server):
    announced = server.send(post(f"/{BEFORE}", b"x" * 100_001))
    assert statuses(announced) == [413]
    chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
    chunked = server.send(post(f"/{BEFORE}", b"", "Transfer-Encoding: chunked", length=False), *[chunk] * 8, pause=0.01)
    assert statuses(chunked) == [413]


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_its_time(server):
    began = time.monotonic()
    assert statuses(server.send(post(f"/{BEFORE}", ASKED) + ASKED[:5])) == [408]
    assert time.monotonic() - began < 1.4


@pytest.mark.parametrize(
    "lines",
    [["X-Large: " + "x" * 100_000], ["a: b"] * 20_000, ["webhook-id: x"] * 7000, ["operationID: " + "o" * 100_000]],
    ids=["one", "many", "the same", "operationID"],
)
def test_a_head_of_100_kb_stops_nobody(server, lines):
    began = time.monotonic()
    came = server.send(post(f"/{BEFORE}", ASKED, *lines, "Connection: close") + ASKED)
    # httptools has no bound on heads; h11's is 64 KiB, and it may close before the whole head was sent.
    assert set(statuses(came)) <= {200, 400, 431}
    assert statuses(server.send(post(f"/{BEFORE}", ASKED, "Connection: close") + ASKED)) == [200]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/{BEFORE}".replace("B", "%42", 1), 404),
        (f"/%63{BEFORE[1:]}", 404),
        (f"/im%2F{BEFORE}", 404),
        (f"/{BEFORE}%3F", 404),
        (f"/{BEFORE}%00", 404),
        (f"//{BEFORE}", 200),
        (f"/im//{BEFORE}?contenttype=json", 200),
        (f"/im%20x/{BEFORE}", 200),
    ],
)
def test_a_command_has_one_spelling(server, path, status):
    came = server.send(post(path, ASKED, "Connection: close") + ASKED)
    assert statuses(came) == [status]


def test_refusals_do_not_fill_the_log(server):
    body = b"{}"
    one = post(f"/{BEFORE}", body) + body
    refused = server.send(*[one] * 300, answers=300)
    assert set(statuses(refused)) == {400}
    lines = [line for line in server.said().splitlines() if line.startswith("refused a request")]
    assert 0 < len(lines) <= 10
