from typing import Any

import msgspec
import pytest

from amity.business import (
    AfterImportFriends,
    BeforeImportFriends,
    BeforeSendSingleMsg,
    BusinessServer,
    CallbackRefused,
    Reject,
    ReplaceFriends,
    TestClient,
)

EVENT = BeforeImportFriends(owner_user_id="o", friend_user_ids=["a", "b"])


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "a secret in plain text, long",
        ["whsec_dGhlIG5ldyBvbmUsIG9mIHRoaXMgbW9udGg=", "the old one, of last month"],
    ],
)
def test_an_event_goes_the_whole_way_signed_if_the_app_has_a_secret(secret):
    app = BusinessServer(secret=secret)
    app.before_import_friends(lambda event: ReplaceFriends(event.friend_user_ids[1:]))
    assert TestClient(app).send(EVENT) == ReplaceFriends(["b"])


def test_an_event_is_made_of_the_fields_that_a_test_is_about():
    event = TestClient.sample(BeforeSendSingleMsg, send_id="ann", content='{"content":"spam"}')
    assert (event.send_id, event.content) == ("ann", '{"content":"spam"}')
    assert event == msgspec.structs.replace(BeforeSendSingleMsg.sampled(), send_id="ann", content='{"content":"spam"}')
    with pytest.raises(TypeError, match="sender"):
        TestClient.sample(BeforeSendSingleMsg, sender="ann")


def test_an_after_event_has_no_verdict():
    told: list[Any] = []
    app = BusinessServer()
    app.after_import_friends(told.append)
    event = AfterImportFriends(owner_user_id="o", friend_user_ids=["a"])
    TestClient(app).send(event)
    assert told == [event]


def test_a_handler_s_own_exception_is_raised_again():
    app = BusinessServer()

    @app.before_import_friends
    def failing(event):
        raise KeyError(event.owner_user_id)

    with pytest.raises(KeyError, match="o"):
        TestClient(app).send(EVENT)


async def test_async_tests_send_too():
    app = BusinessServer()

    @app.before_import_friends
    async def decide(event):
        return Reject(5001, "no")

    assert await TestClient(app).send_async(EVENT) == Reject(5001, "no")
    with pytest.raises(CallbackRefused):
        await TestClient(app).send_async(AfterImportFriends(owner_user_id="o", friend_user_ids=["a"]))


def test_what_the_app_refuses_is_an_exception_with_its_status():
    with pytest.raises(CallbackRefused, match="404: no handler") as caught:
        TestClient(BusinessServer()).send(EVENT)
    assert caught.value.status == 404


def test_any_bytes_can_be_posted():
    app = BusinessServer(secret="the secret of these tests")
    app.before_import_friends(lambda _: None)
    client = TestClient(app)
    assert client.post(EVENT.command, b"{}").status == 400
    assert client.post(EVENT.command, b"{}", headers={}).status == 401
    assert client.post(EVENT.command, b"{}", headers=client.headers(b"{}", secret=b"x")).status == 401
