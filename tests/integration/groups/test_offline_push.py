"""What of applications to groups is pushed to phones that are not connected, as the settings of notifications say."""

from typing import Any

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OWNER, STRANGER, USERS, Circle
from tests.support.business_server import ALLOW, BusinessServer

AFTER, BEFORE = "callbackAfterOfflinePushCommand", "callbackBeforeOfflinePushCommand"
KEYS = ("joinGroupApplication", "groupApplicationAccepted", "groupApplicationRejected")


def shown(key: str, *, enable: bool = True) -> dict[str, Any]:
    """Return a type of notification as OpenIM's file has it."""
    return {
        "isSendMsg": False,
        "reliabilityLevel": 1,
        "unreadCount": False,
        "offlinePush": {"enable": enable, "title": f"{key} title", "desc": f"{key} desc", "ext": f"{key} ext"},
    }


@pytest.fixture
def started(start_server: Any, business: BusinessServer) -> Any:
    async def start(*callbacks: str, enable: bool = True) -> Circle:
        on = {name: {"enable": True, "timeout": 5} for name in callbacks or ("afterOfflinePush",)}
        notifications = {key: shown(key, enable=enable) for key in KEYS}
        rest = await start_server(notifications=notifications, callbacks={"url": business.url, **on})
        await rest.register(*USERS)
        return Circle(rest)

    return start


async def apply(circle: Circle, group: str) -> None:
    fields = {"joinSource": 3, "inviterUserID": STRANGER, "reqMessage": "please"}
    await circle.do("join_group", group, user=STRANGER, **fields)


async def answer(circle: Circle, group: str, result: int) -> None:
    fields = {"fromUserID": STRANGER, "handledMsg": "", "handleResult": result}
    await circle.do("group_application_response", group, user=OWNER, **fields)


async def pushes(business: BusinessServer, count: int) -> list[dict[str, Any]]:
    await business.wait_for(count)
    return [request.json for request in business.requests]


def users_of(*pushed: dict[str, Any]) -> list[str]:
    return sorted(receiver["userID"] for push in pushed for receiver in push["receivers"])


async def test_an_application_is_pushed_to_who_manages_the_group_with_the_texts_of_the_settings(started, business):
    circle = await started()
    group = await circle.make()
    await apply(circle, group)
    (push,) = await pushes(business, 1)
    assert users_of(push) == [HELPER, OWNER]
    assert (push["callbackCommand"], push["contentType"], push["groupID"], push["sendID"]) == (
        AFTER,
        1503,
        group,
        STRANGER,
    )
    key = "joinGroupApplication"
    assert (push["title"], push["desc"], push["ex"]) == (f"{key} title", f"{key} desc", f"{key} ext")
    assert (push["conversationID"], push["seq"], push["sessionType"]) == (f"n_{group}", 0, 3)


@pytest.mark.parametrize(("result", "content_type", "key"), [(1, 1505, KEYS[1]), (-1, 1506, KEYS[2])])
async def test_an_answer_is_pushed_to_the_applicant_and_the_other_managers(
    started, business, result, content_type, key
):
    circle = await started()
    group = await circle.make()
    await apply(circle, group)
    await answer(circle, group, result)
    told = [each for each in await pushes(business, 3) if each["contentType"] == content_type]
    assert users_of(*told) == [HELPER, STRANGER]
    assert {(each["title"], each["desc"], each["ex"]) for each in told} == {
        (f"{key} title", f"{key} desc", f"{key} ext")
    }


async def test_who_is_invited_by_a_member_is_not_pushed_that_others_decide(started, business):
    circle = await started()
    group = await circle.make(needVerification=1)
    await circle.do("invite_user_to_group", group, user=MEMBER, invitedUserIDs=[STRANGER])
    (push,) = await pushes(business, 1)
    assert users_of(push) == [HELPER, OWNER]


async def test_who_has_a_phone_connected_is_not_pushed_to(started, business, devices):
    circle = await started()
    group = await circle.make()
    await devices.connect(circle.rest, OWNER)
    await apply(circle, group)
    (push,) = await pushes(business, 1)
    assert users_of(push) == [HELPER]


async def test_nothing_is_pushed_where_the_settings_do_not_say_so(started, business):
    circle = await started(enable=False)
    group = await circle.make()
    await apply(circle, group)
    await answer(circle, group, 1)
    message = {"sendID": OWNER, "groupID": group, "contentType": 101, "sessionType": 3, "content": {"content": "hi"}}
    await circle.rest.data("/msg/send_msg", message)
    (first,) = await pushes(business, 1)
    assert first["contentType"] == 101


async def test_the_business_server_is_asked_before_and_may_change_it(started, business):
    circle = await started("beforeOfflinePush", "afterOfflinePush")
    business.reaction = lambda request: (
        {**ALLOW, "userIDList": [HELPER], "offlinePushInfo": {"title": "new", "desc": "text", "ex": ""}}
        if request.path == f"/{BEFORE}"
        else ALLOW
    )
    group = await circle.make()
    await apply(circle, group)
    before, after = await pushes(business, 2)
    assert (before["callbackCommand"], before["contentType"]) == (BEFORE, 1503)
    assert before["title"] == "joinGroupApplication title"
    assert sorted(before["userIDList"]) == [HELPER, OWNER]
    assert (after["title"], after["desc"], users_of(after)) == ("new", "text", [HELPER])
