"""Handing a group over, and ending it."""

import asyncio

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, STRANGER, of_group
from tests.support.rest import ADMIN
from tests.support.stored_rows import stored_rows


def hand_over(circle, group, *, old=OWNER, new=MEMBER, user=OWNER):
    return circle.post("transfer_group", group, user=user, oldOwnerUserID=old, newOwnerUserID=new)


async def test_the_old_owner_gets_the_role_of_the_new_one(circle):
    group = await circle.make()
    assert (await hand_over(circle, group, new=HELPER))["errCode"] == 0
    roles = await circle.roles(group)
    assert (roles[HELPER], roles[OWNER]) == (100, 60)
    assert (await hand_over(circle, group, old=HELPER, user=HELPER))["errCode"] == 0
    roles = await circle.roles(group)
    assert (roles[MEMBER], roles[HELPER]) == (100, 20)
    assert (await circle.info(group))["ownerUserID"] == MEMBER


async def test_a_change_of_owners_is_told_with_both_and_the_exact_version(circle, devices):
    group = await circle.make()
    device = await devices.connect(circle.rest, OTHER)
    version = await circle.version(group)
    await device.received()
    await hand_over(circle, group)
    ((kind, detail),) = of_group(await device.received())
    assert (kind, detail["groupMemberVersion"]) == (1507, version + 1)
    assert (detail["newGroupOwner"]["userID"], detail["newGroupOwner"]["roleLevel"]) == (MEMBER, 100)
    assert (detail["oldGroupOwnerInfo"]["userID"], detail["oldGroupOwnerInfo"]["roleLevel"]) == (OWNER, 20)
    assert (detail["oldGroupOwner"], detail["group"]["ownerUserID"]) == ("", MEMBER)
    assert await circle.version(group) == version + 1


async def test_a_muted_member_is_unmuted_before_it_owns_the_group(circle, devices):
    group = await circle.make()
    await circle.do("mute_group_member", group, userID=MEMBER, mutedSeconds=3600)
    device = await devices.connect(circle.rest, OTHER)
    version = await circle.version(group)
    await device.received()
    await hand_over(circle, group)
    told = of_group(await device.received())
    assert [(kind, detail["groupMemberVersion"]) for kind, detail in told] == [(1513, version + 1), (1507, version + 2)]
    assert (told[0][1]["mutedUser"]["muteEndTime"], told[0][1]["group"]["ownerUserID"]) == (0, OWNER)
    assert (await circle.members(group))[MEMBER]["muteEndTime"] == 0
    assert await circle.types(group, OTHER) == [1501, 1512, 1513, 1507]


async def test_who_is_no_owner_cannot_be_named_as_the_old_one(circle):
    group = await circle.make()
    before = await circle.state(group)
    assert (await hand_over(circle, group, old=HELPER, user=ADMIN))["errCode"] == 1001
    assert (await hand_over(circle, group, old=HELPER, user=HELPER))["errCode"] == 1002
    assert (await hand_over(circle, group, old=HELPER))["errCode"] == 1002
    assert await circle.state(group) == before


async def test_a_group_is_handed_to_another_member_alone(circle):
    group = await circle.make()
    for new in (OWNER, STRANGER, "unknown", ""):
        assert (await hand_over(circle, group, new=new))["errCode"] == 1001, new
    assert (await hand_over(circle, group, old=STRANGER))["errCode"] == 1001


async def test_of_two_who_hand_the_group_over_at_once_one_does(circle):
    group = await circle.make()
    await circle.rest.token(OWNER)
    answers = await asyncio.gather(hand_over(circle, group), hand_over(circle, group, new=OTHER))
    assert sorted(each["errCode"] for each in answers) == [0, 1002]
    assert list((await circle.roles(group)).values()).count(100) == 1


async def test_a_dismissal_is_told_once_to_all_and_takes_the_group_from_their_lists(circle, devices):
    for delete_member in (False, True):
        group = await circle.make()
        watching = [await devices.connect(circle.rest, user) for user in (OWNER, HELPER, MEMBER)]
        for device in watching:
            await device.received()
        start = {user: await joined(circle, user) for user in (OWNER, MEMBER)}
        await circle.do("dismiss_group", group, deleteMember=delete_member)
        for device in watching:
            ((kind, detail),) = of_group(await device.received())
            assert kind == 1511
            named = ("status", "ownerUserID", "memberCount")
            assert [detail["group"][name] for name in named] == [2, OWNER, 4]
        for user in (OWNER, MEMBER):
            assert (await joined(circle, user, start[user]))["delete"] == [group]
        info = await circle.info(group)
        assert (info["status"], info["memberCount"], info["ownerUserID"]) == (2, 0, "")
        assert await circle.members(group) == {}


async def joined(circle, user, since=None):
    known = {"versionID": since["versionID"], "version": since["version"]} if since else {"versionID": "", "version": 0}
    return await circle.rest.data("/group/get_incremental_join_groups", {"userID": user, **known}, user=user)


async def test_what_was_written_in_a_dismissed_group_can_be_read_up_to_its_end(circle):
    group = await circle.make()
    await circle.do("set_group_info_ex", group, groupName="N")
    await circle.do("quit_group", group, user=OTHER)
    await circle.do("dismiss_group", group)
    assert await circle.types(group, MEMBER) == [1501, 1520, 1504, 1511]
    assert await circle.types(group, OTHER) == [1501, 1520, 1504]
    assert (await circle.conversation(group, MEMBER))["maxSeq"] == 4


async def test_a_dismissal_without_a_message_ends_with_what_was_written(circle):
    group = await circle.make()
    await circle.do("dismiss_group", group, sendMessage=False)
    assert await circle.types(group, MEMBER) == [1501]


async def test_the_id_of_a_dismissed_group_stays_taken(circle):
    group = await circle.make()
    await circle.do("dismiss_group", group)
    body = {"ownerUserID": OWNER, "groupInfo": {"groupID": group, "groupType": 2}}
    assert (await circle.rest.post("/group/create_group", body, user=OWNER))["errCode"] == 1202


async def test_an_application_to_a_dismissed_group_stays_and_cannot_be_answered(circle):
    group = await circle.make()
    await circle.do("join_group", group, user=STRANGER, joinSource=3, inviterUserID=STRANGER)
    await circle.do("dismiss_group", group)
    assert await circle.applications(group) == {STRANGER: 0}
    answer = await circle.post("group_application_response", group, user=ADMIN, fromUserID=STRANGER, handleResult=1)
    assert answer["errCode"] == 1204


async def test_a_large_group_is_dismissed_in_one_transaction(circle, database_url):
    many = [f"u{number}" for number in range(900)]
    await circle.rest.register(*many)
    group = await circle.make()
    await circle.do("invite_user_to_group", group, invitedUserIDs=many)
    assert (await circle.info(group))["memberCount"] == 904
    await circle.do("dismiss_group", group)
    assert (await circle.info(group))["memberCount"] == 0
    assert await circle.types(group, many[-1]) == [1501, *[1509] * 18, 1511]
    assert await stored_rows(database_url, "select count(*) from group_members where deleted = 0") == [(0,)]
