"""What is sent, signed how, and where it may go."""

import asyncio
import base64
import hashlib
import hmac
import socket

import pytest

from amity import __version__
from amity.callbacks.sender import Sender, SendFailure
from amity.settings import Callback, Callbacks, Tls
from tests.support.behaviour import Answer, Silence, redirect
from tests.support.business_server import BusinessServer
from tests.support.fake_clock import FakeClock
from tests.support.tls import AUTHORITY, CLIENT, server_context

BEFORE = ("beforeImportFriends", "callbackBeforeImportFriendsCommand")
AFTER = ("afterImportFriends", "callbackAfterImportFriendsCommand")
BODY = b'{"callbackCommand":"callbackBeforeImportFriendsCommand","ownerUserID":"a","friendUserIDs":["b"]}'
NOW = 1_800_000_000.7


@pytest.fixture
async def make_sender():
    made = []

    def make(**settings):
        made.append(Sender(Callbacks(**settings), clock=FakeClock(NOW)))
        return made[-1]

    yield make
    for sender in made:
        await sender.close()


def send(sender, callback=BEFORE, operation_id="operation-1"):
    return sender.send(*callback, BODY, operation_id=operation_id, event_id="msg_1")


async def test_a_callback_has_the_documented_request_and_nothing_else(make_sender, business):
    sender = make_sender(url=f"{business.url}/app/callbackExample?tenant=7&x")
    assert (await send(sender)).status == 200
    (request,) = business.requests
    assert request.method == "POST"
    assert request.path == "/app/callbackExample/callbackBeforeImportFriendsCommand"
    assert request.query == {"tenant": ["7"], "x": [""], "contenttype": ["json"]}
    assert request.body == BODY
    assert request.headers == {
        "host": f"127.0.0.1:{business.port}",
        "accept-encoding": "identity",
        "content-type": "application/json",
        "user-agent": f"amity/{__version__}",
        "operationid": "operation-1",
        "content-length": str(len(BODY)),
    }


def signature(key):
    return "v1," + base64.b64encode(hmac.new(key, b"msg_1.1800000000." + BODY, hashlib.sha256).digest()).decode()


async def test_with_a_secret_the_three_headers_of_standard_webhooks_go_with_it(make_sender, business):
    await send(
        make_sender(url=business.url, secret="whsec_" + base64.b64encode(b"a key of the app, of 26 by").decode())
    )
    headers = business.requests[0].headers
    assert headers["webhook-id"] == "msg_1"
    assert headers["webhook-timestamp"] == "1800000000"
    assert headers["webhook-signature"] == signature(b"a key of the app, of 26 by")


async def test_while_a_secret_is_rotated_both_sign(make_sender, business):
    await send(make_sender(url=business.url, secret=["the new one, of this month", "the old one, of last month"]))
    assert business.requests[0].headers["webhook-signature"] == " ".join(
        [signature(b"the new one, of this month"), signature(b"the old one, of last month")]
    )


async def test_an_after_event_has_its_id_without_a_secret_too(make_sender, business):
    await send(make_sender(url=business.url), AFTER)
    headers = business.requests[0].headers
    assert headers["webhook-id"] == "msg_1"
    assert "webhook-signature" not in headers


async def test_a_callback_may_have_a_url_a_secret_and_a_timeout_of_its_own(make_sender, business):
    own = Callback(enable=True, url=f"{business.url}/own", secret="a secret of its own, long", timeout=0.2)
    async with BusinessServer() as common:
        sender = make_sender(
            url=f"{common.url}/common", secret="the secret of all callbacks", events={"beforeImportFriends": own}
        )
        await send(sender)
        await send(sender, AFTER)
        assert business.requests[0].path == "/own/callbackBeforeImportFriendsCommand"
        assert business.requests[0].headers["webhook-signature"] == signature(b"a secret of its own, long")
        assert common.requests[0].path == "/common/callbackAfterImportFriendsCommand"
        assert common.requests[0].headers["webhook-signature"] == signature(b"the secret of all callbacks")
    business.reaction = Silence()
    with pytest.raises(SendFailure, match="in time"):
        await send(sender)


@pytest.mark.parametrize(
    ("operation_id", "sent"),
    [
        ("", ""),
        ("a b", "a b"),
        ("a\r\nx: y", "a??x: y"),
        ("ü\x00\x7f", "ü??"),
        ("\u5b57", "?"),
        ("x" * 5000, "x" * 5000),
    ],
)
async def test_any_operation_id_can_be_sent_and_forges_nothing(make_sender, business, operation_id, sent):
    await send(make_sender(url=business.url), operation_id=operation_id)
    assert business.requests[0].headers["operationid"] == sent
    assert "x" not in business.requests[0].headers


async def test_userinfo_of_the_url_authenticates_and_is_not_shown(make_sender, business):
    sender = make_sender(url=f"http://me:hunter2@127.0.0.1:{business.port}/app?key=hunter2")
    await send(sender)
    assert business.requests[0].headers["authorization"].startswith("Basic ")
    assert sender.shown(*BEFORE) == f"{business.url}/app/callbackBeforeImportFriendsCommand"


@pytest.mark.parametrize("status", [200, 204, 301, 404, 500])
async def test_every_status_is_an_answer_to_the_sender(make_sender, business, status):
    business.reaction = Answer(b"" if status == 204 else b"{}", status)
    assert (await send(make_sender(url=business.url))).status == status


async def test_a_redirect_to_a_metadata_address_is_not_followed(make_sender, business):
    business.reaction = redirect("http://169.254.169.254/latest/meta-data/", 307)
    assert (await send(make_sender(url=business.url, allow_private=True))).status == 307
    assert len(business.requests) == 1


# Where it may go ---------------------------------------------------------------------------------------------------


def resolve(monkeypatch, *addresses):
    async def getaddrinfo(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)


async def refusal(sender, callback=BEFORE):
    with pytest.raises(SendFailure) as raised:
        await send(sender, callback)
    assert raised.value.reason == "the app's callback could not be reached"
    return raised.value.detail


@pytest.mark.parametrize("allow_private", [None, True, False])
@pytest.mark.parametrize(
    "address", ["169.254.169.254", "100.100.100.200", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0"]
)
async def test_a_name_that_resolves_to_a_refused_address_is_never_connected_to(
    make_sender, monkeypatch, allow_private, address
):
    resolve(monkeypatch, address)
    detail = await refusal(make_sender(url="http://app.example/x", allow_private=allow_private))
    assert "is refused" in detail


async def test_a_name_that_resolves_to_loopback_needs_allow_private(make_sender, business, monkeypatch):
    resolve(monkeypatch, "127.0.0.1")
    url = f"http://app.example:{business.port}"
    assert "allowPrivate" in await refusal(make_sender(url=url))
    assert "allowPrivate" in await refusal(make_sender(url=url, allow_private=False))
    assert business.connections == 0
    assert (await send(make_sender(url=url, allow_private=True))).status == 200


async def test_a_literal_private_address_needs_allow_private(make_sender):
    assert "private" in await refusal(make_sender(url="http://10.0.0.1:9/"))
    assert "private" in await refusal(make_sender(url="http://[fd12::1]:9/"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_literal_loopback_url_works_without_the_setting_and_not_against_it(make_sender, business, host):
    url = f"http://{host}:{business.port}"
    assert (await send(make_sender(url=url))).status == 200
    assert "loopback" in await refusal(make_sender(url=url, allow_private=False))


async def test_what_a_loopback_url_may_does_not_extend_to_another_callbacks_url(make_sender, business, monkeypatch):
    resolve(monkeypatch, "127.0.0.1")
    other = Callback(enable=True, url=f"http://app.example:{business.port}")
    sender = make_sender(url=business.url, events={"afterImportFriends": other})
    assert (await send(sender)).status == 200
    assert "loopback" in await refusal(sender, AFTER)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001"])
async def test_an_odd_spelling_of_loopback_is_no_literal_address(make_sender, business, host):
    assert "loopback" in await refusal(make_sender(url=f"http://{host}:{business.port}"))
    assert business.connections == 0


# TLS ---------------------------------------------------------------------------------------------------------------


async def test_tls_with_a_ca_file_and_a_client_certificate(make_sender):
    tls = Tls(ca_file=str(AUTHORITY), client_certificate=str(CLIENT))
    async with BusinessServer(tls=server_context(asks_for_client=True)) as server:
        assert (await send(make_sender(url=server.url, tls=tls))).status == 200


async def test_a_certificate_of_an_unknown_authority_is_refused(make_sender):
    async with BusinessServer(tls=server_context()) as server:
        with pytest.raises(SendFailure) as raised:
            await send(make_sender(url=server.url))
    assert raised.value.reason == "the app's callback could not be reached over TLS"


async def test_a_callback_without_valid_settings_is_a_failure_of_its_own(make_sender):
    with pytest.raises(SendFailure) as raised:
        await send(make_sender())
    assert "settings" in raised.value.reason
