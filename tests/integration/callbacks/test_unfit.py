"""Answers that want what cannot be done: the callback has failed, and its log says so, whatever it is about."""

import logging
from typing import Any

import pytest

from tests.support.business_server import ALLOW
from tests.support.rest import Rest

LONG = "n" * 100_000
SENT = {"sendID": "ann", "recvID": "bob", "senderPlatformID": 1, "contentType": 101, "sessionType": 1}
CASES: list[tuple[str, dict[str, Any], str, dict[str, Any]]] = [
    (
        "beforeUserRegister",
        {"users": [{"userID": "", "nickname": "n"}]},
        "/user/user_register",
        {"users": [{"userID": "eve", "nickname": "e"}]},
    ),
    (
        "beforeUpdateUserInfoEx",
        {"nickName": LONG},
        "/user/update_user_info_ex",
        {"userInfo": {"userID": "ann", "nickname": "Ann"}},
    ),
    (
        "beforeImportFriends",
        {"friendUserIDs": ["nobody"]},
        "/friend/import_friend",
        {"ownerUserID": "ann", "friendUserIDs": ["cid"]},
    ),
    (
        "beforeSetFriendRemark",
        {"remark": LONG},
        "/friend/set_friend_remark",
        {"ownerUserID": "ann", "friendUserID": "bob", "remark": "B"},
    ),
    ("beforeMsgModify", {"content": "no JSON"}, "/msg/send_msg", {**SENT, "content": {"content": "Hi"}}),
    (
        "beforeCreateSingleChatConversations",
        {"recvMsgOpt": 7},
        "/msg/send_msg",
        {**SENT, "content": {"content": "Hi"}},
    ),
    (
        "beforeCreateGroup",
        {"needVerification": 9},
        "/group/create_group",
        {"ownerUserID": "ann", "memberUserIDs": ["bob"], "groupInfo": {"groupName": "H", "groupType": 2}},
    ),
    (
        "beforeMemberJoinGroup",
        {"memberCallbackList": [{"userID": "cid", "roleLevel": 100}]},
        "/group/invite_user_to_group",
        {"groupID": "g", "invitedUserIDs": ["cid"]},
    ),
    (
        "beforeInviteUserToGroup",
        {"invitedUserIDs": ["nobody"]},
        "/group/invite_user_to_group",
        {"groupID": "g", "invitedUserIDs": ["cid"]},
    ),
    (
        "beforeSetGroupInfoEx",
        {"groupName": " "},
        "/group/set_group_info_ex",
        {"groupID": "g", "groupName": "N"},
    ),
    (
        "beforeSetGroupMemberInfo",
        {"roleLevel": 100},
        "/group/set_group_member_info",
        {"members": [{"groupID": "g", "userID": "bob", "nickname": "B"}]},
    ),
]


@pytest.fixture
async def prepared(start_server: Any) -> None:
    """Friends in a group, in the database of the server that is started next."""
    rest: Rest = await start_server()
    await rest.register("ann", "bob", "cid")
    await rest.data("/friend/import_friend", {"ownerUserID": "ann", "friendUserIDs": ["bob"]})
    info = {"groupID": "g", "groupName": "G", "groupType": 2}
    await rest.data("/group/create_group", {"ownerUserID": "ann", "memberUserIDs": ["bob"], "groupInfo": info})
    await start_server.stop()


async def logged(rest: Rest, verdict: str) -> list[tuple[int, str]]:
    """Return the codes and reasons of what had a verdict."""
    body = {"verdict": verdict, "pagination": {"pageNumber": 1, "showNumber": 10}}
    found = await rest.data("/callback/log", body)
    return [(each["errCode"], each["reason"]) for each in found["entries"]]


@pytest.mark.parametrize(("setting", "answer", "path", "body"), CASES, ids=[case[0] for case in CASES])
@pytest.mark.usefixtures("prepared")
async def test_it_is_logged_as_failed_with_its_code_and_reason(
    start_server, business, caplog, setting, answer, path, body
):
    rest = await start_server(callbacks={"url": business.url, setting: {"enable": True, "timeout": 5}})
    business.then({**ALLOW, **answer})
    caplog.set_level(logging.INFO)
    answered = await rest.post(path, body)
    assert answered["errCode"] == 90007
    assert await logged(rest, "failed") == [(90007, answered["errDlt"])]
    assert await logged(rest, "modified") == []
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.usefixtures("prepared")
async def test_an_answer_that_can_be_done_is_logged_once_as_one_that_modifies(start_server, business):
    callbacks = {"url": business.url, "beforeSetGroupInfoEx": {"enable": True, "timeout": 5}}
    rest = await start_server(callbacks=callbacks)
    business.then({**ALLOW, "groupName": "Theirs"})
    await rest.data("/group/set_group_info_ex", {"groupID": "g", "groupName": "N"})
    assert await logged(rest, "modified") == [(0, "")]
    assert await logged(rest, "failed") == []
