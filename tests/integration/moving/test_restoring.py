"""Restoring users, friends, friend requests and blacklists exactly as they were, and exporting them again."""

import asyncio

import pytest

from amity.moving.exporting import store as exporting_store
from amity.wire.frames import Identifier
from tests.support.databases import ON_SQLITE_ALONE
from tests.support.gateway_client import GatewayClient

RESTORE = "/relation/restore"
EXPORT = "/relation/export"
LISTS = ("users", "friends", "applications", "blacks")


def user(user_id, **fields):
    return {
        "kind": "user",
        "userID": user_id,
        "nickname": user_id.title(),
        "faceURL": "",
        "ex": "",
        "createTime": 1_600_000_000_123,
        "appMangerLevel": 1,
        "globalRecvMsgOpt": 0,
    } | fields


def friend(owner, other, **fields):
    return {
        "kind": "friend",
        "ownerUserID": owner,
        "friendUserID": other,
        "remark": "",
        "createTime": 1_600_000_001_456,
        "addSource": 2,
        "operatorUserID": owner,
        "ex": "",
        "isPinned": False,
    } | fields


def application(applicant, to, result, **fields):
    return {
        "kind": "application",
        "fromUserID": applicant,
        "toUserID": to,
        "handleResult": result,
        "reqMsg": f"it is {applicant}",
        "createTime": 1_600_000_002_789,
        "handlerUserID": to if result else "",
        "handleMsg": "well" if result else "",
        "handleTime": 1_600_000_003_000 if result else 0,
        "ex": "",
    } | fields


def black(owner, other, **fields):
    return {
        "kind": "black",
        "ownerUserID": owner,
        "blackUserID": other,
        "createTime": 1_600_000_004_321,
        "addSource": 0,
        "operatorUserID": owner,
        "ex": "",
    } | fields


EVERYTHING = {
    "users": [user(name) for name in ("ann", "bob", "cy", "dee")],
    "friends": [
        friend("ann", "bob", remark="Bobby", isPinned=True, ex="x"),
        friend("ann", "cy", addSource=1, operatorUserID="imAdmin"),
        friend("bob", "ann", createTime=1_600_000_009_999),
    ],
    "applications": [
        application("ann", "bob", 1),
        application("cy", "ann", 0, ex="e"),
        application("dee", "ann", -1),
    ],
    "blacks": [black("dee", "ann", ex="why"), black("dee", "dee")],
}


async def restore(rest, **lists):
    return await rest.data(RESTORE, lists)


async def everything(rest, limit=1000):
    """Return everything that a server exports, by list, without its administrator."""
    found: dict[str, list] = {name: [] for name in LISTS}
    after = ""
    while True:
        page = await rest.data(EXPORT, {"after": after, "limit": limit})
        for name in LISTS:
            found[name] += page[name]
        if not (after := page["next"]):
            found["users"] = [each for each in found["users"] if each["userID"] != "imAdmin"]
            return found


async def test_restored_records_are_exported_as_they_were(rest):
    answer = await restore(rest, **EVERYTHING)
    assert answer == {
        "users": 4,
        "friends": 3,
        "applications": 3,
        "blacks": 2,
        "messages": 0,
        "chats": 0,
        "skipped": [],
    }
    assert await everything(rest) == EVERYTHING


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_of_any_size_have_each_record_once(rest, limit):
    await restore(rest, **EVERYTHING)
    assert await everything(rest, limit) == EVERYTHING


@pytest.mark.parametrize("at_once", [1, 2, 20_000])
async def test_the_first_page_has_all_totals_whatever_number_is_counted_at_once(rest, monkeypatch, at_once):
    monkeypatch.setattr(exporting_store, "COUNTED", at_once)
    await restore(rest, **EVERYTHING)
    first = await rest.data(EXPORT, {})
    assert first["totals"] == {"users": 5, "friends": 3, "applications": 3, "blacks": 2, "messages": 0, "chats": 0}
    assert (await rest.data(EXPORT, {"after": first["next"]}))["totals"] is None


async def test_clients_see_restored_records_through_the_usual_operations(rest):
    await restore(rest, **EVERYTHING)
    page = {"pageNumber": 1, "showNumber": 10}
    friends = (await rest.data("/friend/get_friend_list", {"userID": "ann", "pagination": page}))["friendsInfo"]
    assert [each["friendUser"]["userID"] for each in friends] == ["bob", "cy"]
    assert (friends[0]["remark"], friends[0]["createTime"], friends[0]["addSource"]) == ("Bobby", 1_600_000_001, 2)
    assert (friends[0]["isPinned"], friends[0]["ex"], friends[1]["operatorUserID"]) == (True, "x", "imAdmin")
    both = await rest.data("/friend/is_friend", {"userID1": "ann", "userID2": "cy"})
    assert both == {"inUser1Friends": True, "inUser2Friends": False}
    asked = await rest.data("/friend/get_friend_apply_list", {"userID": "ann", "pagination": page})
    assert {each["fromUserID"]: each["handleResult"] for each in asked["FriendRequests"]} == {"cy": 0, "dee": -1}
    blacks = (await rest.data("/friend/get_black_list", {"userID": "dee", "pagination": page}))["blacks"]
    assert [each["blackUserInfo"]["userID"] for each in blacks] == ["ann", "dee"]
    (profile,) = (await rest.data("/user/get_users_info", {"userIDs": ["cy"]}))["usersInfo"]
    assert (profile["createTime"], profile["appMangerLevel"]) == (1_600_000_000_123, 1)


async def test_restoring_the_same_records_again_changes_no_list(rest):
    await restore(rest, **EVERYTHING)
    before = await full(rest, "ann")
    answer = await restore(rest, **EVERYTHING)
    assert answer == {
        "users": 4,
        "friends": 3,
        "applications": 3,
        "blacks": 2,
        "messages": 0,
        "chats": 0,
        "skipped": [],
    }
    assert await full(rest, "ann") == before
    assert await everything(rest) == EVERYTHING


async def full(rest, owner):
    answer = await rest.data("/friend/get_full_friend_user_ids", {"userID": owner, "idHash": 0})
    return answer["versionID"], answer["version"]


async def increments(rest, owner, since):
    return await rest.data(
        "/friend/get_incremental_friends", {"userID": owner, "versionID": since[0], "version": since[1]}
    )


async def test_existing_rows_become_what_the_record_says_and_clients_sync_the_changes(rest):
    await restore(rest, **EVERYTHING)
    since = await full(rest, "ann")
    changed = friend("ann", "bob", remark="Robert", isPinned=False)
    await restore(rest, friends=[changed, friend("ann", "cy", addSource=1, operatorUserID="imAdmin")])
    answer = await increments(rest, "ann", since)
    assert [each["remark"] for each in answer["update"]] == ["Robert"]
    assert (answer["insert"], answer["delete"]) == ([], [])
    assert answer["sortVersion"] == answer["version"]


async def test_a_deleted_friend_is_restored_as_the_record_says(rest):
    await restore(rest, **EVERYTHING)
    await rest.data("/friend/delete_friend", {"ownerUserID": "ann", "friendUserID": "bob"})
    since = await full(rest, "ann")
    await restore(rest, friends=EVERYTHING["friends"])
    assert [each["remark"] for each in (await increments(rest, "ann", since))["insert"]] == ["Bobby"]
    assert await everything(rest) == EVERYTHING


async def test_a_restored_profile_reaches_every_list_that_shows_it_even_if_the_friendship_is_one_sided(rest):
    await restore(rest, **EVERYTHING)
    since = await full(rest, "ann")
    page = {"userID": "ann", "pagination": {"pageNumber": 1, "showNumber": 10}}
    await rest.data("/friend/get_friend_list", page)
    await restore(rest, users=[user("cy", nickname="Cyrus")])
    assert [each["friendUser"]["nickname"] for each in (await increments(rest, "ann", since))["update"]] == ["Cyrus"]
    shown = (await rest.data("/friend/get_friend_list", page))["friendsInfo"]
    assert [each["friendUser"]["nickname"] for each in shown] == ["Bob", "Cyrus"]
    since = await full(rest, "ann")
    await rest.data("/user/update_user_info", {"userInfo": {"userID": "cy", "nickname": "Cy again"}})
    assert [each["friendUser"]["nickname"] for each in (await increments(rest, "ann", since))["update"]] == ["Cy again"]


async def test_a_block_refuses_a_waiting_request_in_whichever_order_they_are_restored(rest):
    users = [user(name) for name in ("ann", "bob", "cy")]
    refused = [
        application("ann", "bob", -1, handlerUserID="", handleMsg="", handleTime=1_600_000_002_789),
        application("cy", "ann", -1, handlerUserID="", handleMsg="", handleTime=1_600_000_002_789),
    ]
    await restore(rest, users=users, applications=[application("ann", "bob", 0)], blacks=[black("ann", "cy")])
    await restore(rest, applications=[application("cy", "ann", 0)])
    await restore(rest, blacks=[black("bob", "ann")])
    assert (await everything(rest))["applications"] == refused
    await restore(rest, applications=[application("ann", "bob", 0), application("cy", "ann", 0)])
    assert (await everything(rest))["applications"] == refused


async def test_a_request_between_friends_is_agreed_to_in_whichever_order_they_are_restored(rest):
    users = [user(name) for name in ("ann", "bob", "cy")]
    both = [friend("ann", "bob"), friend("bob", "ann")]
    await restore(rest, users=users, applications=[application("ann", "bob", 0), application("ann", "cy", 0)])
    await restore(rest, friends=both)
    agreed = application("ann", "bob", 1, handlerUserID="", handleMsg="", handleTime=1_600_000_002_789)
    assert (await everything(rest))["applications"] == [agreed, application("ann", "cy", 0)]
    await restore(rest, applications=[application("ann", "bob", 0)], friends=[friend("ann", "cy")])
    assert (await everything(rest))["applications"] == [agreed, application("ann", "cy", 0)]


@pytest.mark.parametrize("first", [0, 1])
async def test_the_earlier_of_two_requests_in_both_directions_waits(rest, first):
    asked = [application("ann", "bob", 0, createTime=2_000), application("bob", "ann", 0, createTime=1_000)]
    await restore(rest, users=[user("ann"), user("bob")])
    await restore(rest, applications=[asked[first]])
    await restore(rest, applications=[asked[1 - first]])
    await restore(rest, applications=asked)
    shown = (await everything(rest))["applications"]
    assert [(each["fromUserID"], each["handleResult"]) for each in shown] == [("ann", -1), ("bob", 0)]


async def test_a_restore_ignores_limits_and_sends_no_callbacks(start_server, business):
    rest = await start_server(
        limits={"friendsPerUser": 1, "blacksPerUser": 1},
        callbacks={
            "url": business.url,
            "beforeUserRegister": {"enable": True},
            "afterUserRegister": {"enable": True},
            "beforeImportFriends": {"enable": True},
            "afterImportFriends": {"enable": True},
            "beforeAddBlack": {"enable": True},
            "afterAddBlack": {"enable": True},
        },
    )
    await restore(rest, **EVERYTHING)
    assert await everything(rest) == EVERYTHING
    assert (await rest.data("/callback/statistics", {}))["pending"] == 0
    assert business.requests == []


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("lists", "code", "detail"),
    [
        ({"users": []}, 1001, "0 records in all, and 1 to 1000 are allowed"),
        ({"users": [user("u")] * 1001}, 1001, "1001 records in all, and 1 to 1000 are allowed"),
        ({"users": [user("a b")]}, 1001, "users[0].userID: a userID is 1 to 128 letters"),
        ({"users": [user("")]}, 1001, "users[0].userID: userID is empty"),
        ({"users": [user("u"), user("u")]}, 1001, "users[1]: repeated: u"),
        ({"users": [user("u", nickname="n" * 1025)]}, 1001, "users[0].nickname: 1025 characters"),
        ({"users": [user("u", createTime=-1)]}, 1001, "users[0].createTime"),
        ({"users": [None]}, 1001, "users[0]"),
        ({"users": [user("u", nickname="\0")]}, 1001, "users[0].nickname: must not hold the character U+0000"),
        ({"friends": [friend("ann", "nobody")]}, 1004, "friends[0].friendUserID: user not found: nobody"),
        ({"friends": [friend("", "ann")]}, 1001, "friends[0].ownerUserID is empty"),
        ({"friends": [friend("ann", "ann")]}, 1301, "ownerUserID and friendUserID are the same user: ann"),
        ({"friends": [friend("ann", "bob")] * 2}, 1001, "friends[1]: repeated: ann bob"),
        ({"friends": [friend("ann", "bob", remark="r" * 1025)]}, 1001, "friends[0].remark: 1025 characters"),
        ({"friends": [friend("ann", "bob", addSource="x")]}, 1001, "friends[0].addSource: expected int, got str"),
        ({"applications": [application("ann", "bob", 2)]}, 1001, "applications[0].handleResult"),
        ({"applications": [application("ann", "ann", 0)]}, 1301, "are the same user"),
        ({"applications": [application("ann", "bob", 0, reqMsg="r" * 1025)]}, 1001, "applications[0].reqMsg"),
        ({"blacks": [black("nobody", "ann")]}, 1004, "blacks[0].ownerUserID: user not found: nobody"),
        ({"blacks": [black("ann", "bob", kind="friend")]}, 1001, "blacks[0].kind"),
    ],
)
async def test_one_invalid_record_refuses_all_and_is_named(rest, lists, code, detail):
    await rest.register("ann", "bob")
    lists.setdefault("users", [user("new")])
    envelope = await rest.post(RESTORE, lists)
    assert envelope["errCode"] == code
    assert detail in envelope["errDlt"]
    assert [each["userID"] for each in (await everything(rest))["users"]] == ["ann", "bob"]


async def test_a_partial_restore_leaves_out_invalid_records_and_says_why(rest):
    answer = await restore(
        rest,
        partial=True,
        users=[user("ann"), user("b ob"), user("cy")],
        friends=[friend("ann", "b ob"), friend("ann", "cy"), friend("ann", "cy", remark="twice")],
        blacks=[black("ann", "nobody")],
    )
    assert {name: answer[name] for name in LISTS} == {"users": 2, "friends": 1, "applications": 0, "blacks": 0}
    assert [(each["list"], each["index"], each["errCode"], each["errMsg"]) for each in answer["skipped"]] == [
        ("users", 1, 1001, "ArgsError"),
        ("friends", 0, 1004, "RecordNotFoundError"),
        ("friends", 2, 1001, "ArgsError"),
        ("blacks", 0, 1004, "RecordNotFoundError"),
    ]
    assert answer["skipped"][1]["errDlt"] == "friends[0].friendUserID: user not found: b ob"
    assert (await everything(rest))["friends"] == [friend("ann", "cy")]


async def test_a_restore_without_valid_records_writes_nothing(rest):
    answer = await restore(rest, partial=True, friends=[friend("x", "y")])
    assert answer["friends"] == 0
    assert len(answer["skipped"]) == 1


async def test_an_unknown_operator_is_stored_as_nobody(rest):
    await restore(rest, users=[user("ann"), user("bob")], friends=[friend("ann", "bob", operatorUserID="ghost")])
    assert (await everything(rest))["friends"] == [friend("ann", "bob", operatorUserID="")]


@ON_SQLITE_ALONE
@pytest.mark.parametrize("path", [RESTORE, EXPORT])
async def test_only_administrators_may_restore_and_export(rest, path):
    await rest.register("ann")
    assert (await rest.post(path, {"users": [user("bob")]}, user="ann"))["errCode"] == 1002


@ON_SQLITE_ALONE
@pytest.mark.parametrize("after", ["x", "users", "users:1:2", "friends:1:2:-3", "friends:9:9:9999999999999999999"])
async def test_a_cursor_that_no_page_returned_is_refused(rest, after):
    envelope = await rest.post(EXPORT, {"after": after})
    assert (envelope["errCode"], "after:" in envelope["errDlt"]) == (1001, True)


@ON_SQLITE_ALONE
@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_a_page_has_1_to_1000_records(rest, limit):
    envelope = await rest.post(EXPORT, {"limit": limit})
    assert (envelope["errCode"], envelope["errDlt"]) == (1001, f"limit: is {limit}, and 1 to 1000 are allowed")


async def test_users_who_register_during_an_export_are_left_out_with_the_records_that_name_them(rest):
    await restore(rest, **EVERYTHING)
    first = await rest.data(EXPORT, {"limit": 2})
    await rest.register("eve")
    await rest.import_friends("eve", ["ann", "bob"])
    found = {name: list(first[name]) for name in LISTS}
    after = first["next"]
    while after:
        page = await rest.data(EXPORT, {"after": after, "limit": 2})
        for name in LISTS:
            found[name] += page[name]
        after = page["next"]
    assert {each["userID"] for each in found["users"]} == {"imAdmin", "ann", "bob", "cy", "dee"}
    assert found["friends"] == EVERYTHING["friends"]


async def test_concurrent_restores_that_name_each_other_are_all_stored(rest):
    names = [f"u{number}" for number in range(40)]
    await restore(rest, users=[user(name) for name in names])
    lists = [[friend(owner, other) for other in names if other != owner] for owner in names]
    answers = await asyncio.gather(*(restore(rest, friends=each, users=[user(names[0], ex="e")]) for each in lists))
    assert all(answer["friends"] == 39 for answer in answers)
    found = (await everything(rest))["friends"]
    assert sorted(found, key=str) == sorted((each for owner in lists for each in owner), key=str)


async def test_a_user_who_has_become_an_account_of_the_app_is_logged_out_everywhere(rest, start_server):
    await rest.register("news", "ann")
    asked = [{"userID": user_id, "platformID": platform} for user_id in ("news", "ann") for platform in (1, 5)]
    tokens = [(await rest.data("/auth/get_user_token", each))["token"] for each in asked]
    client = GatewayClient(start_server.gateway_url, "news", tokens[0], 1)
    async with client:
        await restore(rest, users=[user("news", appMangerLevel=3), user("ann")])
        assert (await client.pushed()).identifier == Identifier.KICK
    answers = [await rest.post("/auth/parse_token", {"token": token}) for token in tokens]
    assert [answer["errCode"] for answer in answers] == [1506, 1506, 0, 0]
