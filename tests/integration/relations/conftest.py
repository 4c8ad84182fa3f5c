"""Users, and the operations that change and read their relations."""

from typing import Any

import pytest

from tests.support.devices import Devices
from tests.support.rest import ADMIN, Rest

PAGE = {"pageNumber": 1, "showNumber": 1000}
PEOPLE = ("ann", "bob", "cy", "dee", "eve")


class Relations:
    """Operations between users over a server's REST API. Each returns the envelope. ``by`` is the caller, by default
    the user itself."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest

    async def apply(self, user: str, to: str, by: str = "", **fields: Any) -> dict[str, Any]:
        body = {"fromUserID": user, "toUserID": to, **fields}
        return await self.rest.post("/friend/add_friend", body, user=by or user)

    async def answer(self, to: str, applicant: str, result: int, by: str = "", **fields: Any) -> dict[str, Any]:
        body = {"fromUserID": applicant, "toUserID": to, "handleResult": result, **fields}
        return await self.rest.post("/friend/add_friend_response", body, user=by or to)

    async def agree(self, to: str, applicant: str, by: str = "", **fields: Any) -> dict[str, Any]:
        return await self.answer(to, applicant, 1, by, **fields)

    async def refuse(self, to: str, applicant: str, by: str = "", **fields: Any) -> dict[str, Any]:
        return await self.answer(to, applicant, -1, by, **fields)

    async def block(self, owner: str, black: str, by: str = "", **fields: Any) -> dict[str, Any]:
        body = {"ownerUserID": owner, "blackUserID": black, **fields}
        return await self.rest.post("/friend/add_black", body, user=by or owner)

    async def unblock(self, owner: str, black: str, by: str = "") -> dict[str, Any]:
        body = {"ownerUserID": owner, "blackUserID": black}
        return await self.rest.post("/friend/remove_black", body, user=by or owner)

    async def delete(self, owner: str, friend: str, by: str = "") -> dict[str, Any]:
        body = {"ownerUserID": owner, "friendUserID": friend}
        return await self.rest.post("/friend/delete_friend", body, user=by or owner)

    async def imports(self, owner: str, *friends: str, by: str = ADMIN, **fields: Any) -> dict[str, Any]:
        return await self.rest.import_friends(owner, list(friends), user=by, **fields)

    async def friends(self, user: str) -> list[str]:
        return await self.rest.friends(user)

    async def blacks(self, owner: str) -> list[str]:
        found = await self.rest.data("/friend/get_black_list", {"userID": owner, "pagination": PAGE})
        return sorted(black["blackUserInfo"]["userID"] for black in found["blacks"])

    async def received(self, user: str, *results: int, **page: int) -> list[dict[str, Any]]:
        """Return the requests to a user, as listed to it."""
        body = {"userID": user, "pagination": {**PAGE, **page}, "handleResults": list(results)}
        found: list[dict[str, Any]] = (await self.rest.data("/friend/get_friend_apply_list", body, user=user))[
            "FriendRequests"
        ]
        return found

    async def sent(self, user: str, *results: int, **page: int) -> list[dict[str, Any]]:
        """Return the requests of a user, as listed to it."""
        body = {"userID": user, "pagination": {**PAGE, **page}, "handleResults": list(results)}
        found: list[dict[str, Any]] = (await self.rest.data("/friend/get_self_friend_apply_list", body, user=user))[
            "friendRequests"
        ]
        return found

    async def result(self, applicant: str, to: str) -> int | None:
        """Return the result of a request, ``None`` if there is none."""
        body = {"fromUserID": applicant, "toUserID": to}
        found = await self.rest.data("/friend/get_designated_friend_apply", body)
        return next(
            (each["handleResult"] for each in found["friendRequests"] or [] if each["fromUserID"] == applicant), None
        )


@pytest.fixture
async def relations(rest):
    """Five users who are strangers, on a server without callbacks."""
    await rest.register(*PEOPLE)
    return Relations(rest)


@pytest.fixture
async def devices(start_server):
    async with Devices(start_server) as devices:
        yield devices
