"""What OpenIM's released clients tell of the changes of a group itself, and of its end."""

import pytest

from tests.clients.client import CallFailedError
from tests.clients.crew import changed, clients
from tests.clients.groups import (
    APPROVAL_OF_INVITED,
    DISMISSED,
    MUTED,
    OPEN,
    OWNER,
    groups_become,
    joined,
    shown,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def owned(client, owner, *others):
    """Have a user make a group, and hand it over to the user of a client. Return it when the client has told of it."""
    group = await joined(client, owner, *others)
    await group.call("transfer_group", oldOwnerUserID=owner.name, newOwnerUserID=client.name)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=client.name, roleLevel=OWNER)
    client.forget("OnGroupInfoChanged")
    return group


@clients()
async def test_the_new_name_of_a_group_is_told_and_its_conversation_has_it(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.call("set_group_info_ex", groupName="Choir")
    await told(client, "OnGroupInfoChanged", group.group_id, groupName="Choir")
    await changed(client, group.chat, showName="Choir")
    assert (await shown(client, group))["groupName"] == "Choir"


@clients()
async def test_an_announcement_is_told(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.call("set_group_info_ex", notification="We sing on Friday")
    info = await told(client, "OnGroupInfoChanged", group.group_id, notification="We sing on Friday")
    assert info["notificationUserID"] == peer.name
    await group.call("set_group_info_ex", notification="")
    await told(client, "OnGroupInfoChanged", group.group_id, notification="")


@clients()
async def test_what_else_is_set_of_a_group_is_told(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    others = {"introduction": "We sing", "faceURL": "choir.png", "ex": "{}", "needVerification": APPROVAL_OF_INVITED}
    await group.call("set_group_info_ex", **others, lookMemberInfo=1, applyMemberFriend=1)
    await told(client, "OnGroupInfoChanged", group.group_id, **others, lookMemberInfo=1, applyMemberFriend=1)


@clients()
async def test_name_announcement_and_picture_that_are_set_at_once_are_all_there(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    texts = {"groupName": "Choir", "notification": "We sing on Friday", "faceURL": "choir.png"}
    await group.call("set_group_info_ex", **texts)
    await told(client, "OnGroupInfoChanged", group.group_id, **texts)
    info = await shown(client, group)
    assert {name: info[name] for name in texts} == texts


@clients()
async def test_a_group_that_is_muted_and_heard_again_is_told(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.call("mute_group")
    await told(client, "OnGroupInfoChanged", group.group_id, status=MUTED)
    await group.call("cancel_mute_group")
    await told(client, "OnGroupInfoChanged", group.group_id, status=OPEN)


@clients()
async def test_what_a_client_sets_of_its_own_group_is_told_to_it_and_to_others(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    group = await owned(client, await crew.peer(), friend)
    fields = {"introduction": "We sing", "needVerification": APPROVAL_OF_INVITED}
    for setting in ({"groupName": "Choir"}, {"notification": "We sing on Friday"}, fields):
        await client.call("setGroupInfo", {"groupID": group.group_id, **setting})
        for device in (client, friend):
            await told(device, "OnGroupInfoChanged", group.group_id, **setting)


@clients("a group that its owner mutes")
async def test_a_client_mutes_its_own_group(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    group = await owned(client, await crew.peer(), friend)
    for is_muted, status in ((True, MUTED), (False, OPEN)):
        await client.call("changeGroupMute", {"groupID": group.group_id, "isMute": is_muted})
        for device in (client, friend):
            await told(device, "OnGroupInfoChanged", group.group_id, status=status)


@clients()
async def test_the_end_of_a_group_is_told_and_its_conversation_stays(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    await group.call("dismiss_group")
    await told(client, "OnGroupDismissed", group.group_id, status=DISMISSED)
    await told(client, "OnJoinedGroupDeleted", group.group_id)
    await groups_become(client, without=[group])
    kept = await client.call("getOneConversation", {"sourceID": group.group_id, "sessionType": 3})
    assert kept["conversationID"] == group.chat


@clients()
async def test_a_client_ends_its_own_group(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    group = await owned(client, await crew.peer(), friend)
    await client.call("dismissGroup", group.group_id)
    for device in (client, friend):
        await told(device, "OnGroupDismissed", group.group_id)
        await told(device, "OnJoinedGroupDeleted", group.group_id)
        await groups_become(device, without=[group])


@clients()
async def test_what_an_ordinary_member_may_not_set_fails_in_the_client(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer)
    with pytest.raises(CallFailedError):
        await client.call("setGroupInfo", {"groupID": group.group_id, "groupName": "Mine"})
    with pytest.raises(CallFailedError):
        await client.call("dismissGroup", group.group_id)
    assert (await shown(client, group))["groupName"] == f"Group of {peer.name}"
