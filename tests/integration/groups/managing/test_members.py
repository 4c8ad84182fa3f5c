"""Setting what members are called, and what they are."""

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, of_group
from tests.integration.messages.taking_back.test_races import somebody_waits


async def watch(circle, devices, group):
    device = await devices.connect(circle.rest, OTHER)
    await device.received()
    return device, await circle.version(group)


async def test_a_role_and_a_name_have_one_version_and_each_notification_all_of_the_member(circle, devices):
    group = await circle.make()
    device, version = await watch(circle, devices, group)
    assert (await circle.set_members(group, {"userID": MEMBER, "roleLevel": 60, "nickname": "M"}))["errCode"] == 0
    told = of_group(await device.received())
    assert [kind for kind, _ in told] == [1517, 1516]
    for _, detail in told:
        assert (detail["groupMemberVersion"], detail["groupSortVersion"]) == (version + 1, version + 1)
        assert (detail["changedUser"]["roleLevel"], detail["changedUser"]["nickname"]) == (60, "M")
    assert await circle.version(group) == version + 1


async def test_each_of_several_members_has_a_version_of_its_own(circle, devices):
    group = await circle.make()
    device, version = await watch(circle, devices, group)
    entries = [{"userID": MEMBER, "nickname": "M"}, {"userID": OTHER}, {"userID": HELPER, "roleLevel": 20}]
    assert (await circle.set_members(group, *entries))["errCode"] == 0
    told = of_group(await device.received())
    assert [(kind, detail["changedUser"]["userID"], detail["groupMemberVersion"]) for kind, detail in told] == [
        (1516, MEMBER, version + 1),
        (1518, HELPER, version + 2),
    ]
    assert [detail["groupSortVersion"] for _, detail in told] == [0, version + 2]
    assert await circle.version(group) == version + 2
    assert await circle.types(group, OTHER) == [1501]


async def test_a_change_of_roles_is_seen_in_the_order_of_members(circle):
    group = await circle.make()
    await circle.set_members(group, {"userID": OTHER, "roleLevel": 60}, {"userID": HELPER, "roleLevel": 20})
    assert list(await circle.roles(group)) == [OWNER, OTHER, HELPER, MEMBER]


async def test_an_empty_nickname_shows_the_users_own(circle):
    group = await circle.make()
    await circle.set_members(group, {"userID": MEMBER, "nickname": "M", "faceURL": "F", "ex": "E"}, user=MEMBER)
    own = (await circle.members(group))[MEMBER]
    assert (own["nickname"], own["faceURL"], own["ex"]) == ("M", "F", "E")
    await circle.set_members(group, {"userID": MEMBER, "nickname": "", "faceURL": ""}, user=MEMBER)
    own = (await circle.members(group))[MEMBER]
    assert (own["nickname"], own["faceURL"], own["ex"]) == (MEMBER, "", "E")


async def test_a_refused_entry_leaves_nothing_of_the_others(circle):
    group, second = await circle.make(), await circle.make()
    before = await circle.state(group), await circle.state(second)
    refused = [
        {"groupID": second, "userID": MEMBER, "roleLevel": 100},
        {"groupID": second, "userID": MEMBER, "roleLevel": 30},
        {"groupID": second, "userID": "stranger", "nickname": "S"},
        {"groupID": group, "userID": MEMBER, "nickname": "M2"},
        {"groupID": "", "userID": MEMBER},
        {"groupID": group, "userID": ""},
    ]
    for entry in refused:
        members = [{"groupID": group, "userID": MEMBER, "nickname": "M"}, entry]
        answer = await circle.rest.post("/group/set_group_member_info", {"members": members}, user=OWNER)
        assert answer["errCode"] in {1001, 1002}, entry
    assert (await circle.state(group), await circle.state(second)) == before


async def test_members_of_several_groups_are_set_by_one_call(circle):
    groups = [await circle.make() for _ in range(3)]
    members = [{"groupID": group, "userID": MEMBER, "nickname": group} for group in groups]
    await circle.rest.data("/group/set_group_member_info", {"members": members}, user=OWNER)
    assert [(await circle.members(group))[MEMBER]["nickname"] for group in groups] == groups


async def test_an_administrator_gives_up_its_role_and_takes_nobody_elses(circle):
    group = await circle.make()
    assert (await circle.set_members(group, {"userID": HELPER, "roleLevel": 20}, user=HELPER))["errCode"] == 0
    assert (await circle.set_members(group, {"userID": HELPER, "roleLevel": 60}, user=HELPER))["errCode"] == 1002


async def test_an_unknown_group_is_refused_as_one_of_strangers(circle):
    answer = await circle.set_members("nowhere", {"userID": MEMBER, "nickname": "M"})
    assert answer["errCode"] == 1002
    answer = await circle.set_members("nowhere", {"userID": MEMBER, "nickname": "M"}, user="imAdmin")
    assert answer["errCode"] == 1004


async def test_of_very_many_members_the_last_is_told_of_and_clients_fetch_the_others(circle, devices):
    group = await circle.make()
    users = [f"user{number}" for number in range(51)]
    await circle.rest.register(*users)
    await circle.do("invite_user_to_group", group, invitedUserIDs=users)
    device, version = await watch(circle, devices, group)
    entries = [{"userID": each, "nickname": "N", "roleLevel": 60} for each in users]
    assert (await circle.set_members(group, *entries))["errCode"] == 0
    told = of_group(await device.received())
    assert [(kind, detail["changedUser"]["userID"]) for kind, detail in told] == [(1517, "user50"), (1516, "user50")]
    assert {detail["groupMemberVersion"] for _, detail in told} == {version + len(users)}
    versions = {
        "groupID": group,
        "version": version,
        "versionID": told[0][1]["groupMemberVersionID"],
    }
    found = await circle.rest.data("/group/get_incremental_group_members", versions, user=OTHER)
    assert {each["userID"] for each in found["update"]} == set(users)
    assert found["sortVersion"] == version + len(users)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_who_is_to_be_shown_with_its_own_nickname_has_none_that_changes_meanwhile(circle, devices, database_url):
    group = await circle.make()
    await circle.set_members(group, {"userID": MEMBER, "nickname": "M", "faceURL": "F"})
    device, version = await watch(circle, devices, group)
    other: Any = await asyncpg.connect(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        # As who changes a profile: the group shows another name, and need not be told.
        await other.execute("update users set nickname = 'new' where user_id = $1", MEMBER)
        setting = asyncio.create_task(circle.set_members(group, {"userID": MEMBER, "nickname": ""}))
        await somebody_waits(other)
        await transaction.commit()
        assert (await setting)["errCode"] == 0
    finally:
        await other.close()
    ((kind, detail),) = of_group(await device.received())
    assert (kind, detail["groupMemberVersion"], detail["changedUser"]["nickname"]) == (1516, version + 1, "new")
