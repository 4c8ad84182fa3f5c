"""The users that requests are about: who there is, their tokens, and what answers have said of them."""

import base64
import json
import random
from collections.abc import Callable
from typing import Any, Final

from tests.fuzz.fuzzing import Fault
from tests.fuzz.http_client import Answer, Closed, Wire, post
from tests.support.rest import ADMIN, SECRET

ACTORS: Final = [*[f"actor-{number}" for number in range(8)], "a.b@c-d_e", "x" * 128]
"""Few, so that they have to do with each other: requests that wait, friends, blocks."""
_USERS: Final = frozenset(
    (
        *("userID", "userID1", "userID2", "ownerUserID", "friendUserID", "fromUserID", "toUserID"),
        *("blackUserID", "operatorUserID", "handlerUserID", "account"),
        *("inviterUserID", "oldOwnerUserID", "newOwnerUserID", "creatorUserID", "notificationUserID"),
    )
)
_HARVESTED: Final = frozenset(("eventID", "versionID", "version", "next", "userID", "groupID"))
_MOST_KEPT = 200
_ANSWER: Final = "/group/group_application_response"


class World:
    """Knows a server. ``call`` asks it for what requests need; ``pick`` chooses a value for a field by its name."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self._port = port
        self._chance = chance
        self._wire: Wire | None = None
        self.about = ""
        """The operation whose request is being made."""
        self._applicant = ""
        self._tokens: dict[str, str] = {}
        self._heard: dict[str, list[Any]] = {
            "version": [0],
            "versionID": [""],
            "eventID": [""],
            "next": [""],
            "userID": [],
            "groupID": ["group-0"],
        }
        self._fields: dict[str, Callable[[], Any]] = {
            "secret": lambda: SECRET,
            "token": lambda: self.token(chance.choice(ACTORS)),
            "platformID": lambda: chance.randrange(1, 12),
            "platform": lambda: chance.randrange(1, 12),
            "pageNumber": lambda: chance.randrange(1, 4),
            "showNumber": lambda: chance.choice((0, 1, 10, 100)),
            "conversationID": lambda: f"si_{'_'.join(sorted(chance.choices(ACTORS[:8], k=2)))}",
            "sendID": lambda: chance.choice(ACTORS),
            "recvID": lambda: chance.choice(ACTORS),
            "recvIDs": lambda: chance.choices(ACTORS, k=3),
            "sessionType": lambda: chance.choice((1, 1, 1, 3)),
            "contentType": lambda: chance.choice((101, 101, 114, 110)),
            "content": self._content,
            "appManagerLevel": lambda: chance.choice((0, 3)),
            "keyword": lambda: chance.choice(("", "shop", "Shop")),
            "nickName": lambda: chance.choice(("", "Shop")),
            "conversationType": lambda: chance.choice((1, 1, 1, 3)),
            "recvMsgOpt": lambda: chance.randrange(3),
            "groupAtType": lambda: chance.randrange(5),
            "burnDuration": lambda: chance.choice((0, 30)),
            "msgDestructTime": lambda: chance.choice((0, 86_400)),
            "needDeleteTime": lambda: chance.choice((0, 0, 30)),
            "hasReadSeq": lambda: chance.choice((1, 1, 2)),
            "seq": lambda: chance.choice((1, 1, 2)),
            "seqs": lambda: chance.choice(([1], [1], [1, 2])),
            "sendUserID": lambda: chance.choice(ACTORS),
            "recvUserID": lambda: chance.choice(ACTORS),
            "recvGroupID": lambda: "",
            "reliabilityLevel": lambda: chance.choice((1, 2)),
            "timestamp": lambda: chance.choice((0, 1_764_086_400_000)),
            "groupID": self._group,
            "groupType": lambda: 2,
            "needVerification": lambda: chance.randrange(3),
            "lookMemberInfo": lambda: chance.randrange(2),
            "applyMemberFriend": lambda: chance.randrange(2),
            "historyForNewMembers": lambda: chance.choice((-1, 0, 1)),
            "joinSource": lambda: chance.randrange(1, 5),
            "roleLevel": lambda: chance.choice((20, 20, 60)),
            "mutedSeconds": lambda: chance.choice((1, 60)),
            "type": lambda: chance.randrange(1, 3),
            "uuid": lambda: chance.choice("abc"),
            "key": lambda: chance.choice(("theme", "language", "")),
            "keys": lambda: [chance.choice(("theme", "language"))],
            "handleResult": lambda: chance.choice((1, -1)),
            "globalRecvMsgOpt": lambda: chance.randrange(3),
            "genre": lambda: chance.choice((1, 2)),
            "appMangerLevel": lambda: chance.choice((3, 4) if self._is_about_account() else (0, 0, 0, 1)),
            "addSource": lambda: chance.choice((0, 1, 2)),
            "createTime": lambda: chance.choice((0, 1_764_086_400_000)),
            "after": lambda: self._said("next"),
            "limit": lambda: chance.choice((0, 1, 1000)),
            "callbackCommand": lambda: chance.choice(("", "callbackAfterImportFriendsCommand")),
            "operationID": lambda: "",
            "verdict": lambda: chance.choice(("", "failed")),
            "url": lambda: "",
        }

    def seed(self) -> None:
        """Register the actors, and let them be friends, write to each other, ask each other, and block each other."""
        self.call("/user/user_register", {"users": [{"userID": name, "nickname": f"N {name[:9]}"} for name in ACTORS]})
        self.call("/user/add_notification_account", {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3})
        for number, owner in enumerate(ACTORS):
            friends = [ACTORS[(number + step) % len(ACTORS)] for step in (1, 2)]
            self.call("/friend/import_friend", {"ownerUserID": owner, "friendUserIDs": friends})
            message = {"sendID": owner, "recvID": friends[0], "sessionType": 1, "contentType": 101}
            self.call("/msg/send_msg", message | {"content": {"content": "hi"}, "senderPlatformID": 1})
            asked = ACTORS[(number + 4) % len(ACTORS)]
            self.call("/friend/add_friend", {"fromUserID": owner, "toUserID": asked, "reqMsg": "hi"}, owner)
            blocked = ACTORS[(number + 5) % len(ACTORS)]
            self.call("/friend/add_black", {"ownerUserID": owner, "blackUserID": blocked}, owner)
            pinned = {"ownerUserID": owner, "friendUserIDs": friends[:1], "isPinned": True, "remark": "r"}
            self.call("/friend/update_friends", pinned, owner)
            group = {"groupID": f"group-{number}", "groupName": "G", "groupType": 2, "needVerification": number % 3}
            self.call("/group/create_group", {"ownerUserID": owner, "memberUserIDs": friends, "groupInfo": group})
        self.call("/callback/list", {"pagination": {"pageNumber": 1, "showNumber": 100}})

    def ask(self, path: str, body: bytes, headers: dict[str, str | bytes]) -> Answer:
        """Return the answer to a request. Raises ``Fault`` where there is none."""
        raw = post(path + self._query(path), body, headers)
        for _ in range(2):
            try:
                if self._wire is None:
                    self._wire = Wire(self._port)
                self._wire.send(raw)
                answer = self._wire.answer()
            except Closed:
                # The server may have closed a connection between two requests.
                self.close()
                continue
            if answer.headers.get("connection") == "close":
                self.close()
            return answer
        raise Fault("the connection ended without an answer, twice")

    def _query(self, path: str) -> str:
        """Return the query that an operation needs."""
        if path != "/msg/send_simple_msg":
            return ""
        sender, receiver = self._chance.choices(ACTORS[:8], k=2)
        key = base64.b64encode(json.dumps({"sendID": sender, "recvID": receiver}).encode()).decode()
        return f"?key={key}"

    def _group(self) -> str:
        """Return which group a request is about: a new one, or one of the last, as others may have been dismissed."""
        if self.about == "/group/create_group":
            return f"group-{self._chance.randrange(10_000)}"
        if self.about == _ANSWER:
            group, self._applicant = self._chance.choice(self._waiting() or [self._apply()])
            return group
        return str(self._chance.choice([each for each in self._heard["groupID"] if each][-20:]))

    def _apply(self) -> tuple[str, str]:
        """Have a user apply to a new group; return both. Others may have dismissed all groups that there were."""
        group = f"group-{self._chance.randrange(10_000, 10**9)}"
        owner, applicant = self._chance.sample(ACTORS[:8], 2)
        info = {"groupID": group, "groupName": "G", "groupType": 2}
        self.call("/group/create_group", {"ownerUserID": owner, "groupInfo": info})
        self.call("/group/join_group", {"groupID": group, "inviterUserID": applicant, "joinSource": 3})
        return group, applicant

    def _waiting(self) -> list[tuple[str, str]]:
        """Return which applications wait, by group and user."""
        asked = {"fromUserID": ADMIN, "groupIDs": list({each for each in self._heard["groupID"][-40:] if each})}
        page = {"handleResults": [0], "pagination": {"pageNumber": 1, "showNumber": 100}}
        body = json.dumps(asked | page).encode()
        headers: dict[str, str | bytes] = {"operationID": "world", "token": self.token(ADMIN)}
        answer = json.loads(self.ask("/group/get_recv_group_applicationList", body, headers).body)
        found = (answer.get("data") or {}).get("groupRequests") or []
        return [(each["groupInfo"]["groupID"], each["userInfo"]["userID"]) for each in found]

    def _content(self) -> Any:
        text = self._chance.choice(("hello", "\u00fcn\u00efc\u00f6de \U0001f600", "x" * 3000))
        return text if self.about == "/msg/send_simple_msg" else {"content": text}

    def call(self, path: str, body: Any, caller: str = ADMIN) -> Any:
        """Return the data of an answer that is a success. Raises ``Fault`` for any other."""
        answer = self.ask(path, json.dumps(body).encode(), {"operationID": "world", "token": self.token(caller)})
        envelope = json.loads(answer.body)
        if envelope["errCode"]:
            raise Fault(f"{path} {body} of {caller}: {envelope}")
        self.heard(envelope)
        return envelope.get("data")

    def close(self) -> None:
        """End the connection, if there is one."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def token(self, user: str) -> str:
        """Return a token of a user's."""
        if user not in self._tokens:
            self._tokens[user] = self._new_token(user)
        return self._tokens[user]

    def _new_token(self, user: str) -> str:
        if user == ADMIN:
            return str(self._issued("/auth/get_admin_token", {"secret": SECRET, "userID": ADMIN}, "")["token"])
        asked = {"userID": user, "platformID": 7}
        if issued := self._issued("/auth/get_user_token", asked, self.token(ADMIN)):
            return str(issued["token"])
        # The administrator's token may have been ended, and users may have been made accounts that do not log in.
        self.forget(ADMIN)
        self._issued("/relation/restore", {"users": [{"kind": "user", "userID": user}]}, self.token(ADMIN))
        if issued := self._issued("/auth/get_user_token", asked, self.token(ADMIN)):
            return str(issued["token"])
        raise Fault(f"there is no token for {user}")

    def _issued(self, path: str, body: Any, token: str) -> Any:
        answer = self.ask(
            path, json.dumps(body).encode(), {"operationID": "world", **({"token": token} if token else {})}
        )
        return json.loads(answer.body).get("data")

    def forget(self, user: str) -> None:
        """Forget a token that does not count any more."""
        self._tokens.pop(user, None)

    def heard(self, value: Any) -> None:
        """Remember what an answer says that requests may name again."""
        if isinstance(value, list):
            for each in value[:20]:
                self.heard(each)
        elif isinstance(value, dict):
            for name, each in value.items():
                if name in _HARVESTED and isinstance(each, str | int):
                    kept = self._heard[name]
                    kept.append(each)
                    del kept[1:-_MOST_KEPT]
                elif isinstance(each, dict | list):
                    self.heard(each)

    def pick(self, name: str) -> Any:
        """Return a value for a field, or ``None`` where the name says nothing."""
        if name == "fromUserID" and self.about == _ANSWER and self._applicant:
            return self._applicant
        if name in _USERS:
            return self.user()
        if name in self._fields:
            return self._fields[name]()
        if name in ("version", "versionID", "eventID"):
            return self._said(name)
        return None

    def user(self) -> str:
        """Return whom a request is about: mostly one of the few."""
        chance = self._chance.random()
        if self.about == "/user/user_register" and chance < 0.9:
            return f"new-{self._chance.randrange(1000)}"
        if self._is_about_account() and chance < 0.9:
            return "shop" if "add" not in self.about else f"account-{self._chance.randrange(1000)}"
        if chance < 0.88:
            return self._chance.choice(ACTORS)
        if chance < 0.93 and self._heard["userID"]:
            return str(self._chance.choice(self._heard["userID"]))
        return self._chance.choice((ADMIN, "ghost", f"new-{self._chance.randrange(50)}"))

    def _is_about_account(self) -> bool:
        return self.about.endswith("_notification_account")

    def _said(self, name: str) -> Any:
        return self._chance.choice(self._heard[name])
