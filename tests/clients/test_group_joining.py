"""What OpenIM's released clients tell of the groups that their user comes into and leaves."""

import pytest

from tests.clients.crew import clients
from tests.clients.groups import (
    ADMIN,
    DIRECT,
    ORDINARY,
    OWNER,
    SEARCH,
    WORKING,
    groups_become,
    has_members,
    joined,
    made,
    members,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


@clients()
async def test_a_group_that_somebody_makes_with_the_user_is_told_as_joined(crew, kind):
    client, peer = await crew.meet(kind)
    group = await made(peer, client, groupName="Choir", introduction="We sing")
    shown = await told(client, "OnJoinedGroupAdded", group.group_id)
    assert (shown["groupName"], shown["introduction"], shown["memberCount"]) == ("Choir", "We sing", 2)
    await has_members(client, group, {peer.name: OWNER, client.name: ORDINARY})


@clients()
async def test_a_group_that_the_user_makes_is_told_as_joined_to_it_and_to_who_is_in_it(crew, kind):
    client, friend, admin = await crew.device(kind), await crew.friend(), await crew.peer()
    created = await client.call(
        "createGroup",
        {
            "groupInfo": {"groupType": WORKING, "groupName": "Choir"},
            "memberUserIDs": [friend.name],
            "adminUserIDs": [admin.name],
            "ownerUserID": client.name,
        },
    )
    assert (created["groupName"], created["ownerUserID"], created["memberCount"]) == ("Choir", client.name, 3)
    for device in (client, friend):
        await told(device, "OnJoinedGroupAdded", created["groupID"], groupName="Choir")
    everybody = {client.name: OWNER, admin.name: ADMIN, friend.name: ORDINARY}
    for device in (client, friend):
        assert await members(device, created["groupID"]) == everybody


@clients()
async def test_a_group_that_the_user_is_invited_to_is_told_as_joined(crew, kind):
    client, peer = await crew.meet(kind)
    group = await made(peer, await crew.peer())
    await group.invite(client)
    shown = await told(client, "OnJoinedGroupAdded", group.group_id)
    assert shown["memberCount"] == 3
    assert len(await members(client, group.group_id)) == 3


@clients()
async def test_a_group_that_is_open_to_all_is_joined_at_once(crew, kind):
    client, peer = await crew.meet(kind)
    group = await made(peer, needVerification=DIRECT)
    await client.call("joinGroup", {"groupID": group.group_id, "reqMsg": "hello", "joinSource": SEARCH, "ex": ""})
    await told(client, "OnJoinedGroupAdded", group.group_id)
    await has_members(client, group, {peer.name: OWNER, client.name: ORDINARY})


@clients()
async def test_a_group_that_the_user_joins_on_one_device_is_told_on_the_other(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    group = await made(peer, needVerification=DIRECT)
    await other.call("joinGroup", {"groupID": group.group_id, "reqMsg": "hello", "joinSource": SEARCH, "ex": ""})
    for device in (client, other):
        await told(device, "OnJoinedGroupAdded", group.group_id)


@clients()
async def test_a_group_that_the_user_quits_is_told_as_left_on_all_its_devices(crew, kind):
    client, other, peer = await crew.device(kind), await crew.other(kind), await crew.peer()
    group = await joined(client, peer)
    await told(other, "OnJoinedGroupAdded", group.group_id)
    await client.call("quitGroup", group.group_id)
    for device in (client, other):
        await told(device, "OnJoinedGroupDeleted", group.group_id)
        await groups_become(device, without=[group])


@clients()
async def test_a_group_that_the_user_is_taken_out_of_is_told_as_left(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.kick(client)
    await told(client, "OnJoinedGroupDeleted", group.group_id)
    await groups_become(client, without=[group])


@clients()
async def test_who_comes_back_into_a_group_is_told_of_it_and_its_members_anew(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.kick(client)
    await told(client, "OnJoinedGroupDeleted", group.group_id)
    third = await crew.peer()
    await group.invite(third, client)
    await told(client, "OnJoinedGroupAdded", group.group_id)
    await has_members(client, group, {peer.name: OWNER, third.name: ORDINARY, client.name: ORDINARY})
