"""Heads and bodies over plain sockets to a whole server: an answer for each request or an end, however it is cut.

What other readers take for a request is compared in ``test_framing_readers``, and what proxies make of it in
``test_framing_proxies``.
"""

import contextlib
import json
from typing import NamedTuple

import pytest

from tests.fuzz.framing import Streams, heads_by_h11, seen_by_h11
from tests.fuzz.fuzzing import Fault, Fuzz
from tests.fuzz.http_client import Answer, Closed, Wire, post
from tests.fuzz.mutation import cut, mutated
from tests.fuzz.watched import MOST_SECONDS, WatchedServer
from tests.support.rest import ADMIN, SECRET

OUTER = json.dumps({"checkUserIDs": ["outer"]}).encode()
INNER = b"GET /readyz?inner HTTP/1.1\r\nHost: x\r\n\r\n"
LARGE = b'{"checkUserIDs": ["' + b"x" * 100_000 + b'"]}'
PIECES = [
    *(
        b"\r\n",
        b"\n",
        b"\r",
        b"\r\n\r\n",
        b"\n\n",
        b"0\r\n\r\n",
        b"\0",
        b" ",
        b"\t",
        b":",
        b",",
        b";",
        b"\x0b",
        b"\x85",
        b"\xa0",
    ),
    *(
        b"Content-Length: 5\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Connection: close\r\n",
        b"Expect: 100-continue\r\n",
    ),
    *(b"5\r\nhello\r\n", b"ffffffffffffffff\r\n", b"HTTP/1.1", b"HTTP/1.0", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", INNER),
]


class Outcome(NamedTuple):
    """All that came back on one connection. ``is_reset`` says that its end may be missing."""

    answers: list[Answer]
    is_reset: bool


def exchange(port: int, segments: list[bytes], methods: list[str]) -> Outcome:
    """Send these, end, and return what comes back. Raises ``Fault`` for what is no answer."""
    wire = Wire(port)
    answers: list[Answer] = []
    try:
        with contextlib.suppress(Closed):  # it was refused, and the reason can still be read
            for segment in segments:
                wire.send(segment)
            wire.finish()
        while True:
            answer = wire.answer(methods[len(answers)] if len(answers) < len(methods) else "POST")
            if answer.status >= 200:
                answers.append(answer._replace(headers=answer.headers | {"date": ""}))
    except Closed:
        if wire.rest and not wire.is_reset:
            raise Fault(f"an answer that is not whole: {wire.rest[:200]!r}") from None
        return Outcome(answers, wire.is_reset)
    finally:
        wire.close()


def require_same(one: Outcome, other: Outcome) -> None:
    """Raise ``Fault`` where the way in which whole requests were cut changed what came of them.

    What needs no body is answered before that is there, and may end the connection with it; the answer says so. So a
    body that is refused in one piece may come too late for that in several.
    """
    shorter, longer = sorted((one, other), key=lambda outcome: len(outcome.answers))
    is_same = all(map(_is_same, shorter.answers, longer.answers))
    has_ended = shorter.is_reset or [answer.headers.get("connection") for answer in shorter.answers[-1:]] == ["close"]
    if not is_same or (len(shorter.answers) < len(longer.answers) and not has_ended):
        raise Fault(f"cut otherwise, it is answered otherwise: {one.answers} and {other.answers}"[:3000])


def is_refusal(answer: Answer) -> bool:
    """Whether it answers bytes that are no request."""
    return answer.status >= 400 and answer.headers.get("content-type", "").startswith("text/plain;")


def _is_same(one: Answer, other: Answer) -> bool:
    return (
        is_refusal(one)
        or is_refusal(other)
        or (one.status, one.headers | {"connection": ""}, one.body)
        == (
            other.status,
            other.headers | {"connection": ""},
            other.body,
        )
    )


def require_sound(outcome: Outcome, heads: list[tuple[str, bytes]]) -> None:
    """Raise ``Fault`` for more answers than requests, for an answer to what stands in a body, and for one that is the
    server's own fault."""
    answers = outcome.answers
    refused = bool(answers) and is_refusal(answers[-1])
    if len(answers) > len(heads) + refused:
        raise Fault(f"{len(answers)} answers to {len(heads)} requests: {answers}"[:3000])
    may_be_inner = any(b"readyz" in target for _, target in heads)
    for answer in answers:
        if answer.status >= 500 or b'"errCode":500' in answer.body:
            raise Fault(f"an answer of status {answer.status}: {answer.body[:500]!r}")
        if b'"ready":' in answer.body and not may_be_inner:
            raise Fault(f"the answer to what stands in a body: {answers}"[:2000])


@pytest.mark.share(4)
async def test_each_request_is_answered_once_however_it_is_cut(fuzz: Fuzz, tmp_path):
    settings = {"secret": SECRET, "admins": [ADMIN], "database": f"sqlite:///{tmp_path}/amity.db"}
    async with WatchedServer(tmp_path, settings) as server:
        port, chance = server.api_port, fuzz.chance
        asked = json.dumps({"secret": SECRET, "userID": ADMIN}).encode()
        (answer,) = exchange(port, [post("/auth/get_admin_token", asked, {"operationID": "1"})], []).answers
        token = json.loads(answer.body)["data"]["token"].encode()
        streams = Streams(chance, b"/user/account_check", b"operationID: op\r\ntoken: " + token, b"amity")

        def make() -> bytes:
            body = chance.choice((OUTER, OUTER, OUTER, b"", LARGE))
            raw = b"".join([streams.stream(body, INNER).raw for _ in range(chance.choice((1, 1, 2, 3)))])
            return mutated(chance, raw, [INNER], PIECES) if chance.random() < 0.4 else raw

        def check(data: bytes) -> None:
            data = data.replace(b"TOKEN", token)
            before = server.computed()
            heads = heads_by_h11(data)
            methods = [method for method, _ in heads]
            # h11 takes a line feed alone for a line end, too.
            are_whole = len(seen_by_h11(data)) == len(heads) and b"\n" not in data.replace(b"\r\n", b"")
            outcome = exchange(port, [data], methods)
            require_sound(outcome, heads)
            if are_whole and heads and not outcome.answers and not outcome.is_reset:
                raise Fault(f"no answer to {heads}")
            for most in (3, 40):
                again = exchange(port, cut(chance, data, most), methods)
                require_sound(again, heads)
                if are_whole:
                    require_same(outcome, again)
            if server.computed() - before > MOST_SECONDS:
                raise Fault(f"{server.computed() - before:.2f} s of processor time")
            server.require_healthy()

        for _ in range(50):
            check(make())
        server.settled()
        fuzz.try_all(lambda: make().replace(token, b"TOKEN"), check)
        server.require_small()
