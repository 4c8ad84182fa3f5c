"""Registering users, finding them, changing their profiles, and the callbacks of these operations."""

import pytest

from tests.support.databases import ON_SQLITE_ALONE


def callbacks(business, *settings):
    return {"url": business.url, **{setting: {"enable": True, "timeout": 1} for setting in settings}}


def user(user_id, **fields):
    return {"userID": user_id, "nickname": user_id, **fields}


async def test_a_registered_user_is_found_with_its_profile(rest):
    await rest.data("/user/user_register", {"users": [user("ann", faceURL="http://x/a.png", ex="{}", createTime=5)]})
    (found,) = (await rest.data("/user/get_users_info", {"userIDs": ["ann", "nobody"]}))["usersInfo"]
    assert found.pop("createTime") > 1_700_000_000_000
    assert found == {
        "userID": "ann",
        "nickname": "ann",
        "faceURL": "http://x/a.png",
        "ex": "{}",
        "appMangerLevel": 0,
        "globalRecvMsgOpt": 0,
    }


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("users", "code", "named"),
    [
        (None, 1001, "users are empty"),
        ([], 1001, "users are empty"),
        ([None], 1001, "users[0]"),
        ([user("new"), user("")], 1001, "users[1].userID"),
        ([user("new"), {"nickname": "x"}], 1001, "users[1].userID"),
        ([user("new"), {"userID": "x"}], 1001, "users[1].nickname"),
        ([user("new"), user("a b")], 1001, "users[1].userID"),
        ([user("new"), user("a:b")], 1001, "users[1].userID"),
        ([user("new"), user("x" * 129)], 1001, "users[1].userID"),
        ([user("new"), {"userID": 5}], 1001, "users[1].userID"),
        ([user("new"), user("new")], 1001, "repeated: new"),
        ([user("new"), user("ann")], 1102, "ann"),
        ([user("new", nickname="n" * 1025)], 1001, "users[0].nickname"),
    ],
)
async def test_a_bad_registration_is_refused_by_name_and_registers_nobody(rest, users, code, named):
    await rest.register("ann")
    refused = await rest.post("/user/user_register", {"users": users})
    assert refused["errCode"] == code
    assert named in refused["errDlt"]
    assert (await rest.data("/user/account_check", {"checkUserIDs": ["new"]}))["results"][0]["accountStatus"] == 0


@ON_SQLITE_ALONE
async def test_only_administrators_register_and_check(rest):
    await rest.register("ann")
    for path, body in (
        ("/user/user_register", {"users": [user("new")]}),
        ("/user/account_check", {"checkUserIDs": ["ann"]}),
    ):
        assert (await rest.post(path, body, user="ann"))["errCode"] == 1002


async def test_accounts_are_checked_in_the_order_asked(rest):
    await rest.register("ann", "bob")
    answer = await rest.data("/user/account_check", {"checkUserIDs": ["bob", "nobody", "ann"]})
    assert answer["results"] == [
        {"userID": "bob", "accountStatus": 1},
        {"userID": "nobody", "accountStatus": 0},
        {"userID": "ann", "accountStatus": 1},
    ]
    assert (await rest.post("/user/account_check", {"checkUserIDs": ["a", "a"]}))["errCode"] == 1001


@ON_SQLITE_ALONE
async def test_an_empty_list_finds_nobody_and_a_missing_one_is_refused(rest):
    assert (await rest.data("/user/account_check", {"checkUserIDs": []}))["results"] == []
    assert (await rest.data("/user/get_users_info", {"userIDs": []}))["usersInfo"] == []
    for path, field in (("/user/account_check", "checkUserIDs"), ("/user/get_users_info", "userIDs")):
        refused = await rest.post(path, {})
        assert refused["errCode"] == 1001
        assert field in refused["errDlt"]


async def test_users_are_listed_and_searched_page_by_page(rest):
    await rest.register("ann", "Annika", "bob")
    page = {"pageNumber": 1, "showNumber": 2}
    everybody = await rest.data("/user/get_users", {"pagination": page})
    assert (everybody["total"], len(everybody["users"])) == (3, 2)
    found = await rest.data("/user/get_users", {"pagination": page, "userID": "ANN"})
    assert {each["userID"] for each in found["users"]} == {"ann", "Annika"}
    assert (await rest.data("/user/get_users", {"pagination": page, "nickName": "%"}))["total"] == 0
    uids = await rest.data("/user/get_all_users_uid", {"pagination": {"pageNumber": 1, "showNumber": 10}})
    assert uids == {"total": 4, "userIDs": ["imAdmin", "ann", "Annika", "bob"]}


async def test_update_user_info_sets_the_fields_that_are_not_empty(rest):
    await rest.data("/user/user_register", {"users": [user("ann", faceURL="old", ex="old")]})
    await rest.data(
        "/user/update_user_info", {"userInfo": {"userID": "ann", "nickname": "Anna", "faceURL": ""}}, user="ann"
    )
    (found,) = (await rest.data("/user/get_users_info", {"userIDs": ["ann"]}))["usersInfo"]
    assert (found["nickname"], found["faceURL"], found["ex"]) == ("Anna", "old", "old")


async def test_update_user_info_ex_sets_the_fields_that_are_present(rest):
    await rest.data("/user/user_register", {"users": [user("ann", faceURL="old", ex="old")]})
    body = {"userInfo": {"userID": "ann", "faceURL": "", "ex": None, "globalRecvMsgOpt": 2}}
    await rest.data("/user/update_user_info_ex", body, user="ann")
    (found,) = (await rest.data("/user/get_users_info", {"userIDs": ["ann"]}))["usersInfo"]
    assert (found["nickname"], found["faceURL"], found["ex"], found["globalRecvMsgOpt"]) == ("ann", "", "old", 2)


@pytest.mark.parametrize(
    "seen", [{"nickname": "Ann"}, {"faceURL": ""}, {"nickname": "ann", "faceURL": "old", "ex": ""}]
)
async def test_a_profile_that_is_not_as_its_caller_has_seen_it_is_not_changed(rest, seen):
    await rest.data("/user/user_register", {"users": [user("ann", faceURL="old", ex="old")]})
    body = {"userInfo": {"userID": "ann", "nickname": "Anna"}, "seen": seen}
    refused = await rest.post("/user/update_user_info_ex", body)
    assert (refused["errCode"], refused["errMsg"]) == (1363, "ProfileChangedError")
    (found,) = (await rest.data("/user/get_users_info", {"userIDs": ["ann"]}))["usersInfo"]
    assert found["nickname"] == "ann"


async def test_a_profile_that_is_as_its_caller_has_seen_it_is_changed(rest):
    await rest.data("/user/user_register", {"users": [user("ann", faceURL="old", ex="old")]})
    seen = {"nickname": "ann", "faceURL": "old", "ex": "old"}
    await rest.data("/user/update_user_info_ex", {"userInfo": {"userID": "ann", "nickname": "Anna"}, "seen": seen})
    (found,) = (await rest.data("/user/get_users_info", {"userIDs": ["ann"]}))["usersInfo"]
    assert (found["nickname"], found["faceURL"], found["ex"]) == ("Anna", "old", "old")


@pytest.mark.parametrize("field", ["globalRecvMsgOpt", "appMangerLevel"])
async def test_a_number_of_a_profile_has_the_32_bits_that_clients_can_be_told(rest, field):
    refused = await rest.post("/user/user_register", {"users": [user("ann", **{field: 2**32 - 1})]})
    assert (refused["errCode"], field in refused["errDlt"]) == (1001, True)
    await rest.register("bob")
    for path in ("/user/update_user_info", "/user/update_user_info_ex"):
        if (path, field) != ("/user/update_user_info_ex", "appMangerLevel"):  # it does not set that
            body = {"userInfo": {"userID": "bob", field: 2**31}}
            assert (await rest.post(path, body))["errCode"] == 1001


@pytest.mark.parametrize("path", ["/user/update_user_info", "/user/update_user_info_ex"])
async def test_a_profile_is_changed_by_its_user_or_an_administrator(rest, path):
    await rest.register("ann", "bob")
    assert (await rest.post(path, {"userInfo": user("ann")}, user="bob"))["errCode"] == 1002
    assert (await rest.post(path, {"userInfo": user("nobody")}))["errCode"] == 1004
    assert (await rest.post(path, {}))["errCode"] == 1001
    assert (await rest.post(path, {"userInfo": {}}))["errCode"] == 1001


async def test_the_app_may_reject_or_replace_the_users_to_register(start_server, business):
    rest = await start_server(callbacks=callbacks(business, "beforeUserRegister", "afterUserRegister"))
    business.then({"nextCode": 1, "errCode": 6001, "errMsg": "closed"})
    assert (await rest.post("/user/user_register", {"users": [user("ann")]}))["errCode"] == 6001
    business.then({"users": [user("ann", nickname="Replaced")]})
    await rest.register("ann")
    (found,) = (await rest.data("/user/get_users_info", {"userIDs": ["ann"]}))["usersInfo"]
    assert found["nickname"] == "Replaced"
    after = (await business.wait_for(3))[2]
    assert after.path == "/callbackAfterUserRegisterCommand"
    assert after.json["users"][0]["nickname"] == "Replaced"
    business.then({"users": [user("a b")]})
    assert (await rest.post("/user/user_register", {"users": [user("bob")]}))["errCode"] == 90007


async def test_the_answer_names_the_users_whom_the_app_leaves_out_of_a_registration(start_server, business):
    rest = await start_server(callbacks=callbacks(business, "beforeUserRegister"))
    business.then({"users": [user("bob")]})
    envelope = await rest.post("/user/user_register", {"users": [user("ann"), user("bob")]})
    left_out = {"userID": "ann", "errCode": 80000, "errMsg": "left out by the app"}
    assert envelope == {"errCode": 0, "errMsg": "", "errDlt": "", "data": {"skipped": [left_out]}}
    business.then({"users": []})
    assert (await rest.data("/user/user_register", {"users": [user("ann")]}))["skipped"] == [left_out]
    business.then({"users": [user("cy", nickname="Replaced"), user("ann")]})
    assert "data" not in await rest.post("/user/user_register", {"users": [user("ann")]})
    found = await rest.data("/user/account_check", {"checkUserIDs": ["ann", "bob", "cy"]})
    assert [each["accountStatus"] for each in found["results"]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("path", "name"), [("update_user_info", "UpdateUserInfo"), ("update_user_info_ex", "UpdateUserInfoEx")]
)
async def test_the_app_may_replace_a_profile_and_the_after_event_has_the_result(start_server, business, path, name):
    rest = await start_server(callbacks=callbacks(business, f"before{name}", f"after{name}"))
    await rest.register("ann")
    business.then({"nickName": "Bowdlerised"})
    await rest.data(f"/user/{path}", {"userInfo": {"userID": "ann", "nickname": "Rude", "ex": "x"}}, user="ann")
    before, after = await business.wait_for(2)
    assert before.path == f"/callbackBefore{name}Command"
    assert before.json["nickName"] == "Rude"
    assert before.json["ex"] == "x"
    assert after.json["nickName"] == "Bowdlerised"
    (found,) = (await rest.data("/user/get_users_info", {"userIDs": ["ann"]}))["usersInfo"]
    assert (found["nickname"], found["ex"]) == ("Bowdlerised", "x")


async def test_deleting_and_remarking_friends_raise_their_callbacks(start_server, business):
    switched = ("beforeSetFriendRemark", "afterSetFriendRemark", "afterDeleteFriend")
    rest = await start_server(callbacks=callbacks(business, *switched))
    await rest.register("ann", "bob")
    await rest.import_friends("ann", ["bob"])
    business.then({"remark": "B."})
    await rest.data(
        "/friend/set_friend_remark", {"ownerUserID": "ann", "friendUserID": "bob", "remark": "b"}, user="ann"
    )
    await rest.data("/friend/delete_friend", {"ownerUserID": "ann", "friendUserID": "bob"}, user="ann")
    before, remarked, deleted = await business.wait_for(3)
    pair = {"ownerUserID": "ann", "friendUserID": "bob"}
    assert before.json == {"callbackCommand": "callbackBeforeSetFriendRemarkCommand", **pair, "remark": "b"}
    assert remarked.json == {"callbackCommand": "callbackAfterSetFriendRemarkCommand", **pair, "remark": "B."}
    assert deleted.json == {"callbackCommand": "callbackAfterDeleteFriendCommand", **pair}
