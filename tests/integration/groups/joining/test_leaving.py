"""Leaving groups, being removed, and what of them can be read then, and after coming back."""

import pytest

from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, STRANGER, of_group
from tests.support.rest import ADMIN
from tests.support.stored_rows import stored_rows


async def rename(circle, group, name):
    await circle.do("set_group_info_ex", group, groupName=name)


async def test_who_leaves_is_told_with_the_others_and_loses_the_group(circle, devices):
    group = await circle.make()
    leaving, staying = [await devices.connect(circle.rest, user) for user in (MEMBER, OTHER)]
    version = await circle.version(group)
    for device in (leaving, staying):
        await device.received()
    await circle.do("quit_group", group, user=MEMBER)
    for device in (leaving, staying):
        ((kind, detail),) = of_group(await device.received())
        assert (kind, detail["groupMemberVersion"], detail["quitUser"]["userID"]) == (1504, version + 1, MEMBER)
        assert detail["group"]["memberCount"] == 3
    joined = await circle.rest.data("/group/get_full_join_group_ids", {"userID": MEMBER}, user=MEMBER)
    assert joined["groupIDs"] == []


async def test_who_is_removed_is_named_and_told(circle, devices):
    group = await circle.make()
    device = await devices.connect(circle.rest, MEMBER)
    version = await circle.version(group)
    await device.received()
    await circle.do("kick_group", group, kickedUserIDs=[MEMBER, OTHER], reason="R")
    ((kind, detail),) = of_group(await device.received())
    assert (kind, detail["groupMemberVersion"]) == (1508, version + 1)
    assert {each["userID"] for each in detail["kickedUserList"]} == {MEMBER, OTHER}


@pytest.mark.parametrize(
    ("users", "code", "by"),
    [
        ([MEMBER, STRANGER], 1101, OWNER),
        ([MEMBER, HELPER], 1001, HELPER),
        ([MEMBER, OWNER], 1001, HELPER),
        ([MEMBER, MEMBER], 1001, OWNER),
        ([], 1001, OWNER),
    ],
    ids=["a stranger", "oneself", "the owner", "twice", "nobody"],
)
async def test_of_a_refused_removal_nobody_is_removed(circle, users, code, by):
    group = await circle.make()
    before = await circle.state(group)
    assert (await circle.post("kick_group", group, user=by, kickedUserIDs=users))["errCode"] == code
    assert await circle.state(group) == before


async def test_who_left_reads_up_to_its_leaving_and_nothing_later(circle):
    group = await circle.make()
    await rename(circle, group, "N1")
    await circle.do("quit_group", group, user=MEMBER)
    await circle.do("kick_group", group, kickedUserIDs=[OTHER])
    await rename(circle, group, "N2")
    assert await circle.types(group, MEMBER) == [1501, 1520, 1504]
    assert await circle.types(group, OTHER) == [1501, 1520, 1504, 1508]
    assert (await circle.conversation(group, MEMBER))["maxSeq"] == 3
    assert await circle.types(group, OWNER) == [1501, 1520, 1504, 1508, 1520]


async def test_who_comes_back_reads_what_a_member_reads(circle):
    group = await circle.make()
    await circle.do("quit_group", group, user=MEMBER)
    await rename(circle, group, "N")
    await circle.do("invite_user_to_group", group, invitedUserIDs=[MEMBER])
    await rename(circle, group, "N2")
    assert await circle.types(group, MEMBER) == [1501, 1504, 1520, 1509, 1520]
    assert (await circle.conversation(group, MEMBER))["maxSeq"] == 0


async def test_who_comes_back_to_a_group_without_history_sees_what_is_written_from_then_on(circle):
    group = await circle.make()
    await circle.do("set_group_info_ex", group, historyForNewMembers=False)
    await circle.do("quit_group", group, user=MEMBER)
    await rename(circle, group, "N")
    await circle.do("invite_user_to_group", group, invitedUserIDs=[MEMBER])
    assert await circle.types(group, MEMBER) == [1509]


async def test_a_role_a_mute_and_a_name_end_with_the_membership(circle):
    group = await circle.make()
    await circle.set_members(group, {"userID": MEMBER, "roleLevel": 60, "nickname": "M"})
    await circle.do("mute_group_member", group, userID=MEMBER, mutedSeconds=3600)
    await circle.do("quit_group", group, user=MEMBER)
    await circle.do("invite_user_to_group", group, invitedUserIDs=[MEMBER])
    own = (await circle.members(group))[MEMBER]
    assert (own["roleLevel"], own["nickname"], own["muteEndTime"]) == (20, MEMBER, 0)


async def test_what_was_unread_before_coming_in_does_not_count(circle):
    group = await circle.make(needVerification=2)
    await rename(circle, group, "N")
    await circle.do("join_group", group, user=STRANGER, joinSource=3, inviterUserID=STRANGER)
    await rename(circle, group, "N2")
    body = {"userID": STRANGER, "conversationIDs": [f"sg_{group}"]}
    seqs = await circle.rest.data("/msg/get_conversations_has_read_and_max_seq", body, user=STRANGER)
    found = seqs["seqs"][f"sg_{group}"]
    assert (found["maxSeq"], found["hasReadSeq"]) == (4, 3)


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("kick_group", lambda user: {"kickedUserIDs": [user]}),
        ("mute_group_member", lambda user: {"userID": user, "mutedSeconds": 60}),
        ("cancel_mute_group_member", lambda user: {"userID": user}),
        ("transfer_group", lambda user: {"oldOwnerUserID": OWNER, "newOwnerUserID": user}),
    ],
)
async def test_a_stranger_is_not_told_who_is_in_a_group(circle, operation, fields):
    group = await circle.make()
    await circle.rest.register("nobody")
    answers = [await circle.post(operation, group, user=STRANGER, **fields(each)) for each in (MEMBER, "nobody")]
    assert answers[0] == answers[1]
    assert answers[0]["errCode"] in {1002, 1004}


async def test_no_notification_is_larger_than_what_clients_read(circle, database_url):
    rest, long = circle.rest, "\N{GRINNING FACE}" * 8192
    users = [f"long{number}" for number in range(40)]
    profiles = [{"userID": each, "nickname": each, "faceURL": long} for each in users]
    for begin in range(0, len(users), 10):
        await rest.data("/user/user_register", {"users": profiles[begin : begin + 10]})
    info = {"groupID": "made", "groupName": "G", "groupType": 2}
    await rest.data(
        "/group/create_group", {"ownerUserID": OWNER, "memberUserIDs": users, "groupInfo": info}, user=OWNER
    )
    group = await circle.make()
    await circle.do("invite_user_to_group", group, invitedUserIDs=users)
    await circle.do("kick_group", group, kickedUserIDs=users)
    bodies = [bytes(body) for (body,) in await stored_rows(database_url, "select body from messages")]
    kinds = [MsgData.FromString(each).contentType for each in bodies]
    assert (kinds.count(1501), kinds.count(1509), kinds.count(1508)) == (2, 14, 14)
    assert max(map(len, bodies)) < 512 * 1024


async def test_an_administrator_who_takes_out_a_stranger_is_told_whom_the_group_has_not(circle):
    group = await circle.make()
    answer = await circle.post("quit_group", group, user=ADMIN, userID=STRANGER)
    assert (answer["errCode"], answer["errDlt"]) == (1004, f"user {STRANGER} is not in group {group}")
