"""A business server that answers with any bytes: each is a verdict, within the timeout, and the next call's own."""

import contextlib
import json
import re
import time
from contextlib import AsyncExitStack
from typing import Final

import pytest

from tests.fuzz.fuzzing import Fault, Fuzz
from tests.fuzz.hostile_business import HostileBusiness
from tests.fuzz.mutation import PIECES, cut, mutated
from tests.fuzz.rest_world import World
from tests.fuzz.watched import MOST_SECONDS, WatchedServer
from tests.support.rest import ADMIN, SECRET

TIMEOUT: Final = 0.3
ANSWERED_WITHIN: Final = 5.0
"""Seconds after which a call has taken longer than its callback's timeout, however busy the machine is."""
ALLOWED: Final = b'{"actionCode": 0, "errCode": 0, "errMsg": "", "errDlt": "", "nextCode": 0}'
BODIES: Final = [
    ALLOWED,
    b'{"actionCode": 0, "nextCode": 1, "errCode": 5001, "errMsg": "no", "errDlt": "never"}',
    b'{"actionCode": "0", "nextCode": "0", "errCode": null, "friendUserIDs": ["bob", "carol"]}',
    b'{"friendUserIDs": []}',
    b'{"actionCode": 1, "errCode": 7, "errMsg": "broken"}',
    b"",
    b"[" * 3000,
    b'{"friendUserIDs": [' + b'"x",' * 3000 + b'"y"]}',
]
HEADS: Final = [
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n",
    b"HTTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\nContent-Length: %d\r\n\r\n",
    b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: %d\r\n\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Length: 5\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n",
    b"HTTP/1.1 99999 OK\r\nContent-Length: %d\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 3000 + b"Content-Length: %d\r\n\r\n",
]
FRAMING: Final = [
    *(
        b"\r\n",
        b"\n",
        b"\r\n\r\n",
        b"0\r\n\r\n",
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"HTTP/1.1 ",
    ),
    *(b"HTTP/2 200\r\n", b"\0", b"ffffffffffffffff\r\n", b"Connection: close\r\n", b"Connection: keep-alive\r\n"),
]


def answer(body: bytes, head: bytes = HEADS[0]) -> bytes:
    """Return an answer whose head says how long its body is, where it does."""
    if b"%" not in head:
        return head + body
    end = b"\r\n0\r\n\r\n" if b"%x" in head else b""
    return head % len(body) + body + end


def may_approve(data: bytes) -> bool:
    """Whether there is a status of 200 to 299 in these bytes, and an object behind it. How far answers that break the
    rules are read all the same is for ``amity.http.answer_head`` to say; what is neither must not count as approval."""
    return re.search(rb"HTTP/1\.[0-9]\s+2[0-9]{2}.*\{", data, re.DOTALL) is not None


@pytest.mark.share(4)
async def test_any_answer_is_a_verdict_and_the_next_call_gets_its_own(fuzz: Fuzz, tmp_path):
    chance = fuzz.chance
    with HostileBusiness() as business:
        settings = {
            "secret": SECRET,
            "admins": [ADMIN],
            "database": f"sqlite:///{tmp_path}/amity.db",
            "log": {"level": "error"},
            "callbacks": {
                "url": f"http://127.0.0.1:{business.port}/x",
                "beforeImportFriends": {"enable": True, "timeout": TIMEOUT, "failedContinue": False},
            },
        }
        async with WatchedServer(tmp_path, settings) as server, AsyncExitStack() as closing:
            world = closing.enter_context(contextlib.closing(World(server.api_port, chance)))
            world.call(
                "/user/user_register",
                {"users": [{"userID": each, "nickname": each} for each in ("alice", "bob", "carol")]},
            )
            asked = json.dumps({"ownerUserID": "alice", "friendUserIDs": ["bob"]}).encode()

            def imported() -> dict[str, str | int]:
                headers: dict[str, str | bytes] = {"operationID": "fuzz", "token": world.token(ADMIN)}
                began = time.monotonic()
                answered = world.ask("/friend/import_friend", asked, headers)
                if time.monotonic() - began > ANSWERED_WITHIN:
                    raise Fault(f"answered after {time.monotonic() - began:.1f} s")
                if answered.status != 200:
                    raise Fault(f"status {answered.status}: {answered.body[:300]!r}")
                envelope: dict[str, str | int] = json.loads(answered.body)
                return envelope

            def check(data: bytes) -> None:
                before = server.computed()
                closes = data[:1] == b"c"
                business.answer_next(cut(chance, data[1:]), closes=closes)
                envelope = imported()
                server.require_healthy()
                if "internal error" in str(envelope.get("errDlt", "")) or len(str(envelope.get("errDlt", ""))) > 4200:
                    raise Fault(f"{envelope}"[:1000])
                if envelope["errCode"] == 0 and not may_approve(data[1:]):
                    raise Fault(f"taken for an approval: {envelope}")
                number = chance.randrange(20_000, 30_000)
                rejection = json.dumps({"actionCode": 0, "nextCode": 1, "errCode": number}).encode()
                business.answer_next([answer(rejection)], closes=False)
                if (following := imported())["errCode"] != number:
                    raise Fault(f"the next call was answered {following}, and not {number}"[:1000])
                took = server.computed() - before
                if took > MOST_SECONDS:
                    raise Fault(f"{took:.2f} s of processor time")

            def make() -> bytes:
                body = chance.choice(BODIES)
                body = mutated(chance, body, BODIES, PIECES) if chance.random() < 0.4 else body
                raw = answer(body, chance.choice(HEADS) if chance.random() < 0.6 else HEADS[0])
                if chance.random() < 0.4:
                    raw = mutated(chance, raw, BODIES, FRAMING)
                if chance.random() < 0.1:
                    raw += answer(ALLOWED)
                # Most close: what is not whole is waited for until the timeout.
                return (b"c" if chance.random() < 0.9 else b"k") + raw

            for body in BODIES:
                check(b"k" + answer(body))
            server.settled()
            fuzz.try_all(make, check)
            assert business.asked > fuzz.tried
            await closing.aclose()
            server.require_small()
