"""A group in which the user of a released client is a member, and what the client tells of it."""

from collections.abc import Collection
from typing import Any, NamedTuple

from tests.clients.client import Client, becomes
from tests.clients.crew import Peer, many

WORKING = 2
ORDINARY, ADMIN, OWNER = 20, 60, 100
APPROVAL, APPROVAL_OF_INVITED, DIRECT = 0, 1, 2
OPEN, DISMISSED, MUTED = 0, 2, 3
SEARCH = 3
WITHIN = 10.0
"""Seconds within which a client has told and synced everything."""
REFUSED, WAITING, AGREED = -1, 0, 1
User = Client | Peer


class Group(NamedTuple):
    """A group that a user without a client has made, and owns."""

    group_id: str
    owner: Peer

    @property
    def chat(self) -> str:
        """The id of its conversation."""
        return f"sg_{self.group_id}"

    async def call(self, operation: str, **fields: Any) -> Any:
        """Call an operation on the group with its owner's token."""
        return await self.owner.call(f"/group/{operation}", groupID=self.group_id, **fields)

    async def invite(self, *users: User) -> None:
        """Bring users in."""
        await self.call("invite_user_to_group", invitedUserIDs=[user.name for user in users])

    async def kick(self, *users: User) -> None:
        """Take users out."""
        await self.call("kick_group", kickedUserIDs=[user.name for user in users])

    async def set_member(self, user: User, **fields: Any) -> None:
        """Set the nickname, the role or another field of a member."""
        members = [{"groupID": self.group_id, "userID": user.name, **fields}]
        await self.owner.call("/group/set_group_member_info", members=members)

    async def write(self, text: str, by: Peer | None = None, **fields: Any) -> dict[str, Any]:
        """Send a text to the group, as its owner or ``by`` another member. Return the ids that the server answers."""
        writer = by or self.owner
        message = {
            "sendID": writer.name,
            "groupID": self.group_id,
            "content": {"content": text},
            "contentType": 101,
            "sessionType": 3,
            **fields,
        }
        answer: dict[str, Any] = await writer.rest.data("/msg/send_msg", message)
        return answer


async def made(owner: Peer, *members: User, tells: bool = True, **info: Any) -> Group:
    """Have a user make a group with these members. ``info`` are fields of the group, ``tells``: whether a message says
    that it was made."""
    group_id = (
        await owner.call(
            "/group/create_group",
            ownerUserID=owner.name,
            memberUserIDs=[member.name for member in members],
            sendMessage=tells,
            groupInfo={"groupName": f"Group of {owner.name}", "groupType": WORKING, **info},
        )
    )["groupInfo"]["groupID"]
    return Group(group_id, owner)


async def joined(client: Client, owner: Peer, *others: User, **info: Any) -> Group:
    """Have a user make a group with the user of a client and others. Return when the clients among them have told of
    it, and have its members."""
    group = await made(owner, client, *others, **info)
    for each in (client, *others):
        if isinstance(each, Client):
            await told(each, "OnJoinedGroupAdded", group.group_id)
            await ready(each, group, 2 + len(others))
    return group


async def ready(client: Client, group: Group, count: int) -> None:
    """Return when a client has so many members of a group: a Go core that has not fetched them yet takes what changes
    meanwhile without a word."""

    async def size() -> int:
        return len(await members(client, group.group_id))

    await becomes(size, count)


async def told(client: Client, event: str, group_id: str, **expected: Any) -> dict[str, Any]:
    """Return what a client tells with an event of a group, once it has these values."""
    wanted = {"groupID": group_id, **expected}.items()

    def fits(each: dict[str, Any]) -> bool:
        return bool(each) and wanted <= each.items()

    found = await client.event(event, where=lambda data: any(fits(each) for each in many(data)), within=WITHIN)
    return next(each for each in many(found.data) if fits(each))


async def members(client: Client, group_id: str) -> dict[str, int]:
    """Return the roles of the members that a client shows, by their ids."""
    page = {"groupID": group_id, "filter": 0, "offset": 0, "count": 1000}
    return {each["userID"]: each["roleLevel"] for each in await client.call("getGroupMemberList", page)}


async def has_members(client: Client, group: Group, expected: dict[str, int]) -> None:
    """Return when a client shows these members with these roles. Fails where it does not."""
    await becomes(lambda: members(client, group.group_id), expected)


async def listed(client: Client) -> dict[str, dict[str, Any]]:
    """Return the groups that a client shows as its user's, by their ids."""
    page = await client.call("getJoinedGroupListPage", {"offset": 0, "count": 1000})
    return {each["groupID"]: each for each in page or []}


async def groups_become(client: Client, *present: Group, without: Collection[Group]) -> None:
    """Return when a client shows groups as its user's, and does not show others. Fails where it does not."""
    asked = {group.group_id for group in (*present, *without)}

    async def found() -> set[str]:
        return asked & (await listed(client)).keys()

    await becomes(found, {group.group_id for group in present})


async def shown(client: Client, group: Group) -> dict[str, Any]:
    """Return a group as a client shows it."""
    [info] = await client.call("getSpecifiedGroupsInfo", [group.group_id])
    return dict(info)
