"""What a real OpenIM 3.8 server sends."""

import json
from typing import Any

import pytest

from amity.business import (
    AfterAddFriendAgree,
    AfterUpdateUserInfo,
    BeforeAddFriendAgree,
    BeforeUpdateUserInfoEx,
    BeforeUserRegister,
    BusinessServer,
    UserProfile,
)

USER = (
    b'{"userID":"u","nickname":"\\u003cb\\u003e","faceURL":"","ex":"","createTime":0,"appMangerLevel":0,'
    b'"globalRecvMsgOpt":0,"addedLater":{"a":[1]}}'
)


def test_openim_s_requests_are_understood():
    # Unsigned, no query, compact JSON and a newline, null where a field was not given.
    app = BusinessServer()
    events: list[Any] = []
    app.before_user_register(events.append)
    app.before_update_user_info_ex(events.append)
    app.after_update_user_info(events.append)
    headers = {
        "operationID": "1",
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Go-http-client/1.1",
    }
    bodies = [
        b'{"callbackCommand":"callbackBeforeUserRegisterCommand","users":[' + USER + b"]}\n",
        b'{"callbackCommand":"callbackBeforeUpdateUserInfoExCommand","userID":"u","nickName":"N","faceURL":null,"ex":null}\n',
        b'{"callbackCommand":"callbackAfterUpdateUserInfoCommand","userID":"u","nickName":"N","faceURL":"","ex":""}\n',
    ]
    for body in bodies:
        command = json.loads(body)["callbackCommand"]
        assert app.handle_sync(headers, f"/callbackExample/{command}", body).status == 200
    assert events == [
        BeforeUserRegister([UserProfile(user_id="u", nickname="<b>")]),
        BeforeUpdateUserInfoEx(user_id="u", nick_name="N"),
        AfterUpdateUserInfo(user_id="u", nick_name="N", face_url="", ex=""),
    ]


@pytest.mark.parametrize(
    "names",
    [("blackUserID", "HandleResult", "HandleMsg"), ("toUserID", "handleResult", "handleMsg")],
    ids=["as its server sends them", "as its documentation has them"],
)
def test_an_accepted_friend_request_is_understood_under_either_names(names):
    app = BusinessServer()
    told: list[Any] = []
    app.before_add_friend_agree(told.append)
    app.after_add_friend_agree(told.append)
    for kind in (BeforeAddFriendAgree, AfterAddFriendAgree):
        body = {"callbackCommand": kind.command, "fromUserID": "ann"} | dict(zip(names, ["bob", 1, "hi"], strict=True))
        assert app.handle_sync({}, f"/callbackExample/{kind.command}", json.dumps(body).encode()).status == 200
    accepted: dict[str, Any] = {"from_user_id": "ann", "to_user_id": "bob", "handle_result": 1, "handle_msg": "hi"}
    assert told == [BeforeAddFriendAgree(**accepted), AfterAddFriendAgree(**accepted)]


@pytest.mark.parametrize("body", [b"{}", b"[]", b'"', b'{"toUserID":5}', b'{"more":' + b"[" * 100_000 + b"]" * 100_000])
def test_a_body_that_is_no_accepted_friend_request_is_refused(body):
    command = AfterAddFriendAgree.command
    app = BusinessServer()
    app.after_add_friend_agree(lambda _: None)
    head = b'{"callbackCommand":"%s",' % command.encode()
    for text in (body, head + body.removeprefix(b"{")):
        assert app.handle_sync({}, command, text).status == 400
