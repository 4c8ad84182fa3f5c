"""An administrator has the server send a sample, and reads what is in force, over HTTP on a whole server."""

import asyncio
import base64

import pytest

from amity.callbacks.rules import Rule
from amity.wire.events.catalogue import EVENTS
from amity.wire.webhooks import SAMPLE_PREFIX, key_of, sign
from tests.support.behaviour import Answer, redirect
from tests.support.business_server import BusinessServer
from tests.support.databases import ON_SQLITE_ALONE
from tests.support.processes import free_port

SECRET = "whsec_" + base64.b64encode(b"a secret of the callbacks, long").decode()
BEFORE = "callbackBeforeImportFriendsCommand"
AFTER = "callbackAfterImportFriendsCommand"

pytestmark = ON_SQLITE_ALONE


@pytest.fixture
async def signed(start_server, business):
    """A server whose callbacks are signed, and go to ``business``."""
    before = {"enable": True, "timeout": 1, "failedContinue": True}
    url = business.url.replace("http://", "http://user:word@") + "/cb?key=hidden"
    return await start_server(callbacks={"url": url, "secret": SECRET, "beforeImportFriends": before})


async def test_a_sample_goes_to_the_url_of_the_settings_signed_as_in_earnest(signed, business):
    business.reaction = {"nextCode": 1, "errCode": 5001, "errMsg": "no"}
    found = await signed.data("/callback/try", {"callbackCommand": BEFORE})
    (request,) = business.requests
    assert request.headers["webhook-id"].startswith(SAMPLE_PREFIX)
    at = int(request.headers["webhook-timestamp"])
    signature = sign(key_of(SECRET), request.headers["webhook-id"], at, request.body)
    assert request.headers["webhook-signature"] == signature
    assert (found["verdict"], found["rule"], found["httpStatus"]) == ("rejected", Rule.NEXT_CODE_1, 200)
    assert (found["request"], found["requestBytes"]) == (request.body.decode(), len(request.body))
    assert found["then"] == "the caller gets 5001 no"
    assert found["url"] == f"{business.url}/cb/{BEFORE}"


async def test_a_sample_goes_to_another_url_at_the_same_place(signed, business):
    found = await signed.data("/callback/try", {"callbackCommand": AFTER, "url": f"{business.url}/other?a=b"})
    assert (found["verdict"], found["rule"]) == ("delivered", Rule.DELIVERED)
    assert business.requests[0].path == f"/other/{AFTER}"


async def test_no_sample_goes_to_a_loopback_address_that_the_settings_do_not_name(signed):
    async with BusinessServer() as other:
        for url in (other.url, f"http://localhost:{other.port}", f"http://[::ffff:127.0.0.1]:{other.port}"):
            found = await signed.data("/callback/try", {"callbackCommand": BEFORE, "url": url})
            assert (found["verdict"], found["rule"], found["httpStatus"]) == ("failed", Rule.NO_ANSWER, 0), url
        assert not other.connections


async def test_no_sample_goes_to_the_metadata_of_a_cloud(start_server, business):
    rest = await start_server(callbacks={"url": business.url, "allowPrivate": True})
    found = await rest.data("/callback/try", {"callbackCommand": BEFORE, "url": "http://169.254.169.254/latest"})
    assert found["httpStatus"] == 0
    assert "metadata" in found["reason"]


async def test_a_redirect_is_not_followed(signed, business):
    async with BusinessServer() as other:
        business.reaction = redirect(other.url)
        found = await signed.data("/callback/try", {"callbackCommand": BEFORE})
        assert (found["verdict"], found["rule"]) == ("failed", Rule.STATUS)
        assert {"name": "location", "value": other.url} in found["headers"]
        assert not other.connections


async def test_an_answer_is_shown_to_4_kib(signed, business):
    business.reaction = Answer(b"x" * 100_000)
    found = await signed.data("/callback/try", {"callbackCommand": BEFORE})
    assert (found["answer"], found["answerBytes"]) == ("x" * 4096, 100_000)


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "callbackCommand"),
        ({"callbackCommand": "callbackNone"}, "callbackNone"),
        ({"callbackCommand": BEFORE, "url": "ftp://files.example"}, "http://"),
        ({"callbackCommand": BEFORE, "url": "file:///etc/passwd"}, "http://"),
        ({"callbackCommand": BEFORE, "url": "http://"}, "host"),
        ({"callbackCommand": BEFORE, "url": "http://a b"}, "blanks"),
        ({"callbackCommand": BEFORE, "url": "http://a:99999"}, "port"),
        ({"callbackCommand": BEFORE, "url": "http://a\r\nx: y"}, "blanks"),
        ({"callbackCommand": BEFORE, "url": f"http://a/{'x' * 9000}"}, "url"),
    ],
)
async def test_what_cannot_be_sent_is_said_in_words(signed, body, word):
    answer = await signed.post("/callback/try", body)
    assert answer["errCode"] == 1001
    assert word in answer["errDlt"]


async def test_without_a_url_anywhere_that_is_said(rest):
    answer = await rest.post("/callback/try", {"callbackCommand": BEFORE})
    assert (answer["errCode"], answer["errDlt"]) == (
        1001,
        "url: is empty, and the settings name none for this callback",
    )


async def test_an_administrator_has_one_sample_under_way(signed, business):
    arrived, answered = asyncio.Event(), asyncio.Event()

    class Held:
        async def respond(self, exchange):
            arrived.set()
            await answered.wait()
            return await Answer({}).respond(exchange)

    business.reaction = Held()
    first = asyncio.create_task(signed.data("/callback/try", {"callbackCommand": BEFORE}))
    await arrived.wait()
    assert (await signed.post("/callback/try", {"callbackCommand": BEFORE}))["errCode"] == 1357
    answered.set()
    assert (await first)["verdict"] == "approved"
    business.reaction = {}
    assert (await signed.data("/callback/try", {"callbackCommand": BEFORE}))["verdict"] == "approved"


async def test_what_is_in_force_has_no_secrets_in_it(signed, business):
    answer = await signed.post("/callback/settings", {})
    assert not [each for each in ("hidden", "word", SECRET) if each in str(answer)]
    found = {each["callbackCommand"]: each for each in answer["data"]["callbacks"]}
    assert found.keys() == {event.command for event in EVENTS}
    before = found[BEFORE]
    assert (before["enable"], before["timeout"], before["failedContinue"]) == (True, 1.0, True)
    assert (before["url"], before["isSigned"]) == (f"{business.url}/cb/{BEFORE}", True)
    assert (found[AFTER]["enable"], found[AFTER]["failedContinue"]) == (False, None)
    assert found["callbackBeforeOnlinePushCommand"]["failedContinue"]


async def test_an_open_breaker_is_in_it(start_server):
    callbacks = {"url": f"http://127.0.0.1:{free_port()}", "beforeImportFriends": {"enable": True}}
    rest = await start_server(callbacks=callbacks)
    await rest.register("lena", "max")
    for _ in range(10):
        await rest.post("/friend/import_friend", {"ownerUserID": "lena", "friendUserIDs": ["max"]})
    (found,) = (await rest.data("/callback/settings", {"callbackCommand": BEFORE}))["callbacks"]
    assert found["isLeftAlone"]
    assert {each["verdict"] for each in found["counts"]} == {"approved", "modified", "rejected", "failed"}
