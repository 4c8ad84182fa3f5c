"""What is pushed to devices that are offline: whom the provider is told of, and what."""

import json
from typing import Any

import pytest

from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import SetAppBackgroundStatusReq
from tests.integration.messages.conftest import Talk
from tests.integration.messages.sending.test_callbacks import Asked, of
from tests.support.behaviour import Answer
from tests.support.business_server import BusinessServer

PUSH = "callbackAfterOfflinePushCommand"
TOKEN = {"platformID": 2, "fcmToken": "cid's phone", "account": "cid", "expireTime": 0}


@pytest.fixture
def asked(start_server: Any, business: BusinessServer) -> Asked:
    return Asked(start_server, business)


async def token(talk: Talk, **change: Any) -> None:
    await talk.rest.data("/third/fcm_update_token", {**TOKEN, **change})


async def push_of(talk: Talk, business: BusinessServer, text: str = "hello", **fields: Any) -> dict[str, Any]:
    """Return what the provider is told of a message from Ann to Cid, who is away."""
    before = len(business.requests)
    await talk.ann.send("cid", text, **fields)
    await business.wait_for(before + 1)
    pushed: dict[str, Any] = business.requests[-1].json
    return pushed


async def told_first(talk: Talk, business: BusinessServer) -> str:
    """Send Cid a message that is pushed, and return the first message that the provider was told of."""
    await talk.ann.send("cid", "mark")
    await business.wait_for(1)
    first: str = of(business, PUSH)[0].json["clientMsgID"]
    return first


async def test_the_provider_is_told_whom_to_show_what(asked, business):
    talk = await asked("afterOfflinePush")
    await token(talk)
    sent = await talk.ann.send("cid", "hello")
    await business.wait_for(1)
    (push,) = of(business, PUSH)
    assert push.json == {
        "callbackCommand": PUSH,
        "operationID": push.headers["operationid"],
        "receivers": [
            {"userID": "cid", "badge": 0, "devices": [{"platformID": 2, "token": "cid's phone", "expireTime": 0}]}
        ],
        "title": "[TEXT]",
        "desc": "[TEXT]",
        "ex": "",
        "iOSPushSound": "",
        "iOSBadgeCount": False,
        "conversationID": "si_ann_cid",
        "clientMsgID": "ann-hello",
        "serverMsgID": sent.serverMsgID,
        "seq": 1,
        "sendID": "ann",
        "senderNickname": "ann",
        "groupID": "",
        "contentType": 101,
        "sessionType": 1,
        "sendTime": sent.sendTime,
    }


async def test_the_texts_of_the_message_are_shown(asked, business):
    talk = await asked("afterOfflinePush")
    info = {"title": "Ann", "desc": "says hello", "ex": "e", "iOSPushSound": "bell"}
    push = await push_of(talk, business, offlinePushInfo=info)
    assert {key: push[key] for key in info} == info


async def test_who_is_not_known_to_have_a_device_is_named_all_the_same(asked, business):
    talk = await asked("afterOfflinePush")
    push = await push_of(talk, business)
    assert push["receivers"] == [{"userID": "cid", "badge": 0, "devices": []}]


async def test_who_has_a_phone_connected_is_not_pushed_to(asked, business):
    talk = await asked("afterOfflinePush")
    await talk.ann.send("bob", "hello")
    assert await told_first(talk, business) == "ann-mark"


async def test_who_has_a_computer_connected_is_pushed_to(asked, business):
    talk = await asked("afterOfflinePush")
    await asked.connect("cid", 3)
    assert (await push_of(talk, business))["clientMsgID"] == "ann-hello"


async def test_an_iphone_in_the_background_is_pushed_to(asked, business):
    talk = await asked("afterOfflinePush")
    background = SetAppBackgroundStatusReq(userID="bob", isBackground=True)
    await talk.bob.ask(Identifier.SET_BACKGROUND, background.SerializeToString())
    await talk.ann.send("bob", "hello")
    await business.wait_for(1)
    assert business.requests[0].json["receivers"][0]["userID"] == "bob"


async def test_the_sender_is_not_pushed_to(asked, business):
    talk = await asked("afterOfflinePush")
    await talk.rest.data(
        "/msg/send_msg",
        {"sendID": "cid", "recvID": "cid", "contentType": 101, "sessionType": 1, "content": {"content": "note"}},
    )
    assert await told_first(talk, business) == "ann-mark"


async def test_a_message_without_offline_push_is_not_pushed(asked, business):
    talk = await asked("afterOfflinePush")
    await talk.ann.send("cid", "quiet", options={"offlinePush": False})
    assert await told_first(talk, business) == "ann-mark"


async def test_who_wants_to_hear_nothing_is_not_pushed_to(asked, business):
    talk = await asked("afterOfflinePush")
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "cid", "globalRecvMsgOpt": 2})
    await talk.ann.send("cid", "quiet")
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "cid", "globalRecvMsgOpt": 0})
    assert await told_first(talk, business) == "ann-mark"


async def test_a_repeated_message_is_pushed_once(asked, business):
    talk = await asked("afterOfflinePush")
    await talk.ann.send("cid", "hello")
    await talk.ann.send("cid", "hello")
    await talk.ann.send("cid", "next")
    await business.wait_for(2)
    assert [each.json["clientMsgID"] for each in of(business, PUSH)] == ["ann-hello", "ann-next"]


async def test_a_message_that_is_not_stored_is_pushed_without_a_number(asked, business):
    talk = await asked("afterOfflinePush")
    assert (await push_of(talk, business, options={"history": False}))["seq"] == 0


async def test_the_icon_s_number_is_the_app_s(asked, business):
    talk = await asked("afterOfflinePush")
    await talk.rest.data("/third/set_app_badge", {"userID": "cid", "appUnreadCount": 4})
    assert (await push_of(talk, business))["receivers"][0]["badge"] == 4


async def test_messages_that_count_on_the_icon_raise_its_number(asked, business):
    talk = await asked("afterOfflinePush")
    await talk.rest.data("/third/set_app_badge", {"userID": "cid", "appUnreadCount": 4})
    counts = {"offlinePushInfo": {"title": "t", "iOSBadgeCount": True}}
    pushes = [
        await push_of(talk, business, "one", **counts),
        await push_of(talk, business, "two", **counts),
        await push_of(talk, business, "unread", options={"unreadCount": False}, **counts),
    ]
    assert [push["receivers"][0]["badge"] for push in pushes] == [5, 6, 6]


async def test_a_push_that_fails_is_tried_again_with_the_same_id(start_server, business):
    on = {"url": business.url, "retries": [0.01], "afterOfflinePush": {"enable": True}}
    rest = await start_server(callbacks=on)
    await rest.register("ann", "cid")
    business.then(Answer(b"", 500))
    sent = {"sendID": "ann", "recvID": "cid", "contentType": 101, "sessionType": 1, "content": {"content": "hello"}}
    await rest.data("/msg/send_msg", sent)
    await business.wait_for(2)
    first, second = of(business, PUSH)
    assert (first.headers["webhook-id"], first.json) == (second.headers["webhook-id"], second.json)


async def test_a_newer_token_of_the_platform_takes_the_place_of_the_older(asked, business):
    talk = await asked("afterOfflinePush")
    await token(talk)
    await token(talk, fcmToken="new phone")
    await token(talk, platformID=1, fcmToken="iphone")
    devices = (await push_of(talk, business))["receivers"][0]["devices"]
    assert [(each["platformID"], each["token"]) for each in devices] == [(1, "iphone"), (2, "new phone")]


async def test_a_device_that_another_user_has_now_is_not_pushed_to(asked, business):
    talk = await asked("afterOfflinePush")
    await token(talk)
    await token(talk, account="bob")
    assert (await push_of(talk, business))["receivers"][0]["devices"] == []


async def test_a_device_is_pushed_to_once_though_its_token_came_for_two_platforms(asked, business):
    talk = await asked("afterOfflinePush")
    await token(talk)
    await token(talk, platformID=1)
    devices = (await push_of(talk, business))["receivers"][0]["devices"]
    assert [(each["platformID"], each["token"]) for each in devices] == [(1, "cid's phone")]


async def test_a_token_that_has_expired_is_left_out(asked, business):
    talk = await asked("afterOfflinePush")
    await token(talk, expireTime=1_500_000_000)
    assert (await push_of(talk, business))["receivers"][0]["devices"] == []


async def test_a_client_that_logs_out_leaves_no_token(asked, business):
    talk = await asked("afterOfflinePush")
    await token(talk)
    phone = await asked.connect("cid", 2)
    await phone.ask(Identifier.LOGOUT, b"")
    await phone.client.closed()
    assert (await push_of(talk, business))["receivers"][0]["devices"] == []


async def test_who_is_logged_out_by_an_administrator_leaves_no_token_of_the_platform(asked, business):
    talk = await asked("afterOfflinePush")
    await token(talk)
    await token(talk, platformID=1, fcmToken="iphone")
    await talk.rest.data("/auth/force_logout", {"userID": "cid", "platformID": 2})
    devices = (await push_of(talk, business))["receivers"][0]["devices"]
    assert [each["token"] for each in devices] == ["iphone"]


async def test_the_push_goes_to_an_address_of_its_own_and_is_signed_for_it(asked, business):
    talk = await asked("afterOfflinePush", url=f"{business.url}/push", secret="whsec_" + "c2VjcmV0" * 4)
    await talk.ann.send("cid", "hello")
    await business.wait_for(1)
    (push,) = business.requests
    assert push.path == f"/push/{PUSH}"
    assert push.headers["webhook-signature"].startswith("v1,")
    assert json.loads(push.body)["callbackCommand"] == PUSH


async def test_a_push_that_was_not_taken_outlives_a_restart(start_server, business):
    on = {"url": business.url, "retries": [0.5, 0.5, 0.5], "afterOfflinePush": {"enable": True}}
    rest = await start_server(callbacks=on)
    await rest.register("ann", "cid")
    business.reaction = Answer(b"", 500)
    sent = {"sendID": "ann", "recvID": "cid", "contentType": 101, "sessionType": 1, "content": {"content": "hello"}}
    await rest.data("/msg/send_msg", sent)
    await business.wait_for(1)
    await start_server.stop()
    failed = len(business.requests)
    business.reaction = {}
    await start_server(callbacks=on)
    await business.wait_for(failed + 1)
    assert len({request.headers["webhook-id"] for request in business.requests}) == 1


async def test_a_push_service_that_is_down_delays_no_other_event(asked, business):
    talk = await asked("afterOfflinePush", "afterSendSingleMsg", timeout=60)
    business.reaction = lambda request: Answer({}, 500 if request.path == f"/{PUSH}" else 200)
    await talk.ann.send("cid", "one")
    await business.wait_for(2)
    await talk.ann.send("cid", "two")
    await business.wait_for(3)
    told = [each.json["clientMsgID"] for each in business.requests if each.path != f"/{PUSH}"]
    assert told == ["ann-one", "ann-two"]


async def test_nothing_is_told_of_if_the_settings_have_it_off(asked, business):
    talk = await asked("afterSendSingleMsg")
    await token(talk)
    await talk.ann.send("cid", "one")
    await talk.ann.send("cid", "two")
    await business.wait_for(2)
    assert of(business, PUSH) == []


async def test_typing_is_not_pushed(asked, business):
    talk = await asked("afterOfflinePush")
    await talk.ann.send("cid", "typing", contentType=113)
    assert await told_first(talk, business) == "ann-mark"


async def test_the_filters_of_messages_hold_for_pushes(asked, business):
    talk = await asked("afterOfflinePush", deniedTypes=["110"])
    await talk.ann.send("cid", "custom", contentType=110)
    assert await told_first(talk, business) == "ann-mark"
