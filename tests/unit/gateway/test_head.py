"""The head of a request: what is one, and what of it asks for a WebSocket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.gateway.head import Head, HeadError, accepting, read_head, upgrade_key

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ASKING = {
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": KEY,
}


def asking(method="GET", **changed) -> Head:
    headers = ASKING | {name.replace("_", "-"): value for name, value in changed.items()}
    return Head(method, "/", {name: value for name, value in headers.items() if value is not None})


def test_a_head_is_read():
    head = read_head(b"GET /gateway?sendID=a&v=#x HTTP/1.1\r\nHost: h\r\nUPGRADE:  websocket \r\nempty:")
    assert head == Head("GET", "/gateway?sendID=a&v=#x", {"host": "h", "upgrade": "websocket", "empty": ""})
    assert head.query == "sendID=a&v="


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GET",
        b"GET /",
        b"GET  HTTP/1.1",
        b"GET / HTTP/2.0",
        b"GET / x HTTP/1.1",
        b"G@T / HTTP/1.1",
        b"GET / HTTP/1.1\r\nno colon",
        b"GET / HTTP/1.1\r\n: no name",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded: b",
        b"GET / HTTP/1.1\r\n" + b"\r\n".join(b"x%d: y" % number for number in range(101)),
        bytes.fromhex("1603010200010001fc0303"),
    ],
)
def test_what_is_no_head_is_refused(raw):
    with pytest.raises(HeadError):
        read_head(raw)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_head_or_refused(raw):
    try:
        head = read_head(raw)
    except HeadError:
        return
    upgrade_key(head)


@pytest.mark.parametrize(
    "head",
    [
        asking(),
        asking(upgrade="WebSocket", connection="keep-alive, Upgrade"),
        asking(upgrade="h2c, websocket"),
    ],
)
def test_a_request_for_a_websocket_has_a_key(head):
    assert upgrade_key(head) == KEY.encode()


@pytest.mark.parametrize(
    "head",
    [
        asking("POST"),
        asking(upgrade=None),
        asking(upgrade="h2c"),
        asking(connection=None),
        asking(connection="keep-alive"),
        asking(sec_websocket_version=None),
        asking(sec_websocket_version="8"),
        asking(sec_websocket_key=None),
        asking(sec_websocket_key="short"),
        asking(sec_websocket_key="dGhlIHNhbXBsZSBub25jZQ"),
        asking(sec_websocket_key="dGhlIHNhbXBsZSBub25j!!=="),
        asking(sec_websocket_key="ä" * 24),
    ],
)
def test_any_other_request_has_none(head):
    assert upgrade_key(head) is None


def test_the_key_is_answered_as_in_the_standard():
    assert accepting(KEY.encode()) == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
