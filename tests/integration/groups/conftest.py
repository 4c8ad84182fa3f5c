"""Groups of users with every role, and devices that are told of them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.devices import Devices, Received
from tests.support.rest import ADMIN, Rest

OWNER, HELPER, MEMBER, OTHER, STRANGER = "owner", "helper", "member", "other", "stranger"
USERS = (OWNER, HELPER, MEMBER, OTHER, STRANGER)
PAGE = {"pageNumber": 1, "showNumber": 100}


class Circle:
    """Groups on one server, each with an owner, an administrator and two ordinary members."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        self._count = 0

    async def make(self, **info: Any) -> str:
        """Make a group; return its id."""
        self._count += 1
        body = {
            "ownerUserID": OWNER,
            "adminUserIDs": [HELPER],
            "memberUserIDs": [MEMBER, OTHER],
            "groupInfo": {"groupID": f"g{self._count}", "groupName": "G", "groupType": 2, **info},
        }
        await self.rest.data("/group/create_group", body, user=OWNER)
        return f"g{self._count}"

    async def post(self, operation: str, group: str, *, user: str = OWNER, **fields: Any) -> dict[str, Any]:
        """Do something in a group; return the envelope."""
        return await self.rest.post(f"/group/{operation}", {"groupID": group, **fields}, user=user)

    async def do(self, operation: str, group: str, *, user: str = OWNER, **fields: Any) -> None:
        """Do something in a group that works."""
        answer = await self.post(operation, group, user=user, **fields)
        assert answer["errCode"] == 0, (operation, fields, answer)

    async def set_members(self, group: str, *entries: dict[str, Any], user: str = OWNER) -> dict[str, Any]:
        """Set something of members; return the envelope."""
        members = [{"groupID": group, **entry} for entry in entries]
        return await self.rest.post("/group/set_group_member_info", {"members": members}, user=user)

    async def info(self, group: str) -> dict[str, Any]:
        (info,) = (await self.rest.data("/group/get_groups_info", {"groupIDs": [group]}))["groupInfos"]
        return dict(info)

    async def members(self, group: str) -> dict[str, dict[str, Any]]:
        """Return the members by their ids, in their order."""
        body = {"groupID": group, "pagination": PAGE}
        found = await self.rest.data("/group/get_group_member_list", body)
        return {each["userID"]: each for each in found["members"]}

    async def roles(self, group: str) -> dict[str, int]:
        return {user: each["roleLevel"] for user, each in (await self.members(group)).items()}

    async def version(self, group: str, user: str = ADMIN) -> int:
        """Return the version of the list of members."""
        body = {"groupID": group, "idHash": 0}
        found = await self.rest.data("/group/get_full_group_member_user_ids", body, user=user)
        return int(found["version"])

    async def applications(self, group: str) -> dict[str, int]:
        """Return what became of the applications to a group, by user."""
        body = {"fromUserID": ADMIN, "groupIDs": [group], "pagination": PAGE}
        found = await self.rest.data("/group/get_recv_group_applicationList", body)
        return {each["userInfo"]["userID"]: each["handleResult"] for each in found["groupRequests"]}

    async def read(self, group: str, user: str) -> list[dict[str, Any]]:
        """Return all messages of a group that a user can pull."""
        name = f"sg_{group}"
        ranges = [{"conversationID": name, "begin": 1, "end": 1000, "num": 1000}]
        body = {"userID": user, "seqRanges": ranges}
        answer = await self.rest.data("/msg/pull_msg_by_seq", body, user=user)
        return list(answer["msgs"].get(name, {"Msgs": []})["Msgs"] or [])

    async def types(self, group: str, user: str) -> list[int]:
        """Return the types of all messages of a group that a user can pull."""
        return [each["contentType"] for each in await self.read(group, user)]

    async def conversation(self, group: str, user: str) -> dict[str, Any] | None:
        body = {"ownerUserID": user, "conversationIDs": [f"sg_{group}"]}
        found = await self.rest.data("/conversation/get_conversations", body, user=user)
        return dict(found["conversations"][0]) if found["conversations"] else None

    async def state(self, group: str) -> tuple[object, ...]:
        """Return all that a group is. Of a dismissed one nobody lists the members but administrators of the server."""
        return await self.info(group), await self.members(group), await self.applications(group)


def of_group(received: list[Received]) -> list[tuple[int, Any]]:
    """Return the notifications about groups among those that a device received."""
    return [(each.type, each.detail) for each in received if 1501 <= each.type <= 1520]


@pytest.fixture
async def circle(rest: Rest) -> Circle:
    """A server with users who are in no group yet."""
    await rest.register(*USERS)
    return Circle(rest)


@pytest.fixture
async def devices(start_server: Any) -> AsyncIterator[Devices]:
    """Connects devices to the server that was started last."""
    async with Devices(start_server) as devices:
        yield devices
