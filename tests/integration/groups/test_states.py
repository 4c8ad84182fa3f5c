"""The table in docs/groups.md: every role, and every operation, in open, muted and dismissed groups."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.groups.conftest import HELPER, MEMBER, OTHER, OWNER, PAGE, STRANGER
from tests.support.group_pages import cells
from tests.support.rest import ADMIN

DISMISSED = "Dismissed: "
ACTORS = {
    "Owner": OWNER,
    "Administrator": "second",
    "Member": "third",
    "Was in it": "former",
    "Stranger": "nobody",
    "Of the server": ADMIN,
    f"{DISMISSED}was in it": "third",
    f"{DISMISSED}stranger": "nobody",
    f"{DISMISSED}of the server": ADMIN,
}
CELLS = list(cells())
OPERATIONS: dict[str, Callable[[str], tuple[str, dict[str, Any]]]] = {
    "invites a stranger": lambda _: ("invite_user_to_group", {"invitedUserIDs": [STRANGER]}),
    "joins": lambda actor: ("join_group", {"joinSource": 3, "inviterUserID": STRANGER if actor == ADMIN else actor}),
    "agrees to an application": lambda _: (
        "group_application_response",
        {"fromUserID": "applicant", "handleResult": 1},
    ),
    "refuses an application": lambda _: ("group_application_response", {"fromUserID": "applicant", "handleResult": -1}),
    "quits": lambda _: ("quit_group", {}),
    "takes a member out": lambda _: ("kick_group", {"kickedUserIDs": [MEMBER]}),
    "takes an administrator out": lambda _: ("kick_group", {"kickedUserIDs": [HELPER]}),
    "takes the owner out": lambda _: ("kick_group", {"kickedUserIDs": [OWNER]}),
    "sets the name": lambda _: ("set_group_info_ex", {"groupName": "N"}),
    "sets an announcement": lambda _: ("set_group_info_ex", {"notification": "A"}),
    "hands the group to a member": lambda _: ("transfer_group", {"oldOwnerUserID": OWNER, "newOwnerUserID": MEMBER}),
    "dismisses": lambda _: ("dismiss_group", {}),
    "mutes a member": lambda _: ("mute_group_member", {"userID": MEMBER, "mutedSeconds": 60}),
    "mutes an administrator": lambda _: ("mute_group_member", {"userID": HELPER, "mutedSeconds": 60}),
    "mutes the owner": lambda _: ("mute_group_member", {"userID": OWNER, "mutedSeconds": 60}),
    "ends a member's mute": lambda _: ("cancel_mute_group_member", {"userID": OTHER}),
    "mutes the group": lambda _: ("mute_group", {}),
    "ends the group's mute": lambda _: ("cancel_mute_group", {}),
    "lists the members": lambda _: ("get_group_member_list", {"pagination": PAGE}),
}
ENTRIES: dict[str, Callable[[str], dict[str, Any]]] = {
    "sets its own nickname": lambda actor: {"userID": actor, "nickname": "N"},
    "sets a member's nickname": lambda _: {"userID": MEMBER, "nickname": "N"},
    "sets an administrator's nickname": lambda _: {"userID": HELPER, "nickname": "N"},
    "sets the owner's nickname": lambda _: {"userID": OWNER, "nickname": "N"},
    "makes an administrator": lambda _: {"userID": MEMBER, "roleLevel": 60},
    "makes an administrator ordinary": lambda _: {"userID": HELPER, "roleLevel": 20},
    "makes the owner ordinary": lambda _: {"userID": OWNER, "roleLevel": 20},
}
READS = {"lists the members"}
"""Operations that change nothing."""
REPEATED = {"mutes the group", "ends the group's mute"}
"""Operations of which one changes nothing, whether the group is muted or not."""


@pytest.fixture
async def world(circle):
    await circle.rest.register("second", "third", "former", "nobody", "applicant")
    return circle


async def group_with_all(circle, *, is_muted):
    """Make a group in which there is one of each role, one who left, and an application."""
    group = await circle.make()
    await circle.do("invite_user_to_group", group, invitedUserIDs=["second", "third", "former"])
    await circle.set_members(group, {"userID": "second", "roleLevel": 60})
    await circle.do("quit_group", group, user="former")
    await circle.do("join_group", group, user="applicant", joinSource=3, inviterUserID="applicant")
    await circle.do("mute_group_member", group, userID=OTHER, mutedSeconds=3600)
    if is_muted:
        for user in ("second", "third"):
            await circle.do("mute_group_member", group, userID=user, mutedSeconds=3600)
        await circle.do("mute_group", group)
    return group


async def act(circle, operation, actor, group):
    if operation in ENTRIES:
        answer = await circle.set_members(group, ENTRIES[operation](actor), user=actor)
    else:
        path, fields = OPERATIONS[operation](actor)
        answer = await circle.post(path, group, user=actor, **fields)
    return answer["errCode"]


def test_the_page_has_every_operation_once_and_every_role():
    assert [(cell.operation, cell.role) for cell in CELLS] == [
        (operation, role) for operation in dict.fromkeys(cell.operation for cell in CELLS) for role in ACTORS
    ]
    assert {cell.operation for cell in CELLS} == {*OPERATIONS, *ENTRIES}


@pytest.mark.parametrize("is_muted", [False, True], ids=["open", "muted"])
@pytest.mark.parametrize("role", [role for role in ACTORS if not role.startswith(DISMISSED)])
async def test_who_has_a_role_may_do_what_the_page_says(world, role, is_muted):
    group = await group_with_all(world, is_muted=is_muted)
    for cell in CELLS:
        if cell.role != role:
            continue
        before = await world.state(group)
        assert await act(world, cell.operation, ACTORS[role], group) == cell.code, cell
        is_changed = await world.state(group) != before
        assert is_changed == (cell.code == 0 and cell.operation not in READS) or cell.operation in REPEATED, cell
        if is_changed:
            group = await group_with_all(world, is_muted=is_muted)


@pytest.mark.parametrize("role", [role for role in ACTORS if role.startswith(DISMISSED)])
async def test_nobody_may_change_a_dismissed_group(world, role):
    group = await group_with_all(world, is_muted=False)
    await world.do("dismiss_group", group)
    before = await world.state(group)
    for cell in CELLS:
        if cell.role == role:
            assert await act(world, cell.operation, ACTORS[role], group) == cell.code, cell
    assert await world.state(group) == before
