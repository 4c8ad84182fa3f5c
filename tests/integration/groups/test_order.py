"""Members have one order everywhere: in lists, in what is told of them, and in what clients fetch of changes."""

import random

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, STRANGER, USERS, Circle, of_group
from tests.support.business_server import ALLOW

GUESTS = [f"guest{number:03}" for number in range(120)]


@pytest.fixture
async def guests(circle: Circle) -> list[str]:
    """Users who are in no group, whose registration has another order than their ids."""
    mixed = random.Random(1).sample(GUESTS, len(GUESTS))
    await circle.rest.register(*mixed)
    return random.Random(2).sample(GUESTS, len(GUESTS))


async def told_of(device, content_type: int, field: str) -> list[str]:
    """Return the users whom the notifications of a type name that a device has received."""
    told = [detail for kind, detail in of_group(await device.received()) if kind == content_type]
    return [member["userID"] for detail in told for member in detail[field]]


async def test_those_who_are_invited_are_told_of_in_the_order_of_the_list(circle, guests, devices):
    group = await circle.make()
    device = await devices.connect(circle.rest, MEMBER)
    await circle.do("invite_user_to_group", group, invitedUserIDs=guests)
    told = await told_of(device, 1509, "invitedUserList")
    assert told == GUESTS
    found = await circle.rest.data("/group/get_full_group_member_user_ids", {"groupID": group, "idHash": 0})
    assert [user for user in found["userIDs"] if user in GUESTS] == told


async def test_the_first_members_are_told_of_in_the_order_of_the_list(circle, devices):
    device = await devices.connect(circle.rest, MEMBER)
    body = {
        "ownerUserID": OWNER,
        "adminUserIDs": [STRANGER, HELPER],
        "memberUserIDs": [OTHER, MEMBER],
        "groupInfo": {"groupID": "mixed", "groupName": "G", "groupType": 2},
    }
    await circle.rest.data("/group/create_group", body, user=OWNER)
    told = await told_of(device, 1501, "memberList")
    assert told == [OWNER, HELPER, STRANGER, MEMBER, OTHER]
    assert list(await circle.members("mixed")) == told


async def test_of_very_many_first_members_the_first_of_the_list_are_told_of(circle, guests, devices):
    device = await devices.connect(circle.rest, guests[0])
    body = {
        "ownerUserID": OWNER,
        "memberUserIDs": guests,
        "groupInfo": {"groupID": "mixed", "groupName": "G", "groupType": 2},
    }
    await circle.rest.data("/group/create_group", body, user=OWNER)
    assert await told_of(device, 1501, "memberList") == [OWNER, *GUESTS[:99]]


async def test_those_who_are_removed_are_told_of_in_the_order_of_the_list(circle, guests, devices):
    group = await circle.make()
    await circle.do("invite_user_to_group", group, invitedUserIDs=guests)
    device = await devices.connect(circle.rest, MEMBER)
    await circle.do("kick_group", group, kickedUserIDs=[*guests, HELPER])
    assert await told_of(device, 1508, "kickedUserList") == [HELPER, *GUESTS]


async def test_clients_fetch_those_who_came_in_the_order_of_the_list(circle, guests):
    group = await circle.make()
    known = await circle.rest.data("/group/get_full_group_member_user_ids", {"groupID": group, "idHash": 0})
    await circle.do("invite_user_to_group", group, invitedUserIDs=guests)
    since = {"groupID": group, "versionID": known["versionID"], "version": known["version"]}
    found = await circle.rest.data("/group/get_incremental_group_members", since)
    assert [member["userID"] for member in found["insert"]] == GUESTS


async def test_who_gets_another_role_of_the_business_server_has_its_place(start_server, business, devices):
    url = f"{business.url}/callbackExample"
    callbacks = {"url": url, "beforeMemberJoinGroup": {"enable": True, "timeout": 1}}
    circle = Circle(await start_server(callbacks=callbacks))
    await circle.rest.register(*USERS, "zoe")
    business.reaction = {**ALLOW, "memberCallbackList": [{"userID": "zoe", "roleLevel": 60}]}
    group = await circle.make()
    device = await devices.connect(circle.rest, MEMBER)
    await circle.do("invite_user_to_group", group, invitedUserIDs=[STRANGER, "zoe"])
    assert await told_of(device, 1509, "invitedUserList") == ["zoe", STRANGER]
    assert list(await circle.members(group)) == [OWNER, HELPER, "zoe", MEMBER, OTHER, STRANGER]
