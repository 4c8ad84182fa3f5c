"""Groups of a few users, and who asks what of them."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tests.support.rest import ADMIN, Rest
from tests.support.stored_rows import change_stored_rows


class Lists:
    """Makes and changes groups as the administrator, and reads them as anybody."""

    def __init__(self, rest: Rest, database_url: str) -> None:
        self.rest = rest
        self._database_url = database_url

    async def make(self, group_id: str, owner: str, *members: str, admins: Sequence[str] = (), **info: Any) -> None:
        body = {
            "ownerUserID": owner,
            "memberUserIDs": list(members),
            "adminUserIDs": list(admins),
            "groupInfo": {"groupID": group_id, "groupName": group_id, "groupType": 2, **info},
        }
        await self.rest.data("/group/create_group", body)

    async def invite(self, group_id: str, *users: str) -> None:
        await self.rest.data("/group/invite_user_to_group", {"groupID": group_id, "invitedUserIDs": list(users)})

    async def kick(self, group_id: str, *users: str) -> None:
        await self.rest.data("/group/kick_group", {"groupID": group_id, "kickedUserIDs": list(users)})

    async def apply(self, group_id: str, user: str) -> None:
        body = {"groupID": group_id, "joinSource": 3, "reqMessage": user, "inviterUserID": user}
        await self.rest.data("/group/join_group", body, user=user)

    async def answer(self, group_id: str, user: str, result: int) -> None:
        body = {"groupID": group_id, "fromUserID": user, "handleResult": result, "handledMsg": "so be it"}
        await self.rest.data("/group/group_application_response", body)

    async def store(self, statement: str) -> None:
        """Run a statement on the database, for what no operation of this room does."""
        await change_stored_rows(self._database_url, statement)

    async def dismiss(self, group_id: str) -> None:
        await self.rest.data("/group/dismiss_group", {"groupID": group_id})

    async def set_member(self, group_id: str, user: str, **info: Any) -> None:
        body = {"members": [{"groupID": group_id, "userID": user, **info}]}
        await self.rest.data("/group/set_group_member_info", body)

    async def set_group(self, group_id: str, *, user: str = ADMIN, **info: Any) -> None:
        await self.rest.data("/group/set_group_info_ex", {"groupID": group_id, **info}, user=user)

    async def ask(self, what: str, *, user: str = ADMIN, **body: Any) -> Any:
        return await self.rest.data(f"/group/{what}", body, user=user)

    async def refused(self, what: str, *, user: str = ADMIN, **body: Any) -> int:
        code: int = (await self.rest.post(f"/group/{what}", body, user=user))["errCode"]
        return code

    async def ids(self, group_id: str, *, user: str = ADMIN) -> list[str]:
        ids: list[str] = (await self.ask("get_full_group_member_user_ids", user=user, groupID=group_id))["userIDs"]
        return ids

    async def version(self, group_id: str) -> dict[str, Any]:
        """What a client has of a group that is up to date."""
        answer = await self.ask("get_full_group_member_user_ids", groupID=group_id)
        return {"groupID": group_id, "versionID": answer["versionID"], "version": answer["version"]}


@pytest.fixture
def lists_of(database_url: str) -> Callable[[Rest], Lists]:
    return lambda rest: Lists(rest, database_url)


@pytest.fixture
async def lists(rest: Rest, lists_of: Callable[[Rest], Lists]) -> Lists:
    await rest.register("ann", "bob", "cid", "dan", "eve")
    return lists_of(rest)
