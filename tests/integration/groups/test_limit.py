"""How many changes of groups users may ask for."""

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, STRANGER, USERS, Circle
from tests.support.rest import ADMIN

MOST = 3


@pytest.fixture
async def circle(start_server) -> Circle:
    rest = await start_server(limits={"groupChangesPerMinute": MOST})
    await rest.register(*USERS)
    return Circle(rest)


async def use_up(circle: Circle, group: str, user: str, done: int = 0) -> None:
    """Have a user ask for as many changes as it may, of which it has asked for some: who makes a group, for one."""
    for number in range(MOST - done):
        await circle.set_members(group, {"userID": user, "nickname": f"n{number}"}, user=user)


async def test_who_asks_for_too_many_changes_is_refused_and_changes_nothing(circle):
    group = await circle.make()
    await use_up(circle, group, OWNER, done=1)
    before = await circle.state(group)
    refused = await circle.post("set_group_info_ex", group, groupName="new")
    assert (refused["errCode"], refused["errMsg"]) == (1362, "GroupChangesLimitError")
    assert refused["errDlt"].startswith("limits.groupChangesPerMinute: too many in a minute, try again in ")
    assert await circle.state(group) == before


@pytest.mark.parametrize(
    ("operation", "fields"),
    [
        ("create_group", {"ownerUserID": OWNER, "groupInfo": {"groupName": "G", "groupType": 2}}),
        ("invite_user_to_group", {"invitedUserIDs": [STRANGER]}),
        ("join_group", {"joinSource": 3, "inviterUserID": OWNER}),
        ("group_application_response", {"fromUserID": STRANGER, "handleResult": 1}),
        ("quit_group", {}),
        ("kick_group", {"kickedUserIDs": [MEMBER]}),
        ("set_group_info", {"groupInfoForSet": {"groupName": "new"}}),
        ("set_group_info_ex", {"groupName": "new"}),
        ("set_group_member_info", {"members": [{"userID": OWNER, "nickname": "new"}]}),
        ("transfer_group", {"oldOwnerUserID": OWNER, "newOwnerUserID": MEMBER}),
        ("dismiss_group", {}),
        ("mute_group_member", {"userID": MEMBER, "mutedSeconds": 60}),
        ("cancel_mute_group_member", {"userID": MEMBER}),
        ("mute_group", {}),
        ("cancel_mute_group", {}),
    ],
)
async def test_every_operation_that_changes_a_group_counts(circle, operation, fields):
    group = await circle.make()
    await use_up(circle, group, OWNER, done=1)
    assert (await circle.post(operation, group, **fields))["errCode"] == 1362


async def test_each_user_has_its_own_and_reading_does_not_count(circle):
    group = await circle.make()
    await use_up(circle, group, MEMBER)
    assert (await circle.post("quit_group", group, user=MEMBER))["errCode"] == 1362
    body = {"groupID": group, "idHash": 0}
    for _ in range(MOST + 1):
        await circle.rest.data("/group/get_full_group_member_user_ids", body, user=OTHER)
    await circle.do("quit_group", group, user=OTHER)


async def test_what_is_refused_for_another_reason_counts_too(circle):
    group = await circle.make()
    for _ in range(MOST):
        assert (await circle.post("mute_group", group, user=MEMBER))["errCode"] == 1002
    assert (await circle.post("mute_group", group, user=MEMBER))["errCode"] == 1362


async def test_administrators_ask_for_any_number(circle):
    group = await circle.make()
    for number in range(MOST + 2):
        await circle.do("set_group_info_ex", group, user=ADMIN, groupName=f"n{number}")


async def test_the_business_server_is_not_asked_about_what_is_too_much(start_server, business):
    callbacks = {"url": f"{business.url}/callbackExample", "beforeSetGroupInfoEx": {"enable": True, "timeout": 1}}
    circle = Circle(await start_server(limits={"groupChangesPerMinute": MOST}, callbacks=callbacks))
    await circle.rest.register(*USERS)
    group = await circle.make()
    for number in range(MOST):
        await circle.post("set_group_info_ex", group, groupName=f"n{number}")
    assert len(business.requests) == MOST - 1


async def test_zero_is_no_limit(start_server):
    circle = Circle(await start_server(limits={"groupChangesPerMinute": 0}))
    await circle.rest.register(*USERS)
    group = await circle.make()
    for _ in range(MOST + 2):
        await circle.do("mute_group_member", group, user=HELPER, userID=MEMBER, mutedSeconds=60)
