"""Handshakes: both forms of arguments, and each error in the form that each kind of client reads."""

import asyncio
import base64
import contextlib
import json
import time
from urllib.parse import urlencode

import pytest

from amity.auth import tokens
from amity.gateway.heartbeat import Timeouts
from amity.wire.frames import Identifier
from tests.integration.gateway.raw import Raw
from tests.support.gateway_client import GatewayClient
from tests.support.lone_gateway import Identity, LoneGateway, token_of, until
from tests.support.rest import SECRET

FINE = {"errCode": 0, "errMsg": "", "errDlt": ""}
KINDS = pytest.mark.parametrize("waits", [False, True], ids=["native", "browser"])


async def refusal(url, query, *, waits) -> dict:
    """What a client is told that is not let in, read as its kind does."""
    if waits:
        query = {"isMsgResp": "true"} | query
    async with Raw(url) as raw:
        await raw.upgrade(query)
        head = await raw.head()
        if waits:
            assert head.startswith("HTTP/1.1 101 "), head
            kind, body = await raw.frame()
            assert kind == 1
            assert await raw.frame() == (8, b"\x03\xf0")
        else:
            assert head.startswith("HTTP/1.1 200 OK\r\n"), head
            assert "content-type: application/json" in head.lower()
            body = await raw.rest()
        assert await raw.rest() == b""
    answer: dict = json.loads(body)
    return answer


def query_of(user="alice", token=None, platform=7, **others):
    query = {
        "sendID": user,
        "token": token_of(user, platform) if token is None else token,
        "platformID": str(platform),
        "operationID": "op",
        "isBackground": "false",
    }
    return query | others


@pytest.mark.parametrize("compression", [False, True])
@pytest.mark.parametrize("codec", ["go", "js"])
async def test_all_arguments_may_be_packed_into_one_value(codec, compression):
    packed = {
        "token": token_of("alice", 5),
        "userID": "alice",
        "platformID": 5,
        "operationID": "op",
        "compression": "gzip" if compression else "",
        "sdkType": codec,
        "sendResponse": True,
        "background": True,
        "sdkVersion": "3.8.4",
    }
    v = base64.urlsafe_b64encode(json.dumps(packed).encode()).decode().rstrip("=")
    async with LoneGateway() as lone:
        client = GatewayClient(lone.url, "alice", "", codec=codec, compression=compression)
        client.url = f"{lone.url}/?v={v}"
        client.expects_text = True
        async with client:
            assert client.first == FINE
            (session,) = lone.sessions.of("alice")
            assert (session.platform_id, session.operation_id, session.is_background) == (5, "op", True)
            reply = await client.request(2004, b"")
            assert reply.err_code == 0
            assert not session.is_background


async def test_a_browser_gets_a_first_frame_and_a_native_client_none():
    async with LoneGateway() as lone, Raw(lone.url) as browser, Raw(lone.url) as native:
        await browser.upgrade(query_of(platform=5, isMsgResp="true"))
        assert (await browser.head()).startswith("HTTP/1.1 101 ")
        assert await browser.frame() == (1, json.dumps(FINE, separators=(",", ":")).encode())
        await native.upgrade(query_of())
        assert (await native.head()).startswith("HTTP/1.1 101 ")
        await until(lambda: lone.sessions.count == 2)
        lone.sessions.kick("alice", 7)
        kind, _ = await native.frame()
        assert kind == 2


@KINDS
@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ({"operationID": ""}, 1602, "operationID is empty"),
        ({"token": ""}, 1602, "token is empty"),
        ({"sendID": ""}, 1602, "sendID is empty"),
        ({"platformID": "x"}, 1602, "platformID is not int"),
        ({"platformID": "12"}, 1602, "platformID is invalid"),
        ({"sdkType": "rust"}, 1602, "sdkType is invalid"),
        ({"token": "t" * 5000}, 1503, "token is longer than 4096 characters"),
        ({"sendID": "bob"}, 1502, "token uid alice != userID bob"),
        ({"platformID": "5"}, 1502, "token platform 7 != platformID 5"),
        ({"token": "ended"}, 1506, "the test says so"),
        ({"token": "broken"}, 500, "internal error; the server's log has it under this operationID"),
    ],
)
async def test_each_kind_of_client_gets_the_error_in_its_form(waits, query, code, detail):
    async with LoneGateway() as lone:
        lone.refused = {"ended": 1506, "broken": None}
        answer = await refusal(lone.url, query_of() | query, waits=waits)
    assert (answer["errCode"], answer["errDlt"]) == (code, detail)
    assert set(answer) == {"errCode", "errMsg", "errDlt"}
    assert answer["errMsg"]


@KINDS
async def test_every_kind_of_invalid_token_has_its_code(start_server, waits):
    rest = await start_server()
    await rest.register("alice")
    kicked = await rest.token("alice")
    await rest.data("/auth/force_logout", {"userID": "alice", "platformID": 7})
    expired = tokens.sign(SECRET, "alice", 7, 1_500_000_000, 1_500_000_001)
    unknown = tokens.sign(SECRET, "alice", 7, 1_500_000_000, 9_000_000_000)
    forged = tokens.sign("another secret, long enough", "alice", 7, 1_500_000_000, 9_000_000_000)
    for token, code in ((kicked, 1506), (expired, 1501), (unknown, 1507), (forged, 1505), ("a.b.c", 1503)):
        answer = await refusal(start_server.gateway_url, query_of(token=token), waits=waits)
        assert answer["errCode"] == code


@KINDS
async def test_a_connection_above_the_limit_is_refused(waits):
    async with LoneGateway(max_connections=2) as lone, lone.client("alice", 1), lone.client("alice", 2):
        answer = await refusal(lone.url, query_of("bob"), waits=waits)
        assert (answer["errCode"], answer["errMsg"]) == (1601, "ConnOverMaxNumLimit")
        assert lone.sessions.count == 2


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 426),
        (f"GET /?{urlencode(query_of())} HTTP/1.1\r\nHost: x\r\n\r\n", 426),
        ("POST /user/user_register HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 405),
        ("GET / HTTP/1.1\r\nno header\r\n\r\n", 400),
        ("GET / HTTP/2.0\r\n\r\n", 400),
        ("\x16\x03\x01\x02\x00\r\n\r\n", 400),
        ("\x16\x03\x01\x02\x00\x01 a hello, of which no end is waited for", 400),
        (f"GET /{'x' * 17_000} HTTP/1.1\r\n\r\n", 431),
        (f"GET / HTTP/1.1\r\nx: {'x' * 17_000}", 431),
    ],
)
async def test_a_request_that_is_no_handshake_gets_a_clear_answer(request_text, status):
    async with LoneGateway() as lone, Raw(lone.url) as raw:
        await raw.write(request_text.encode("latin-1"))
        head = await raw.head()
        assert head.startswith(f"HTTP/1.1 {status} ")
        assert json.loads(await raw.rest())["errCode"] == 1001
        assert ("Sec-WebSocket-Version: 13" in head) is (status == 426)
        assert ("Allow: GET\r\n" in head) is (status == 405)


async def test_the_head_may_come_in_pieces():
    async with LoneGateway() as lone, Raw(lone.url) as raw:
        for piece in raw.request(query_of()).splitlines(keepends=True):
            await raw.write(piece)
            await asyncio.sleep(0.01)
        assert (await raw.head()).startswith("HTTP/1.1 101 ")


async def test_any_path_is_accepted():
    async with LoneGateway() as lone, Raw(lone.url) as raw:
        await raw.write(raw.request(query_of()).replace(b"GET /?", b"GET /gateway/x?"))
        assert (await raw.head()).startswith("HTTP/1.1 101 ")


async def test_a_client_without_a_handshake_is_dropped():
    async with LoneGateway(timeouts=Timeouts(tick=0.01, handshake=0.05)) as lone, Raw(lone.url) as raw:
        await raw.write(b"GET / HTTP/1.1\r\n")
        assert await raw.rest() == b""


async def test_a_client_that_disconnects_during_the_token_check_is_not_accepted():
    async with LoneGateway() as lone:
        looked = asyncio.Event()
        go_on = asyncio.Event()
        identify = lone.identify

        async def slow(token):
            looked.set()
            await go_on.wait()
            return await identify(token)

        lone.identify = slow
        async with Raw(lone.url) as raw:
            await raw.upgrade(query_of())
            await looked.wait()
        go_on.set()
        async with lone.client("bob"):
            assert lone.sessions.count == 1


async def test_a_hand_over_that_fails_is_logged_and_leaves_nothing_open(monkeypatch, caplog):
    def fail(*_):
        raise TypeError("picows is another")

    monkeypatch.setattr("amity.gateway.handshake.hand_over", fail)
    async with LoneGateway() as lone, Raw(lone.url) as raw:
        await raw.upgrade(query_of())
        assert await raw.rest() == b""
        assert lone.sessions.count == 0
    assert "could not be let in" in caplog.text


async def test_simultaneous_clients_cannot_exceed_the_limit():
    async with LoneGateway(max_connections=3) as lone:
        raws = [Raw(lone.url) for _ in range(8)]
        for number, raw in enumerate(raws):
            await raw.connect()
            await raw.upgrade(query_of(f"user-{number}"))
        heads = [(await raw.head()).split()[1] for raw in raws]
        assert sorted(heads) == ["101"] * 3 + ["200"] * 5
        for raw in raws:
            raw.close()


async def test_no_token_is_logged(start_server, caplog):
    caplog.set_level("DEBUG")
    rest = await start_server()
    await rest.register("alice")
    token = await rest.token("alice")
    async with GatewayClient(start_server.gateway_url, "alice", token, 7):
        pass
    await refusal(start_server.gateway_url, query_of("bob", token=token), waits=True)
    assert "a client was not let in" in caplog.text
    assert token not in caplog.text
    assert token.rpartition(".")[2] not in caplog.text


@pytest.mark.parametrize("codec", ["go", "js"])
async def test_a_client_stays_until_its_token_expires(codec):
    async with LoneGateway(timeouts=Timeouts(tick=0.02)) as lone:
        expires = time.time() + 0.5

        async def identify(token):
            return Identity("alice", 7, expires)

        lone.identify = identify
        async with lone.client("alice", codec=codec) as client:
            assert (await client.request(Identifier.SET_BACKGROUND)).err_code == 0
            assert await client.closed() == (1000, "the token has expired")
            assert time.time() >= expires


async def test_silent_connections_make_room_for_new_ones_and_those_in_a_handshake_do_not(monkeypatch):
    monkeypatch.setattr("amity.gateway.lifecycle.MOST_SILENT", 3)
    async with LoneGateway() as lone, Raw(lone.url) as first, contextlib.AsyncExitStack() as stack:
        identify = lone.identify
        looked, goes_on = asyncio.Event(), asyncio.Event()

        async def slow(token):
            looked.set()
            await goes_on.wait()
            return await identify(token)

        lone.identify = slow
        await first.upgrade(query_of(isMsgResp="true"))
        await looked.wait()
        silent = [await stack.enter_async_context(Raw(lone.url)) for _ in range(3)]
        await until(lambda: len(lone.gateway._heartbeat.heads) == 3)
        last = await stack.enter_async_context(Raw(lone.url))
        assert await silent[0].rest() == b""
        goes_on.set()
        for user, raw in (("bob", silent[1]), ("cat", last)):
            await raw.upgrade(query_of(user, isMsgResp="true"))
        for raw in (first, silent[1], last):
            assert (await raw.head()).startswith("HTTP/1.1 101 ")


async def test_a_client_that_sends_much_before_its_handshake_ends_is_refused():
    async with LoneGateway() as lone, Raw(lone.url) as raw:
        await raw.write(raw.request(query_of()) + b"x" * 20_000)
        assert (await raw.head()).startswith("HTTP/1.1 400 ")
