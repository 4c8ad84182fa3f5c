"""The WebSocket headers of a request."""

import pytest

from amity.gateway.head import accepting, upgrade_key
from amity.http.head import RequestHead

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ASKING = {
    "upgrade": "websocket",
    "connection": "Upgrade",
    "sec-websocket-version": "13",
    "sec-websocket-key": KEY,
}


def asking(method="GET", **changed) -> RequestHead:
    headers = ASKING | {name.replace("_", "-"): value for name, value in changed.items()}
    there = {name.encode(): value.encode() for name, value in headers.items() if value is not None}
    return RequestHead(method, "/", b"", there, 0, False, True)


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


def test_the_accept_key_is_that_of_the_standard():
    assert accepting(KEY.encode()) == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
