"""What OpenIM's released clients have of groups when they log in, after much or little has happened meanwhile."""

import pytest

from tests.clients.client import becomes
from tests.clients.crew import clients
from tests.clients.groups import ADMIN, ORDINARY, OWNER, groups_become, has_members, joined, made, ready, shown, told

pytestmark = pytest.mark.asyncio(loop_scope="session")

MANY_MEMBERS = 250
"""More than the 200 changes above which the server has a client fetch the whole list."""


@clients("groups joined meanwhile")
async def test_a_group_that_was_joined_meanwhile_is_told_at_login(crew, kind):
    client, peer = await crew.meet(kind)
    await crew.leave(kind)
    group = await made(peer, client)
    client = await crew.again(kind)
    await told(client, "OnJoinedGroupAdded", group.group_id)
    await has_members(client, group, {peer.name: OWNER, client.name: ORDINARY})


@clients("groups left meanwhile")
async def test_the_groups_that_were_left_and_ended_meanwhile_are_told_at_login(crew, kind):
    client, peer = await crew.meet(kind)
    left, ended = [await joined(client, peer) for _ in range(2)]
    await crew.leave(kind)
    await left.kick(client)
    await ended.call("dismiss_group")
    client = await crew.again(kind)
    for group in (left, ended):
        await told(client, "OnJoinedGroupDeleted", group.group_id)


@clients()
async def test_who_logs_in_has_the_groups_that_it_is_in_and_no_others(crew, kind):
    client, peer = await crew.meet(kind)
    left, ended, kept = [await joined(client, peer) for _ in range(3)]
    await crew.leave(kind)
    await left.kick(client)
    await ended.call("dismiss_group")
    new = await made(peer, client)
    client = await crew.again(kind)
    await groups_become(client, kept, new, without=[left, ended])


@clients()
async def test_a_group_that_was_renamed_meanwhile_has_its_new_name_after_login(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await crew.leave(kind)
    await group.call("set_group_info_ex", groupName="Choir", notification="We sing on Friday")
    client = await crew.again(kind)

    async def names():
        info = await shown(client, group)
        chat = await client.call("getOneConversation", {"sourceID": group.group_id, "sessionType": 3})
        return info["groupName"], info["notification"], chat["showName"]

    await becomes(names, ("Choir", "We sing on Friday", "Choir"))


@clients()
async def test_the_members_who_came_went_and_changed_meanwhile_are_there_after_login(crew, kind):
    client, peer = await crew.meet(kind)
    goes, changes, comes = [await crew.peer() for _ in range(3)]
    group = await joined(client, peer, goes, changes)
    await crew.leave(kind)
    await group.kick(goes)
    await group.set_member(changes, roleLevel=ADMIN, nickname="The conductor")
    await group.invite(comes)
    client = await crew.again(kind)
    roles = {peer.name: OWNER, changes.name: ADMIN, client.name: ORDINARY, comes.name: ORDINARY}
    await has_members(client, group, roles)
    [found] = await client.call(
        "getSpecifiedGroupMembersInfo", {"groupID": group.group_id, "userIDList": [changes.name]}
    )
    assert found["nickname"] == "The conductor"


@clients("groups left meanwhile")
async def test_the_members_who_came_and_went_meanwhile_are_told_at_login(crew, kind):
    client, peer = await crew.meet(kind)
    goes, changes, comes = [await crew.peer() for _ in range(3)]
    group = await joined(client, peer, goes, changes)
    await crew.leave(kind)
    await group.kick(goes)
    await group.set_member(changes, nickname="The conductor")
    await group.invite(comes)
    client = await crew.again(kind)
    await told(client, "OnGroupMemberDeleted", group.group_id, userID=goes.name)
    await told(client, "OnGroupMemberAdded", group.group_id, userID=comes.name)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, nickname="The conductor")


async def crowd(crew, count):
    """Register users. Return their ids."""
    people = [f"crowd{(await crew.peer()).name}-{number}" for number in range(count)]
    await crew.house.rest.register(*people)
    return people


@clients()
async def test_a_group_of_which_more_members_changed_than_the_server_tells_of_is_fetched_anew(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await crew.leave(kind)
    people = await crowd(crew, MANY_MEMBERS)
    await group.call("invite_user_to_group", invitedUserIDs=people)
    client = await crew.again(kind)
    await ready(client, group, 2 + MANY_MEMBERS)
    await group.call("kick_group", kickedUserIDs=people[:1])
    await told(client, "OnGroupMemberDeleted", group.group_id, userID=people[0])


@clients()
async def test_many_who_come_at_once_are_there_while_a_client_watches(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    people = await crowd(crew, MANY_MEMBERS)
    await group.call("invite_user_to_group", invitedUserIDs=people)
    await ready(client, group, 2 + MANY_MEMBERS)
