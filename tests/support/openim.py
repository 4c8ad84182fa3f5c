"""An HTTP server with the answers of OpenIM's own server, as far as imports need them.

The answers are as recorded from OpenIM 3.8: no ``data`` if there is none, ``null`` for an empty list, and a single 1004
for a whole import if anybody in it is unknown. It ignores ``partial`` and idempotency keys.
"""

from collections import Counter
from typing import Any

from tests.support.behaviour import Answer, Behaviour
from tests.support.business_server import BusinessServer, ReceivedRequest

SECRET = "openIM123"


class OpenIm(BusinessServer):
    """An async context manager like ``BusinessServer``. ``users`` and ``pairs`` are its content; ``calls`` counts by
    path. ``refusals`` maps an owner to the envelope that answers its imports.

    For moves from this server it has ``profiles`` of users by id, and by user ``friends``, ``friend_requests`` to the
    user and ``blacks``, each entry as on the wire. Users are in the order of their registration. By group it has
    ``groups`` themselves, ``members`` and ``group_requests``.
    """

    def __init__(self, users: set[str], *, port: int = 0) -> None:
        super().__init__(self._react, port=port)
        self.users = users
        self.pairs: set[tuple[str, str]] = set()
        self.imports: list[tuple[str, list[str]]] = []
        self.refusals: dict[str, dict[str, Any]] = {}
        self.calls: Counter[str] = Counter()
        self.tokens: set[str] = set()
        self.profiles: dict[str, dict[str, Any]] = {}
        self.friends: dict[str, list[dict[str, Any]]] = {}
        self.friend_requests: dict[str, list[dict[str, Any]]] = {}
        self.blacks: dict[str, list[dict[str, Any]]] = {}
        self.groups: dict[str, dict[str, Any]] = {}
        self.members: dict[str, list[dict[str, Any]]] = {}
        self.group_requests: dict[str, list[dict[str, Any]]] = {}

    def add_user(self, user_id: str, **fields: Any) -> None:
        """Add a user with a profile."""
        self.users.add(user_id)
        self.profiles[user_id] = {
            "userID": user_id,
            "nickname": user_id.title(),
            "faceURL": "",
            "ex": "",
            "createTime": 1_600_000_000_123,
            "appMangerLevel": 1,
            "globalRecvMsgOpt": 0,
        } | fields

    def add_friend(self, owner: str, friend: str, **fields: Any) -> None:
        """Add a friend to an owner's list, in one direction; ``createTime`` is in seconds."""
        entry = {
            "ownerUserID": owner,
            "remark": "",
            "createTime": 1_600_000_001,
            "friendUser": {"userID": friend, "nickname": friend.title(), "faceURL": "", "ex": "", "createTime": 0},
            "addSource": 2,
            "operatorUserID": owner,
            "ex": "",
            "isPinned": False,
        }
        self.friends.setdefault(owner, []).append(entry | fields)

    def add_request(self, applicant: str, to: str, result: int, **fields: Any) -> None:
        """Add a friend request of one user to another; times are in milliseconds."""
        entry = {
            "fromUserID": applicant,
            "fromNickname": applicant.title(),
            "fromFaceURL": "",
            "toUserID": to,
            "toNickname": to.title(),
            "toFaceURL": "",
            "handleResult": result,
            "reqMsg": f"it is {applicant}",
            "createTime": 1_600_000_002_789,
            "handlerUserID": to if result else "",
            "handleMsg": "well" if result else "",
            "handleTime": 1_600_000_003_000 if result else 0,
            "ex": "",
        }
        self.friend_requests.setdefault(to, []).append(entry | fields)

    def add_black(self, owner: str, black: str, **fields: Any) -> None:
        """Add a user to an owner's blacklist; ``createTime`` is in seconds."""
        entry = {
            "ownerUserID": owner,
            "createTime": 1_600_000_004,
            "blackUserInfo": {"userID": black, "nickname": black.title(), "faceURL": "", "ex": ""},
            "addSource": 0,
            "operatorUserID": owner,
            "ex": "",
        }
        self.blacks.setdefault(owner, []).append(entry | fields)

    def add_group(self, group_id: str, owner: str, **fields: Any) -> None:
        """Add a group with its owner; times are in milliseconds."""
        self.groups[group_id] = {
            "groupID": group_id,
            "groupName": group_id.title(),
            "notification": "",
            "introduction": "",
            "faceURL": "",
            "ownerUserID": owner,
            "createTime": 1_600_000_005_123,
            "memberCount": 0,
            "ex": "",
            "status": 0,
            "creatorUserID": "",
            "groupType": 2,
            "needVerification": 0,
            "lookMemberInfo": 0,
            "applyMemberFriend": 0,
            "notificationUpdateTime": -62135596800000,
            "notificationUserID": "",
        } | fields
        self.add_member(group_id, owner, 100)

    def add_member(self, group_id: str, user_id: str, role: int = 20, **fields: Any) -> None:
        """Add a member; where none are set for the group, name and picture are the user's own."""
        profile = self.profiles.get(user_id, {"nickname": "", "faceURL": ""})
        entry = {
            "groupID": group_id,
            "userID": user_id,
            "roleLevel": role,
            "joinTime": 1_600_000_006_123,
            "nickname": profile["nickname"],
            "faceURL": profile["faceURL"],
            "appMangerLevel": 0,
            "joinSource": 2,
            "operatorUserID": "imAdmin",
            "ex": "",
            "muteEndTime": 0,
            "inviterUserID": "imAdmin",
        }
        self.members.setdefault(group_id, []).append(entry | fields)

    def add_group_request(self, group_id: str, user_id: str, result: int, **fields: Any) -> None:
        """Add a wish to join a group; times are in milliseconds."""
        entry = {
            "userInfo": {"userID": user_id, "nickname": user_id.title(), "faceURL": "", "ex": ""},
            "groupInfo": self.groups[group_id],
            "handleResult": result,
            "reqMsg": f"it is {user_id}",
            "handleMsg": "",
            "reqTime": 1_600_000_007_123,
            "handleUserID": "",
            "handleTime": 0,
            "ex": "",
            "joinSource": 3,
            "inviterUserID": user_id,
        }
        self.group_requests.setdefault(group_id, []).append(entry | fields)

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
            case "/user/get_all_users_uid":
                return _data(_page(list(self.profiles), "userIDs", body))
            case "/user/get_users_info":
                found = [self.profiles[each] for each in body["userIDs"] if each in self.profiles]
                return _data({"usersInfo": found or None})
            case "/friend/get_friend_list":
                return _data(_page(self.friends.get(body["userID"], []), "friendsInfo", body))
            case "/friend/get_friend_apply_list":
                return _data(_page(self.friend_requests.get(body["userID"], []), "FriendRequests", body))
            case "/friend/get_black_list":
                return _data(_page(self.blacks.get(body["userID"], []), "blacks", body))
            case path if path.startswith("/group/"):
                return self._of_groups(path, body)
            case _:
                return _error(500, "ServerInternalError", request.path)

    def _of_groups(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        match path:
            case "/group/get_groups":
                found = [
                    {"groupInfo": group, "groupOwnerUserName": "", "groupOwnerUserID": group["ownerUserID"]}
                    for group in self.groups.values()
                    if group["status"] != 2
                ]
                return _data(_page(found, "groups", body))
            case "/group/get_groups_info":
                some = [self.groups[each] for each in body["groupIDs"] if each in self.groups]
                return _data({"groupInfos": some or None})
            case "/group/get_group_member_list":
                return _data(_page(self.members.get(body["groupID"], []), "members", body))
            case "/group/get_recv_group_applicationList":
                if not body.get("fromUserID"):
                    return _error(1001, "ArgsError", "fromUserID is empty")
                wishes = [each for group in body["groupIDs"] for each in self.group_requests.get(group, [])]
                return _data(_page(wishes, "groupRequests", body))
            case _:
                return _error(500, "ServerInternalError", path)

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


def _page(entries: list[Any], name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a page as MongoDB gives it: an empty one is ``null``."""
    number, size = body["pagination"]["pageNumber"], body["pagination"]["showNumber"]
    return {name: entries[(number - 1) * size : number * size] or None, "total": len(entries)}


def _error(code: int, message: str, detail: str) -> dict[str, Any]:
    return {"errCode": code, "errMsg": message, "errDlt": detail}


def _data(data: Any) -> dict[str, Any]:
    return {"errCode": 0, "errMsg": "", "errDlt": "", "data": data}
