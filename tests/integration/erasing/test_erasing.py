"""What is an erased user to others, and what becomes of what was shared with it."""

import json

import pytest

from tests.integration.erasing.conftest import GONE, NICKNAME, PAGE, Town, chat
from tests.support.rest import ADMIN


async def test_nobody_logs_in_as_an_erased_user(town: Town):
    await town.people()
    token = await town.rest.token(GONE)
    await town.erase()
    assert (await town.rest.post("/user/get_users_info", {"userIDs": ["bob"]}, token=token))["errCode"] in (1506, 1507)
    refused = await town.rest.post("/auth/get_user_token", {"userID": GONE, "platformID": 1})
    assert refused["errCode"] == 1004
    await town.finished()
    assert (await town.rest.post("/user/get_users_info", {"userIDs": ["bob"]}, token=token))["errCode"] == 1507


async def test_nobody_registers_the_id_again(town: Town):
    await town.people()
    await town.erase()
    refused = await town.rest.post("/user/user_register", {"users": [{"userID": GONE, "nickname": "again"}]})
    assert refused["errCode"] == 1102
    found = await town.rest.data("/user/account_check", {"checkUserIDs": [GONE]})
    assert found["results"] == [{"userID": GONE, "accountStatus": 1}]
    record = {"users": [{"userID": GONE, "nickname": NICKNAME}]}
    restored = await town.rest.post("/relation/restore", record)
    assert (restored["errCode"], GONE in restored["errDlt"]) == (1001, True)
    changed = await town.rest.post("/user/update_user_info", {"userInfo": {"userID": GONE, "nickname": "back"}})
    assert changed["errCode"] == 1004


async def test_nobody_befriends_it_writes_to_it_or_brings_it_into_a_group(town: Town):
    await town.people()
    await town.make_group("g", "bob", "cy")
    await town.erase()
    assert (await town.rest.import_friends("bob", [GONE]))["errCode"] == 1004
    applied = {"fromUserID": "bob", "toUserID": GONE}
    assert (await town.rest.post("/friend/add_friend", applied, user="bob"))["errCode"] == 1004
    blocked = {"ownerUserID": "bob", "blackUserID": GONE}
    assert (await town.rest.post("/friend/add_black", blocked, user="bob"))["errCode"] == 1004
    invited = {"groupID": "g", "invitedUserIDs": [GONE]}
    assert (await town.rest.post("/group/invite_user_to_group", invited, user="bob"))["errCode"] != 0
    sent = {"sendID": "bob", "recvID": GONE, "sessionType": 1, "contentType": 101, "content": {"content": "hello"}}
    assert (await town.rest.post("/msg/send_msg", sent))["errCode"] == 1004


async def test_it_is_found_by_no_search(town: Town):
    await town.people()
    await town.erase()
    for asked in ({"userID": GONE}, {"nickName": NICKNAME}, {"nickName": "Deleted"}):
        assert (await town.rest.data("/user/get_users", {**asked, "pagination": PAGE}))["total"] == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"userID": ""}, 1001),
        ({"userID": GONE, "messages": "burn"}, 1001),
        ({"userID": "nobody"}, 1004),
        ({"userID": ADMIN}, 1002),
        ({"userID": "shop"}, 1001),
    ],
    ids=str,
)
async def test_who_cannot_be_erased_is_refused(town: Town, body, code):
    await town.people()
    account = {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3}
    await town.rest.data("/user/add_notification_account", account)
    assert (await town.rest.post("/user/erase_user", body))["errCode"] == code


async def test_a_dry_run_counts_and_erases_nobody(town: Town):
    await town.fill()
    counts = (await town.rest.data("/user/erase_user", {"userID": GONE, "dryRun": True}))["counts"]
    assert (counts["friendCount"], counts["blackCount"], counts["requestCount"]) == (3, 2, 2)
    assert (counts["groupCount"], counts["ownedGroupCount"]) == (3, 2)
    assert counts["messageCount"] >= 6
    (user,) = (await town.rest.data("/user/get_users_info", {"userIDs": [GONE]}))["usersInfo"]
    assert user["nickname"] == NICKNAME
    assert (await town.rest.data("/user/get_erasures", {"pagination": PAGE}))["total"] == 0


async def test_to_ask_again_changes_nothing_and_tells_how_far_it_is(town: Town):
    await town.people()
    first = (await town.erase())["erasure"]
    done = await town.finished()
    again = (await town.erase())["erasure"]
    assert (first["state"], again) == ("running", done)


@pytest.mark.parametrize("conversation", [chat("bob"), "sg_g"])
async def test_messages_that_were_kept_are_removed_when_that_is_asked_for(town: Town, conversation):
    await town.people()
    await town.make_group("g", "bob", GONE)
    await town.send(GONE, "some words", **({"group": "g"} if conversation == "sg_g" else {"to": "bob"}))
    await town.erase("keep")
    await town.finished()
    (kept,) = [each for each in await town.pull("bob", conversation) if each["contentType"] == 101]
    assert json.loads(kept["content"]) == {"content": "some words"}
    assert (kept["senderNickname"], kept["senderFaceURL"]) == ("Deleted user", "")
    await town.erase("remove")
    assert (await town.finished())["messageCount"] == 1
    (removed,) = [each for each in await town.pull("bob", conversation) if each["seq"] == kept["seq"]]
    assert (removed["status"], removed["content"]) == (4, "")


async def test_a_chat_keeps_its_numbers_and_what_the_other_user_wrote(town: Town):
    await town.people()
    await town.send(GONE, "one", to="bob")
    await town.send("bob", "two", to=GONE)
    await town.send(GONE, "three", to="bob")
    await town.erase()
    await town.finished()
    pulled = await town.pull("bob", chat("bob"))
    assert [(each["seq"], each["status"], "two" in each["content"]) for each in pulled] == [
        (1, 4, False),
        (2, 2, True),
        (3, 4, False),
    ]
    found = await town.rest.data("/msg/search_msg", {"sendID": GONE, "pagination": PAGE})
    assert found["chatLogsNum"] == 0


async def test_groups_go_to_who_is_next_and_end_where_nobody_is(town: Town):
    await town.fill()
    await town.make_group("no-admin", GONE, "eve", "cy")
    await town.erase()
    await town.finished()

    async def owner(group: str) -> tuple[str, int]:
        (info,) = (await town.rest.data("/group/get_groups_info", {"groupIDs": [group]}))["groupInfos"]
        return info["ownerUserID"], info["status"]

    async def members(group: str) -> set[str]:
        found = await town.rest.data("/group/get_group_member_list", {"groupID": group, "pagination": PAGE})
        return {each["userID"] for each in found["members"]}

    assert await owner("owned") == ("bob", 0)
    assert await owner("alone") == ("", 2)
    assert (await owner("no-admin"))[0] in ("cy", "eve")
    assert (await members("owned"), await members("joined")) == ({"bob", "cy", "dora"}, {"bob", "cy"})


async def test_it_is_on_no_list_of_others(town: Town):
    await town.fill()
    await town.erase()
    await town.finished()
    assert await town.rest.friends("bob") == []
    blacks = await town.rest.data("/friend/get_black_list", {"userID": "eve", "pagination": PAGE})
    assert blacks["total"] == 0
    applied = await town.rest.data("/friend/get_friend_apply_list", {"userID": "finn", "pagination": PAGE})
    assert applied["total"] == 0
