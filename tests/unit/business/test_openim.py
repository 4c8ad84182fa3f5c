"""What a real OpenIM 3.8 server sends."""

import json
from typing import Any

from amity.business import (
    AfterUpdateUserInfo,
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
