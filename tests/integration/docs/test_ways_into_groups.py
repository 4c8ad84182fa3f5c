"""The table of docs/groups.md: which callbacks each way into a group asks, and whom they leave out."""

from collections.abc import Callable
from typing import Any

import pytest

from amity.wire.events.catalogue import BY_COMMAND
from tests.integration.groups.conftest import MEMBER, OWNER, STRANGER, USERS, Circle
from tests.integration.moving.group_records import group as group_record
from tests.integration.moving.group_records import member as member_record
from tests.support.business_server import ALLOW
from tests.unit.docs.pages import rows, text

ROWS = rows(text("docs/groups.md").replace("\n### ", "\n## "), "Ways in, and who is asked")
ASKED = [(way, setting.strip("`"), leaves) for way, setting, leaves, _ in ROWS]
SETTINGS = ("beforeCreateGroup", "beforeInviteUserToGroup", "beforeApplyJoinGroup", "beforeMemberJoinGroup")
COMMANDS = {event.setting: command for command, event in BY_COMMAND.items()}
REFUSED = {**ALLOW, "nextCode": 1, "errCode": 5001}
WITHOUT: dict[str, dict[str, Any]] = {
    "beforeCreateGroup": {"initMemberList": [{"userID": OWNER, "roleLevel": 100}]},
    "beforeInviteUserToGroup": {"refusedMembersAccount": [STRANGER]},
    "beforeMemberJoinGroup": {"memberCallbackList": []},
    "beforeApplyJoinGroup": {},
}
"""What an answer may say to leave the stranger out, or could be thought to."""


class Ways:
    """The ways of a stranger into a group, of one server whose business server is asked about everything."""

    def __init__(self, circle: Circle) -> None:
        self.circle = circle

    async def prepare(self, way: str) -> str:
        """Make the group that the way leads into; return its id."""
        if way.startswith(("created", "imported")):
            return "new"
        verification = 1 if "waits" in way else 2
        group = await self.circle.make(needVerification=0 if "agreed" in way else verification)
        if "agreed" in way:
            await self._join(group)
        return group

    async def go(self, way: str, group: str) -> dict[str, Any]:
        """Let the stranger in; return the envelope."""
        if way.startswith("created"):
            info = {"groupID": group, "groupName": "New", "groupType": 2}
            body = {"ownerUserID": OWNER, "memberUserIDs": [STRANGER], "groupInfo": info}
            return await self.circle.rest.post("/group/create_group", body, user=OWNER)
        if way.startswith("invited"):
            return await self.circle.post("invite_user_to_group", group, user=MEMBER, invitedUserIDs=[STRANGER])
        if way.startswith("joins"):
            return await self._join(group)
        if way.startswith("imported"):
            records = {"groups": [group_record(group, OWNER)], "groupMembers": [member_record(group, STRANGER)]}
            return await self.circle.rest.post("/relation/restore", records)
        return await self.circle.post("group_application_response", group, fromUserID=STRANGER, handleResult=1)

    async def _join(self, group: str) -> dict[str, Any]:
        fields = {"joinSource": 3, "inviterUserID": STRANGER, "reqMessage": ""}
        return await self.circle.post("join_group", group, user=STRANGER, **fields)

    async def is_there(self, group: str) -> bool:
        """Whether the stranger is a member, or waits."""
        found = await self.circle.rest.data("/group/get_groups_info", {"groupIDs": [group]})
        if not found["groupInfos"]:
            return False
        waits = (await self.circle.applications(group)).get(STRANGER) == 0
        return waits or STRANGER in await self.circle.members(group)


@pytest.fixture
async def ways(start_server, business):
    callbacks = {"url": business.url, **{setting: {"enable": True, "timeout": 5} for setting in SETTINGS}}
    rest = await start_server(callbacks=callbacks)
    await rest.register(*USERS)
    return Ways(Circle(rest))


def only(setting: str, answer: dict[str, Any]) -> Callable[[Any], dict[str, Any]]:
    """Answer one callback so, and allow what all others ask about."""
    return lambda request: {**ALLOW, **(answer if request.json["callbackCommand"] == COMMANDS[setting] else {})}


@pytest.mark.parametrize("way", dict.fromkeys(way for way, *_ in ASKED))
async def test_a_way_into_a_group_asks_what_the_page_says(ways, business, way):
    group = await ways.prepare(way)
    before = len(business.requests)
    assert (await ways.go(way, group))["errCode"] == 0
    assert await ways.is_there(group)
    asked = [BY_COMMAND[request.json["callbackCommand"]].setting for request in business.requests[before:]]
    assert asked == [setting for each, setting, _ in ASKED if each == way and setting != "nobody"]


@pytest.mark.parametrize(("way", "setting", "leaves"), [row for row in ASKED if row[1] != "nobody"])
async def test_a_callback_leaves_somebody_out_where_the_page_says_so(ways, business, way, setting, leaves):
    group = await ways.prepare(way)
    business.reaction = only(setting, WITHOUT[setting])
    answer = await ways.go(way, group)
    assert answer["errCode"] == 0
    assert await ways.is_there(group) == (leaves == "no")
    skipped = (answer.get("data") or {}).get("skipped", [])
    assert [each["userID"] for each in skipped] == ([STRANGER] if leaves == "yes" else [])


@pytest.mark.parametrize(("way", "setting"), [row[:2] for row in ASKED if row[1] != "nobody"])
async def test_each_callback_can_refuse_the_whole_call(ways, business, way, setting):
    group = await ways.prepare(way)
    business.reaction = only(setting, REFUSED)
    assert (await ways.go(way, group))["errCode"] == 5001
    # An application whose agreement is refused goes on waiting.
    assert await ways.is_there(group) == ("agreed" in way)
