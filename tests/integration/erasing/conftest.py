"""A user of whom something is stored wherever anything of a user can be stored, and who is erased."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from amity.erasing import working
from tests.support.devices import Devices
from tests.support.rest import Rest

GONE = "annabelle77"
NICKNAME = "Zephyrine Quux"
OTHERS = ("bob", "cy", "dora", "eve", "finn")
PAGE = {"pageNumber": 1, "showNumber": 100}


class Town:
    """``GONE`` and its friends, its groups and its messages, on one server."""

    def __init__(self, rest: Rest) -> None:
        self.rest = rest
        self._sent = 0

    async def do(self, path: str, body: dict[str, Any], user: str = GONE) -> dict[str, Any]:
        """Do something as a user; return the data of the answer."""
        return await self.rest.data(path, body, user=user) or {}

    async def people(self) -> None:
        """Register everybody."""
        users = [{"userID": user, "nickname": user} for user in OTHERS]
        own = {"userID": GONE, "nickname": NICKNAME, "faceURL": "https://faces/zephyrine.png", "ex": "born in Quuxland"}
        await self.rest.data("/user/user_register", {"users": [*users, own]})

    async def send(self, sender: str, text: str, *, to: str = "", group: str = "", **fields: Any) -> dict[str, Any]:
        """Send a message in a user's name; return the data of the answer."""
        self._sent += 1
        body = {
            "sendID": sender,
            "recvID": to,
            "groupID": group,
            "senderNickname": NICKNAME if sender == GONE else sender,
            "senderFaceURL": "https://faces/zephyrine.png" if sender == GONE else "",
            "sessionType": 3 if group else 1,
            "contentType": 101,
            "content": {"content": text},
            "clientMsgID": f"message-{self._sent}",
            **fields,
        }
        return dict(await self.rest.data("/msg/send_msg", body))

    async def make_group(self, group: str, owner: str, *members: str, admins: tuple[str, ...] = ()) -> None:
        body = {
            "ownerUserID": owner,
            "adminUserIDs": list(admins),
            "memberUserIDs": list(members),
            "groupInfo": {"groupID": group, "groupName": group, "groupType": 2},
        }
        await self.rest.data("/group/create_group", body, user=owner)

    async def erase(self, messages: str = "remove") -> dict[str, Any]:
        """Ask for the erasure; return the data of the answer."""
        return dict(await self.rest.data("/user/erase_user", {"userID": GONE, "messages": messages}))

    async def erasure(self) -> dict[str, Any]:
        body = {"userIDs": [GONE], "pagination": PAGE}
        ((found,),) = [(await self.rest.data("/user/get_erasures", body))["erasures"]]
        return dict(found)

    async def finished(self) -> dict[str, Any]:
        """Wait until the erasure is finished, and return it."""
        async with asyncio.timeout(30):
            while (found := await self.erasure())["state"] != "finished":  # noqa: ASYNC110 - each round asks the server
                await asyncio.sleep(0.05)
        return found

    async def pull(self, user: str, conversation: str) -> list[dict[str, Any]]:
        """Return all messages of a conversation as a user sees them, or all stored notifications; contents as texts."""
        ranges = [{"conversationID": conversation, "begin": 1, "end": 1000, "num": 1000}]
        found = await self.rest.data("/msg/pull_msg_by_seq", {"userID": user, "seqRanges": ranges}, user=user)
        pulled = found["msgs"] | found["notificationMsgs"]
        messages = pulled.get(conversation, {"Msgs": []})["Msgs"] or []
        return [each | {"content": base64.b64decode(each["content"] or "").decode()} for each in messages]

    async def fill(self) -> None:
        """Have something of ``GONE`` stored everywhere."""
        await self.people()
        await self._relate()
        await self._group()
        await self._talk()
        await self._keep()

    async def _relate(self) -> None:
        await self.rest.import_friends(GONE, ["bob", "cy"])
        await self.do(
            "/friend/set_friend_remark", {"ownerUserID": "bob", "friendUserID": GONE, "remark": "Quuxy"}, "bob"
        )
        await self.do(
            "/friend/set_friend_remark", {"ownerUserID": GONE, "friendUserID": "cy", "remark": "from Quuxland"}
        )
        await self.do("/friend/delete_friend", {"ownerUserID": "cy", "friendUserID": GONE}, "cy")
        await self.do("/friend/add_black", {"ownerUserID": GONE, "blackUserID": "dora", "ex": "she Quuxed"})
        await self.do("/friend/add_black", {"ownerUserID": "eve", "blackUserID": GONE, "ex": "Quux!"}, "eve")
        await self.do("/friend/add_friend", {"fromUserID": GONE, "toUserID": "finn", "reqMsg": "Quux here"})

    async def _group(self) -> None:
        await self.make_group("owned", GONE, "cy", "dora", admins=("bob",))
        await self.make_group("alone", GONE)
        await self.make_group("joined", "bob", GONE, "cy")
        named = {"groupID": "joined", "userID": GONE, "nickname": "Quux of joined", "faceURL": "https://q/quux.png"}
        await self.do("/group/set_group_member_info", {"members": [{**named, "ex": "Quux ex"}]})
        await self.make_group("left", "bob", GONE)
        await self.do("/group/quit_group", {"groupID": "left", "userID": GONE})
        await self.make_group("asked", "bob", "cy")
        await self.do("/group/set_group_info", {"groupInfoForSet": {"groupID": "asked", "needVerification": 1}}, "bob")
        await self.do(
            "/group/join_group",
            {"groupID": "asked", "reqMessage": "let Quux in", "joinSource": 3, "inviterUserID": GONE},
        )

    async def _talk(self) -> None:
        await self.send(GONE, "words of Quux", to="bob")
        await self.send("bob", "an answer", to=GONE)
        quoted = {"clientMsgID": "message-1", "seq": 1, "sendID": GONE, "senderNickname": NICKNAME, "contentType": 101}
        quoted["content"] = json.dumps({"content": "words of Quux"})
        await self.send("bob", "", to=GONE, contentType=114, content={"text": "so?", "quoteMessage": quoted})
        await self.send(GONE, "revoked by Quux", to="bob")
        await self.do("/msg/revoke_msg", {"userID": GONE, "conversationID": chat("bob"), "seq": 4})
        await self.send(GONE, "Quux to herself", to=GONE)
        for group in ("owned", "joined"):
            await self.send(GONE, f"Quux in {group}", group=group)
            named = [{"atUserID": GONE, "groupNickname": NICKNAME}]
            content = {"text": "look", "atUserList": [GONE], "atUsersInfo": named}
            await self.send("bob", "", group=group, contentType=106, content=content)
        account = {"userID": "shop", "nickName": "Shop", "appMangerLevel": 3}
        await self.rest.data("/user/add_notification_account", account)
        told = {"notificationName": "Shop", "notificationType": 1, "text": "dear Quux"}
        await self.send("shop", "", to=GONE, contentType=1400, sessionType=4, content=told)

    async def _keep(self) -> None:
        command = {"userID": GONE, "type": 1, "uuid": "u", "value": "Quux keeps", "ex": "Quux"}
        await self.do("/user/process_user_command_add", command)
        await self.rest.data("/user/set_user_client_config", {"userID": GONE, "configs": {"theme": "Quux"}})
        await self.do("/third/set_app_badge", {"userID": GONE, "appUnreadCount": 3})
        push = {"platformID": 1, "fcmToken": "token of Quux", "account": GONE, "expireTime": 0}
        token = (await self.rest.data("/auth/get_user_token", {"userID": GONE, "platformID": 1}))["token"]
        assert (await self.rest.post("/third/fcm_update_token", push, token=token))["errCode"] == 0
        settings = {"conversationID": chat("bob"), "conversationType": 1, "userID": "bob", "ex": "Quux row"}
        await self.do("/conversation/set_conversations", {"userIDs": [GONE], "conversation": settings})
        seqs = {"conversationID": chat("bob"), "userID": GONE, "seqs": [2]}
        await self.do("/msg/delete_msgs", seqs)
        headers = {"Idempotency-Key": "a key"}
        body = {"ownerUserID": GONE, "friendUserIDs": ["dora"]}
        await self.rest.post("/friend/import_friend", body, user=GONE, headers=headers)
        assert (await self.rest.import_friends(GONE, ["nobody"]))["errCode"] == 1004
        # It is written before the answer.
        await self.rest.data("/friend/get_import_log", {"pagination": PAGE})
        sent = {"sendID": GONE, "recvID": "bob", "senderPlatformID": 1, "sessionType": 1, "contentType": 101}
        await self.rest.data("/msg/send_msg", {**sent, "content": {"content": "Quux again"}, "clientMsgID": "again"})


def chat(other: str) -> str:
    """Return the id of the chat of ``GONE`` with another user."""
    return "si_" + "_".join(sorted((GONE, other)))


@pytest.fixture(autouse=True)
def looks_again_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last round follows the first at once."""
    monkeypatch.setattr(working, "AGAIN_SECONDS", 0.0)


@pytest.fixture
async def town(start_server: Any) -> Town:
    """A server on which messages are found by their texts, and nobody is."""
    return Town(await start_server(messages={"textSearch": True}, clientImport="open"))


@pytest.fixture
async def devices(start_server: Any) -> AsyncIterator[Devices]:
    """Connects devices to the server that was started last."""
    async with Devices(start_server) as devices:
        yield devices
