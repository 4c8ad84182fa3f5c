"""Users apply to join groups, and who manages a group answers: what OpenIM's released clients tell of it."""

import pytest

from tests.clients.client import CallFailedError
from tests.clients.crew import clients, parsed, silent
from tests.clients.groups import (
    ADMIN,
    AGREED,
    APPROVAL_OF_INVITED,
    DIRECT,
    REFUSED,
    SEARCH,
    WAITING,
    groups_become,
    joined,
    made,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = {"offset": 0, "count": 100, "groupID": [], "handleResults": []}


async def managed(client, owner, *others):
    """Have a user make a group, of which the user of a client becomes an administrator."""
    group = await joined(client, owner, *others)
    await group.set_member(client, roleLevel=ADMIN)
    await told(client, "OnGroupMemberInfoChanged", group.group_id, userID=client.name, roleLevel=ADMIN)
    return group


async def apply(client, group, text="hello"):
    """Have the user of a client apply to join a group."""
    await client.call("joinGroup", {"groupID": group.group_id, "reqMsg": text, "joinSource": SEARCH, "ex": "by tram"})


@clients()
async def test_who_applies_is_told_that_it_has(crew, kind):
    client, peer = await crew.meet(kind)
    group = await made(peer)
    await apply(client, group)
    asked = await told(client, "OnGroupApplicationAdded", group.group_id, userID=client.name)
    assert (asked["handleResult"], asked["reqMsg"], asked["ex"]) == (WAITING, "hello", "by tram")
    assert (asked["groupName"], asked["nickname"]) == (f"Group of {peer.name}", client.name)
    [sent] = [
        each
        for each in await client.call("getGroupApplicationListAsApplicant", PAGE)
        if each["groupID"] == group.group_id
    ]
    assert (sent["handleResult"], sent["reqMsg"]) == (WAITING, "hello")


@clients()
async def test_who_manages_a_group_is_told_of_who_applies(crew, kind):
    client, peer = await crew.meet(kind)
    applicant = await crew.peer()
    group = await managed(client, peer)
    await applicant.call(
        "/group/join_group", groupID=group.group_id, reqMessage="me", joinSource=SEARCH, inviterUserID=applicant.name
    )
    asked = await told(client, "OnGroupApplicationAdded", group.group_id, userID=applicant.name)
    assert (asked["handleResult"], asked["reqMsg"], asked["nickname"]) == (WAITING, "me", applicant.name)
    received = await client.call("getGroupApplicationListAsRecipient", PAGE)
    assert (group.group_id, applicant.name) in {(each["groupID"], each["userID"]) for each in received}


@clients()
async def test_who_is_accepted_is_told_and_is_in_the_group(crew, kind):
    client, peer = await crew.meet(kind)
    group = await made(peer)
    await apply(client, group)
    await group.call("group_application_response", fromUserID=client.name, handledMsg="gladly", handleResult=AGREED)
    answered = await told(client, "OnGroupApplicationAccepted", group.group_id, userID=client.name)
    assert (answered["handleResult"], answered["handledMsg"], answered["handleUserID"]) == (AGREED, "gladly", peer.name)
    await told(client, "OnJoinedGroupAdded", group.group_id)


@clients()
async def test_who_is_refused_is_told_and_may_apply_again(crew, kind):
    client, peer = await crew.meet(kind)
    group = await made(peer)
    await apply(client, group)
    await told(client, "OnGroupApplicationAdded", group.group_id)
    await group.call("group_application_response", fromUserID=client.name, handledMsg="full", handleResult=REFUSED)
    answered = await told(client, "OnGroupApplicationRejected", group.group_id, userID=client.name)
    assert (answered["handleResult"], answered["handledMsg"]) == (REFUSED, "full")
    await apply(client, group, "please")
    asked = await told(client, "OnGroupApplicationAdded", group.group_id, userID=client.name)
    assert (asked["handleResult"], asked["reqMsg"]) == (WAITING, "please")
    await groups_become(client, without=[group])


async def answer(client, friend, owner, method):
    """Have the user of a client answer a friend's application to a group that it manages. Return the group."""
    group = await managed(client, owner)
    await apply(friend, group)
    await told(client, "OnGroupApplicationAdded", group.group_id, userID=friend.name)
    await client.call(method, {"groupID": group.group_id, "fromUserID": friend.name, "handleMsg": "so be it"})
    return group


@clients()
async def test_whom_a_client_accepts_is_told_and_is_in_the_group(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    group = await answer(client, friend, await crew.peer(), "acceptGroupApplication")
    answered = await told(friend, "OnGroupApplicationAccepted", group.group_id, userID=friend.name)
    assert (answered["handleResult"], answered["handledMsg"]) == (AGREED, "so be it")
    await told(friend, "OnJoinedGroupAdded", group.group_id)
    await told(client, "OnGroupMemberAdded", group.group_id, userID=friend.name)


@clients()
async def test_whom_a_client_refuses_is_told(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    group = await answer(client, friend, await crew.peer(), "refuseGroupApplication")
    answered = await told(friend, "OnGroupApplicationRejected", group.group_id, userID=friend.name)
    assert (answered["handleResult"], answered["handledMsg"]) == (REFUSED, "so be it")


@clients("the answer to another user's application")
async def test_a_client_tells_what_its_own_user_answers(crew, kind):
    client, friend = await crew.device(kind), await crew.friend()
    for method, event in (
        ("refuseGroupApplication", "OnGroupApplicationRejected"),
        ("acceptGroupApplication", "OnGroupApplicationAccepted"),
    ):
        group = await answer(client, friend, await crew.peer(), method)
        await told(client, event, group.group_id, userID=friend.name)


async def answered_by_the_owner(crew, kind, result):
    """Have the owner of a group that the user of a client manages answer an applicant. Return the client and both."""
    client, peer = await crew.meet(kind)
    applicant = await crew.peer()
    group = await managed(client, peer)
    await applicant.call(
        "/group/join_group", groupID=group.group_id, reqMessage="me", joinSource=SEARCH, inviterUserID=applicant.name
    )
    await told(client, "OnGroupApplicationAdded", group.group_id, userID=applicant.name)
    client.forget("OnGroupApplicationAccepted", "OnGroupApplicationRejected")
    await group.call("group_application_response", fromUserID=applicant.name, handledMsg="so", handleResult=result)
    return client, group, applicant


@clients("the answer to another user's application")
async def test_who_manages_a_group_is_told_what_another_one_answers(crew, kind):
    for result, event in ((AGREED, "OnGroupApplicationAccepted"), (REFUSED, "OnGroupApplicationRejected")):
        client, group, applicant = await answered_by_the_owner(crew, kind, result)
        told_of = await told(client, event, group.group_id, userID=applicant.name)
        assert (told_of["handleResult"], told_of["handleUserID"]) == (result, group.owner.name)


@silent("the answer to another user's application")
async def test_a_client_that_asks_for_the_wrong_application_tells_of_none(crew, kind):
    client, group, applicant = await answered_by_the_owner(crew, kind, AGREED)
    await told(client, "OnGroupMemberAdded", group.group_id, userID=applicant.name)
    await group.write("and on")
    await client.event("OnRecvNewMessages", where=lambda data: "and on" in str(parsed(data)))
    assert not client.unasked("OnGroupApplicationAccepted")


@clients()
async def test_whom_a_member_invites_waits_for_who_manages_the_group(crew, kind):
    client, peer = await crew.meet(kind)
    invited = await crew.peer()
    inviter = await crew.peer()
    group = await managed(client, peer, inviter)
    await group.call("set_group_info_ex", needVerification=APPROVAL_OF_INVITED)
    await inviter.call("/group/invite_user_to_group", groupID=group.group_id, invitedUserIDs=[invited.name])
    await told(client, "OnGroupApplicationAdded", group.group_id, userID=invited.name, handleResult=WAITING)
    accepted = {"groupID": group.group_id, "fromUserID": invited.name, "handleMsg": ""}
    await client.call("acceptGroupApplication", accepted)
    await told(client, "OnGroupMemberAdded", group.group_id, userID=invited.name, inviterUserID=inviter.name)


@clients("applications that wait are counted")
async def test_applications_that_wait_are_counted(crew, kind):
    client, peer = await crew.meet(kind)
    applicant = await crew.peer()
    before = await client.call("getGroupApplicationUnhandledCount", {"time": 0})
    group = await managed(client, peer)
    await applicant.call(
        "/group/join_group", groupID=group.group_id, reqMessage="me", joinSource=SEARCH, inviterUserID=applicant.name
    )
    await told(client, "OnGroupApplicationAdded", group.group_id)
    assert await client.call("getGroupApplicationUnhandledCount", {"time": 0}) == before + 1


@clients()
async def test_who_is_in_a_group_already_cannot_join_it(crew, kind):
    client, peer = await crew.meet(kind)
    group = await joined(client, peer, needVerification=DIRECT)
    with pytest.raises(CallFailedError):
        await apply(client, group)
