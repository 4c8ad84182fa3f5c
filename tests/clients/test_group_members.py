"""What OpenIM's released clients tell of the members of a group."""

import time

import pytest

from tests.clients.client import CallFailedError
from tests.clients.crew import clients
from tests.clients.groups import ADMIN, DIRECT, ORDINARY, OWNER, SEARCH, has_members, joined, ready, told

MANAGERS = 5
"""The filter for the owner and administrators."""
pytestmark = pytest.mark.asyncio(loop_scope="session")


@clients()
async def test_who_is_invited_is_told_to_the_members(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer)
    await group.invite(third)
    came = await told(client, "OnGroupMemberAdded", group.group_id, userID=third.name)
    assert (came["nickname"], came["roleLevel"], came["inviterUserID"]) == (third.name, ORDINARY, peer.name)
    assert (await told(client, "OnGroupInfoChanged", group.group_id, memberCount=3))["groupName"]
    await has_members(client, group, {peer.name: OWNER, client.name: ORDINARY, third.name: ORDINARY})


@clients()
async def test_who_joins_is_told_to_the_members(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, needVerification=DIRECT)
    await third.call("/group/join_group", groupID=group.group_id, joinSource=SEARCH, inviterUserID=third.name)
    await told(client, "OnGroupMemberAdded", group.group_id, userID=third.name)
    await told(client, "OnGroupInfoChanged", group.group_id, memberCount=3)


@clients()
async def test_several_who_come_at_once_are_each_told(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    more = [await crew.peer() for _ in range(5)]
    await group.invite(*more)
    for each in more:
        await told(client, "OnGroupMemberAdded", group.group_id, userID=each.name)
    await has_members(
        client, group, {peer.name: OWNER, client.name: ORDINARY, **{each.name: ORDINARY for each in more}}
    )


@clients()
async def test_who_quits_is_told_to_the_members(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, third)
    await third.call("/group/quit_group", groupID=group.group_id)
    await told(client, "OnGroupMemberDeleted", group.group_id, userID=third.name)
    await told(client, "OnGroupInfoChanged", group.group_id, memberCount=2)
    await has_members(client, group, {peer.name: OWNER, client.name: ORDINARY})


@clients()
async def test_who_is_taken_out_is_told_to_the_members(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, third)
    await group.kick(third)
    await told(client, "OnGroupMemberDeleted", group.group_id, userID=third.name)
    await has_members(client, group, {peer.name: OWNER, client.name: ORDINARY})


@clients()
async def test_a_client_brings_users_in_and_takes_them_out(crew, kind):
    client, friend, third = await crew.device(kind), await crew.friend(), await crew.peer()
    group = await joined(client, await crew.peer(), third)
    await group.set_member(client, roleLevel=ADMIN)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=client.name, roleLevel=ADMIN)
    called = {"groupID": group.group_id, "reason": "because"}
    await client.call("inviteUserToGroup", {**called, "userIDList": [friend.name]})
    await told(friend, "OnJoinedGroupAdded", group.group_id)
    await ready(friend, group, 4)
    await told(client, "OnGroupMemberAdded", group.group_id, userID=friend.name)
    await client.call("kickGroupMember", {**called, "userIDList": [third.name]})
    for device in (client, friend):
        await told(device, "OnGroupMemberDeleted", group.group_id, userID=third.name)
    await has_members(client, group, {group.owner.name: OWNER, client.name: ADMIN, friend.name: ORDINARY})


@clients()
async def test_the_name_that_a_member_has_in_a_group_is_told(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.set_member(peer, nickname="The conductor", faceURL="baton.png")
    changed = await told(client, "OnGroupMemberInfoChanged", group.group_id, nickname="The conductor")
    assert (changed["userID"], changed["faceURL"]) == (peer.name, "baton.png")


@clients()
async def test_a_client_sets_its_own_name_in_a_group(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    group = await joined(client, await crew.peer(), friend)
    mine = {"groupID": group.group_id, "userID": client.name, "nickname": "Tenor", "ex": "second row"}
    await client.call("setGroupMemberInfo", mine)
    for device in (client, friend):
        changed = await told(device, "OnGroupMemberInfoChanged", group.group_id, nickname="Tenor")
        assert (changed["userID"], changed["ex"]) == (client.name, "second row")


@clients()
async def test_a_member_that_renames_itself_everywhere_is_told_in_its_groups(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await peer.rest.data("/user/update_user_info_ex", {"userInfo": {"userID": peer.name, "nickname": "Robert"}})
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=peer.name, nickname="Robert")


@clients()
async def test_who_becomes_an_administrator_and_ordinary_again_is_told(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, third)
    await group.set_member(third, roleLevel=ADMIN)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=third.name, roleLevel=ADMIN)
    await has_members(client, group, {peer.name: OWNER, third.name: ADMIN, client.name: ORDINARY})
    await group.set_member(third, roleLevel=ORDINARY)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=third.name, roleLevel=ORDINARY)
    await has_members(client, group, {peer.name: OWNER, third.name: ORDINARY, client.name: ORDINARY})


@clients()
async def test_a_member_that_is_muted_and_heard_again_is_told(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, third)
    await peer.rest.data(
        "/group/mute_group_member",
        {"groupID": group.group_id, "userID": third.name, "mutedSeconds": 600},
        user=peer.name,
    )
    muted = await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=third.name)
    assert muted["muteEndTime"] > time.time() * 1000 + 500_000
    await peer.rest.data(
        "/group/cancel_mute_group_member", {"groupID": group.group_id, "userID": third.name}, user=peer.name
    )
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=third.name, muteEndTime=0)


@clients()
async def test_a_new_owner_is_told(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.call("transfer_group", oldOwnerUserID=peer.name, newOwnerUserID=client.name)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=peer.name, roleLevel=ORDINARY)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=client.name, roleLevel=OWNER)
    assert (await told(client, "OnGroupInfoChanged", group.group_id, ownerUserID=client.name))["groupName"]
    await has_members(client, group, {client.name: OWNER, peer.name: ORDINARY})


@clients()
async def test_an_owner_mutes_members_and_hands_its_group_over(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    group = await joined(client, await crew.peer(), friend)
    await group.call("transfer_group", oldOwnerUserID=group.owner.name, newOwnerUserID=client.name)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=client.name, roleLevel=OWNER)
    muting = {"groupID": group.group_id, "userID": friend.name, "mutedSeconds": 600}
    await client.call("changeGroupMemberMute", muting)
    for device in (client, friend):
        muted = await told(device, "OnGroupMemberInfoChanged", group.group_id, userID=friend.name)
        assert muted["muteEndTime"] > time.time() * 1000
    await client.call("changeGroupMemberMute", {**muting, "mutedSeconds": 0})
    for device in (client, friend):
        await told(device, "OnGroupMemberInfoChanged", group.group_id, userID=friend.name, muteEndTime=0)
    await client.call("transferGroupOwner", {"groupID": group.group_id, "newOwnerUserID": friend.name})
    for device in (client, friend):
        await told(device, "OnGroupMemberInfoChanged", group.group_id, userID=friend.name, roleLevel=OWNER)
        await has_members(device, group, {friend.name: OWNER, client.name: ORDINARY, group.owner.name: ORDINARY})


@clients()
async def test_a_member_is_looked_up_by_its_id(crew, kind):
    client, peer = await crew.meet(kind)
    third = await crew.peer()
    group = await joined(client, peer, third)
    [found] = await client.call("getSpecifiedGroupMembersInfo", {"groupID": group.group_id, "userIDList": [third.name]})
    assert (found["userID"], found["roleLevel"]) == (third.name, ORDINARY)


@clients("members by their roles")
async def test_members_are_listed_by_their_roles(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer, await crew.peer())
    managers = {"groupID": group.group_id, "offset": 0, "count": 10, "filter": MANAGERS}
    assert [each["userID"] for each in await client.call("getGroupMemberList", managers)] == [peer.name]


@clients("members that are searched")
async def test_members_are_found_by_a_part_of_their_names(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer, await crew.peer())
    asked = {"groupID": group.group_id, "keywordList": [peer.name], "offset": 0, "count": 10}
    found = await client.call("searchGroupMembers", {**asked, "isSearchUserID": True, "isSearchMemberNickname": True})
    assert [each["userID"] for each in found] == [peer.name]


@clients()
async def test_what_a_member_may_not_fails_in_the_client(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    with pytest.raises(CallFailedError):
        await client.call("kickGroupMember", {"groupID": group.group_id, "reason": "", "userIDList": [peer.name]})
