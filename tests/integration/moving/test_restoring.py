"""Restoring users, friends, friend requests and blacklists exactly as they were, and exporting them again."""

import asyncio

import pytest

from amity.moving.exporting import counting
from amity.wire.frames import Identifier
from tests.integration.moving.relation_records import (
    EVERYTHING,
    EXPORT,
    LISTS,
    application,
    black,
    everything,
    friend,
    restore,
    user,
)
from tests.support.gateway_client import GatewayClient

NOTHING_ELSE = dict.fromkeys(("groups", "groupMembers", "groupApplications", "messages", "chats"), 0)


async def test_restored_records_are_exported_as_they_were(rest):
    answer = await restore(rest, **EVERYTHING)
    assert answer == {
        "users": 4,
        "friends": 3,
        "applications": 3,
        "blacks": 2,
        **NOTHING_ELSE,
        "skipped": [],
    }
    assert await everything(rest) == EVERYTHING


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_of_any_size_have_each_record_once(rest, limit):
    await restore(rest, **EVERYTHING)
    assert await everything(rest, limit) == EVERYTHING


@pytest.mark.parametrize("at_once", [1, 2, 20_000])
async def test_the_first_page_has_all_totals_whatever_number_is_counted_at_once(rest, monkeypatch, at_once):
    monkeypatch.setattr(counting, "COUNTED", at_once)
    await restore(rest, **EVERYTHING)
    first = await rest.data(EXPORT, {})
    assert first["totals"] == {"users": 5, "friends": 3, "applications": 3, "blacks": 2, **NOTHING_ELSE}
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
        **NOTHING_ELSE,
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


async def test_an_unknown_operator_is_stored_as_nobody(rest):
    await restore(rest, users=[user("ann"), user("bob")], friends=[friend("ann", "bob", operatorUserID="ghost")])
    assert (await everything(rest))["friends"] == [friend("ann", "bob", operatorUserID="")]


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
