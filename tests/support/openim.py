"""The answers of OpenIM's own server to a client of the REST API, as far as an import needs them, over real HTTP.

As recorded from OpenIM 3.8: an answer without ``data`` where there is nothing to say, ``null`` for an empty list, one
1004 for a whole import when anybody in it is unknown. It knows nothing of ``partial`` or of idempotency keys.
"""

from collections import Counter
from typing import Any

from tests.support.behaviour import Answer, Behaviour
from tests.support.business_server import BusinessServer, ReceivedRequest

SECRET = "openIM123"


class OpenIm(BusinessServer):
    """An async context manager like ``BusinessServer``. ``users`` and ``pairs`` are what it holds; ``calls`` counts by
    path. ``refusals`` maps an owner to the envelope that its imports are answered with."""

    def __init__(self, users: set[str], *, port: int = 0) -> None:
        super().__init__(self._react, port=port)
        self.users = users
        self.pairs: set[tuple[str, str]] = set()
        self.imports: list[tuple[str, list[str]]] = []
        self.refusals: dict[str, dict[str, Any]] = {}
        self.calls: Counter[str] = Counter()
        self.tokens: set[str] = set()

    def _react(self, request: ReceivedRequest) -> Behaviour:
        self.calls[request.path] += 1
        return Answer(self._envelope(request))

    def _envelope(self, request: ReceivedRequest) -> dict[str, Any]:
        if not request.headers.get("operationid"):
            return _error(1001, "ArgsError", "header must have operationID")
        body = request.json
        if request.path == "/auth/get_admin_token":
            if body["secret"] != SECRET:
                return _error(1002, "NoPermissionError", "secret invalid")
            token = f"token{len(self.tokens)}"
            self.tokens.add(token)
            return _data({"token": token, "expireTimeSeconds": 7776000})
        if request.headers.get("token") not in self.tokens:
            return _error(1507, "TokenNotExistError", "")
        match request.path:
            case "/user/account_check":
                return _data(
                    {
                        "results": [
                            {"userID": user_id, "accountStatus": int(user_id in self.users)}
                            for user_id in body["checkUserIDs"]
                        ]
                    }
                )
            case "/user/user_register":
                return self._register([user["userID"] for user in body["users"]])
            case "/friend/import_friend":
                return self._import(body["ownerUserID"], body["friendUserIDs"])
            case "/friend/get_friend_id":
                friends = sorted(friend for owner, friend in self.pairs if owner == body["userID"])
                return _data({"friendIDs": friends or None})
            case "/friend/get_friend_list":
                return _data({"friendsInfo": None, "total": 0})
            case _:
                return _error(500, "ServerInternalError", request.path)

    def _register(self, ids: list[str]) -> dict[str, Any]:
        if bad := [user_id for user_id in ids if not user_id.replace("_", "").isalnum()]:
            assert bad
            return _error(1001, "ArgsError", "userID is legal")
        if self.users & set(ids):
            return _error(1102, "RegisteredAlreadyError", "userID registered already")
        self.users |= set(ids)
        return _error(0, "", "")

    def _import(self, owner: str, friends: list[str]) -> dict[str, Any]:
        self.imports.append((owner, friends))
        if owner in self.refusals:
            return self.refusals[owner]
        if len(friends) > 1000:
            return _error(1001, "ArgsError", "too many FriendUserIDs, need to be less than 1000")
        if len({owner, *friends} & self.users) < len(friends) + 1:
            return _error(1004, "RecordNotFoundError", "user not found")
        for friend in friends:
            self.pairs |= {(owner, friend), (friend, owner)}
        return _error(0, "", "")


def _error(code: int, message: str, detail: str) -> dict[str, Any]:
    return {"errCode": code, "errMsg": message, "errDlt": detail}


def _data(data: Any) -> dict[str, Any]:
    return {"errCode": 0, "errMsg": "", "errDlt": "", "data": data}
