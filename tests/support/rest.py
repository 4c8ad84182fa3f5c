"""A caller of the REST API that sends raw JSON and returns the whole envelope."""

import itertools
import json
from types import TracebackType
from typing import Any, Self

import httpx

from tests.support.http_caller import HttpCaller

SECRET = "a secret for tests, long enough"
ADMIN = "imAdmin"
_operations = itertools.count(1)


class Rest:
    """Calls one server, by default as the administrator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = HttpCaller(url)
        self._tokens: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def post(
        self,
        path: str,
        body: Any,
        *,
        user: str = ADMIN,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """Post ``body`` (bytes are sent unchanged) as ``user``, or with ``token``; return the envelope."""
        answer = await self.raw(path, body, token=await self.token(user) if token is None else token, headers=headers)
        assert answer.status_code == 200, (path, answer.status_code, answer.text)
        envelope: dict[str, Any] = answer.json()
        return envelope

    async def raw(
        self, path: str, body: Any, *, token: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        sent = {"operationID": f"test-{next(_operations)}", "Content-Type": "application/json"}
        if token:
            sent["token"] = token
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self._http.request("POST", path, {**sent, **(headers or {})}, content)

    async def get(self, path: str) -> httpx.Response:
        return await self._http.request("GET", path)

    async def data(self, path: str, body: Any, *, user: str = ADMIN, headers: dict[str, str] | None = None) -> Any:
        """Post, check for success, and return ``data``."""
        envelope = await self.post(path, body, user=user, headers=headers)
        assert envelope["errCode"] == 0, (path, envelope)
        return envelope.get("data")

    async def token(self, user: str) -> str:
        if user not in self._tokens:
            if user == ADMIN:
                answer = await self.raw("/auth/get_admin_token", {"secret": SECRET, "userID": ADMIN})
            else:
                admin = await self.token(ADMIN)
                answer = await self.raw("/auth/get_user_token", {"userID": user, "platformID": 7}, token=admin)
            assert answer.json()["errCode"] == 0, answer.text
            self._tokens[user] = answer.json()["data"]["token"]
        return self._tokens[user]

    async def register(self, *users: str) -> None:
        await self.data("/user/user_register", {"users": [{"userID": user, "nickname": user} for user in users]})

    async def import_friends(self, owner: str, friends: Any, *, user: str = ADMIN, **fields: Any) -> dict[str, Any]:
        """Import friends, and return the envelope."""
        return await self.post(
            "/friend/import_friend", {"ownerUserID": owner, "friendUserIDs": friends, **fields}, user=user
        )

    async def friends(self, user: str) -> list[str]:
        return sorted((await self.data("/friend/get_friend_id", {"userID": user}))["friendIDs"])
