"""Making groups: who may, who is in them, and what is told."""

import asyncio

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, STRANGER, of_group
from tests.support.rest import ADMIN


def create(circle, *, user=OWNER, **fields):
    info = {"groupID": "made", "groupName": "Made", "groupType": 2, **fields.pop("info", {})}
    body = {"ownerUserID": OWNER, "memberUserIDs": [MEMBER], "adminUserIDs": [HELPER], "groupInfo": info, **fields}
    return circle.rest.post("/group/create_group", body, user=user)


async def test_members_have_their_roles_and_their_number_is_exact(circle):
    for user in (OWNER, ADMIN):
        answer = await create(circle, user=user, info={"groupID": f"by-{user}"})
        assert answer["data"]["groupInfo"]["memberCount"] == 3
        assert await circle.roles(f"by-{user}") == {OWNER: 100, HELPER: 60, MEMBER: 20}
        assert (await circle.info(f"by-{user}"))["creatorUserID"] == user


async def test_the_server_sets_what_a_client_must_not(circle):
    given = {"status": 2, "creatorUserID": STRANGER, "notificationUpdateTime": 5, "notificationUserID": STRANGER}
    given |= {"createTime": 5, "memberCount": 77, "ownerUserID": STRANGER}
    assert (await create(circle, info=given))["errCode"] == 0
    info = await circle.info("made")
    named = ("status", "creatorUserID", "notificationUpdateTime", "notificationUserID", "memberCount", "ownerUserID")
    assert [info[name] for name in named] == [0, OWNER, 0, "", 3, OWNER]
    assert info["createTime"] > 5


@pytest.mark.parametrize(
    ("code", "user", "fields"),
    [
        (1002, STRANGER, {}),
        (1001, OWNER, {"ownerUserID": ""}),
        (1001, OWNER, {"info": {"groupType": 0}}),
        (1001, OWNER, {"memberUserIDs": [MEMBER, MEMBER]}),
        (1001, OWNER, {"memberUserIDs": [OWNER]}),
        (1101, OWNER, {"memberUserIDs": ["unknown"]}),
        (1001, OWNER, {"info": {"groupName": "n" * 1025}}),
        (1001, OWNER, {"info": {"needVerification": 9}}),
        (1001, OWNER, {"info": {"lookMemberInfo": 9}}),
        (1001, OWNER, {"info": {"applyMemberFriend": -4}}),
        (1001, OWNER, {"info": {"historyForNewMembers": 2}}),
    ],
    ids=[
        "another's",
        "no owner",
        "a type",
        "twice",
        "the owner as a member",
        "an unknown user",
        "a long name",
        "unknown verification",
        "unknown look",
        "unknown apply",
        "unknown history",
    ],
)
async def test_what_cannot_be_made_leaves_nothing(circle, code, user, fields):
    assert (await create(circle, user=user, **fields))["errCode"] == code
    assert (await circle.rest.data("/group/get_groups_info", {"groupIDs": ["made"]}))["groupInfos"] == []


async def test_an_id_is_used_once(circle):
    await circle.rest.token(OWNER)
    answers = await asyncio.gather(*(create(circle) for _ in range(4)))
    assert sorted(each["errCode"] for each in answers) == [0, 1202, 1202, 1202]


async def test_members_are_told_and_find_the_group_on_their_lists(circle, devices):
    device = await devices.connect(circle.rest, MEMBER)
    await create(circle, info={"notification": "A"})
    told = of_group(await device.received())
    assert [kind for kind, _ in told] == [1501, 1519]
    version = await circle.version("made")
    assert [detail["groupMemberVersion"] for _, detail in told] == [version, version]
    assert {each["userID"] for each in told[0][1]["memberList"]} == {OWNER, HELPER, MEMBER}
    assert told[0][1]["groupOwnerUser"]["userID"] == OWNER
    joined = await circle.rest.data("/group/get_full_join_group_ids", {"userID": MEMBER}, user=MEMBER)
    assert joined["groupIDs"] == ["made"]
    assert await circle.types("made", MEMBER) == [1501, 1519]


async def test_the_group_can_be_made_without_a_message(circle):
    await create(circle, sendMessage=False)
    assert await circle.types("made", MEMBER) == []
    assert OTHER not in await circle.members("made")


@pytest.mark.parametrize(
    ("given", "said", "seen"),
    [
        (False, 0, [1510]),
        (0, 0, [1510]),
        (True, 1, [1501, 1510]),
        (-1, None, [1501, 1510]),
        (None, None, [1501, 1510]),
    ],
)
async def test_a_group_is_made_with_what_new_members_see_of_before(circle, given, said, seen):
    answer = await create(circle, info={"needVerification": 2, "historyForNewMembers": given})
    assert answer["data"]["groupInfo"].get("historyForNewMembers") == said
    assert (await circle.info("made")).get("historyForNewMembers") == said
    await circle.do("join_group", "made", user=STRANGER, joinSource=3, inviterUserID=STRANGER)
    assert await circle.types("made", STRANGER) == seen


async def test_an_error_says_what_must_be_and_what_came(circle):
    answer = await create(circle, info={"groupType": 0})
    assert answer["errDlt"] == "groupInfo.groupType: must be 2, got 0"
    group = await circle.make()
    joining = await circle.post("join_group", group, user=STRANGER, inviterUserID=STRANGER)
    assert joining["errDlt"] == "joinSource: must be 1, 2, 3 or 4, got 0"
    answering = await circle.post("group_application_response", group, fromUserID=STRANGER, handleResult=2)
    assert answering["errDlt"] == "handleResult: must be 1 or -1, got 2"
