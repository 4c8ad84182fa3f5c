"""People who send each other messages, over the gateway and as an administrator."""

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from amity.wire.frames import Identifier, Reply
from amity.wire.proto.msg_pb2 import (
    GetConversationsHasReadAndMaxSeqReq,
    GetConversationsHasReadAndMaxSeqResp,
    GetSeqMessageReq,
    GetSeqMessageResp,
    SendMsgResp,
)
from amity.wire.proto.sdkws_pb2 import (
    GetMaxSeqReq,
    GetMaxSeqResp,
    MsgData,
    PullMessageBySeqsReq,
    PullMessageBySeqsResp,
    PushMessages,
)
from tests.support.gateway_client import GatewayClient
from tests.support.rest import Rest


class Refusal(Exception):
    """A request over the gateway was refused."""

    def __init__(self, reply: Reply) -> None:
        self.code = reply.err_code
        self.text = reply.err_msg
        super().__init__(f"{reply.err_code} {reply.err_msg}")


class Person:
    """A user's device, connected to the gateway."""

    def __init__(self, client: GatewayClient) -> None:
        self.client = client
        self.user = client.user

    def message(self, recv_id: str, text: str, **fields: Any) -> MsgData:
        """Return a message as the Go core makes one."""
        made = {
            "sendID": self.user,
            "recvID": recv_id,
            "clientMsgID": f"{self.user}-{text}",
            "sessionType": 1,
            "contentType": 101,
            "content": json.dumps({"content": text}).encode(),
            "createTime": 1_700_000_000_000,
            "status": 1,
            **fields,
        }
        return MsgData(**made)

    async def send(self, recv_id: str, text: str, **fields: Any) -> SendMsgResp:
        return SendMsgResp.FromString(
            await self.ask(Identifier.SEND_MSG, self.message(recv_id, text, **fields).SerializeToString())
        )

    async def write(self, group: str, text: str, **fields: Any) -> SendMsgResp:
        """Send a message to a group."""
        return await self.send("", text, **{"groupID": group, "sessionType": 3, **fields})

    async def ask(self, identifier: Identifier, data: bytes) -> bytes:
        reply = await self.client.request(identifier, data)
        if reply.err_code:
            raise Refusal(reply)
        return reply.data

    async def pushed(self) -> tuple[str, MsgData]:
        """Return the next message that is pushed, with its conversation."""
        while True:
            pushed = PushMessages.FromString((await self.client.pushed()).data)
            for conversation, pull in pushed.msgs.items():
                (message,) = pull.Msgs
                return conversation, message

    async def notified(self) -> tuple[str, MsgData, dict[str, Any]]:
        """Return the next notification that is pushed: its conversation, its message, and the detail of that."""
        while True:
            pushed = PushMessages.FromString((await self.client.pushed()).data)
            for conversation, pull in pushed.notificationMsgs.items():
                (message,) = pull.Msgs
                return conversation, message, detail_of(message)

    async def notified_of(self, content_type: int) -> dict[str, Any]:
        """Return the detail of the next notification of a type."""
        while True:
            _, message, detail = await self.notified()
            if message.contentType == content_type:
                return detail

    async def max_seqs(self) -> dict[str, int]:
        asked = GetMaxSeqReq(userID=self.user).SerializeToString()
        return dict(GetMaxSeqResp.FromString(await self.ask(Identifier.GET_MAX_SEQ, asked)).maxSeqs)

    async def pull(self, conversation: str, begin: int, end: int, num: int = 100, order: int = 0) -> Any:
        asked = PullMessageBySeqsReq(userID=self.user, order=order)  # type: ignore[arg-type]  # an enum of protobuf
        asked.seqRanges.add(conversationID=conversation, begin=begin, end=end, num=num)
        data = await self.ask(Identifier.PULL_BY_RANGES, asked.SerializeToString())
        return PullMessageBySeqsResp.FromString(data).msgs.get(conversation)

    async def pull_notices(self, conversation: str, begin: int, end: int, num: int = 1) -> list[MsgData]:
        asked = PullMessageBySeqsReq(userID=self.user)
        asked.seqRanges.add(conversationID=conversation, begin=begin, end=end, num=num)
        data = await self.ask(Identifier.PULL_BY_RANGES, asked.SerializeToString())
        pulled = PullMessageBySeqsResp.FromString(data).notificationMsgs
        return list(pulled[conversation].Msgs) if conversation in pulled else []

    async def by_seqs(self, conversation: str, *seqs: int, order: int = 0) -> Any:
        asked = GetSeqMessageReq(userID=self.user, order=order)  # type: ignore[arg-type]  # an enum of protobuf
        asked.conversations.add(conversationID=conversation, seqs=seqs)
        return GetSeqMessageResp.FromString(await self.ask(Identifier.PULL_BY_SEQS, asked.SerializeToString())).msgs[
            conversation
        ]

    async def read_and_max(self, *conversations: str) -> dict[str, tuple[int, int]]:
        asked = GetConversationsHasReadAndMaxSeqReq(userID=self.user, conversationIDs=conversations)
        data = await self.ask(Identifier.GET_READ_AND_MAX_SEQ, asked.SerializeToString())
        seqs = GetConversationsHasReadAndMaxSeqResp.FromString(data).seqs
        return {conversation: (each.hasReadSeq, each.maxSeq) for conversation, each in seqs.items()}


def detail_of(message: MsgData) -> dict[str, Any]:
    """Return what a notification says."""
    detail: dict[str, Any] = json.loads(json.loads(message.content)["detail"])
    return detail


class Talk(NamedTuple):
    """Ann and Bob, and the REST API."""

    ann: Person
    bob: Person
    rest: Rest


class Connect:
    """Connects people: ``await connect("ann", 1)``."""

    def __init__(self, rest: Rest, url: str, stack: contextlib.AsyncExitStack) -> None:
        self._rest = rest
        self._url = url
        self._stack = stack

    async def __call__(self, user: str, platform: int = 1) -> Person:
        data = await self._rest.data("/auth/get_user_token", {"userID": user, "platformID": platform})
        codec = "js" if platform == 5 else "go"
        client = GatewayClient(self._url, user, data["token"], platform, codec=codec, compression=codec == "go")
        return Person(await self._stack.enter_async_context(client))


@pytest.fixture
async def connect(rest: Rest, start_server: Any) -> AsyncIterator[Connect]:
    await rest.register("ann", "bob", "cid")
    async with contextlib.AsyncExitStack() as stack:
        yield Connect(rest, start_server.gateway_url, stack)


@pytest.fixture
async def talk(rest: Rest, connect: Connect) -> Talk:
    return Talk(await connect("ann"), await connect("bob"), rest)


class Club(NamedTuple):
    """Ann, Bob and Cid, who are in the group ``club``, which is Ann's. Its first message tells that it was made."""

    ann: Person
    bob: Person
    cid: Person
    rest: Rest

    async def do(self, what: str, user: str = "ann", **body: Any) -> None:
        """Do something with the group."""
        await self.rest.data(f"/group/{what}", {"groupID": "club", **body}, user=user)


@pytest.fixture
async def club(rest: Rest, connect: Connect) -> Club:
    await make_group(rest, "club", "ann", "bob", "cid")
    return Club(await connect("ann"), await connect("bob"), await connect("cid"), rest)


async def make_group(rest: Rest, group: str, owner: str, *members: str) -> None:
    """Make a group of users."""
    info = {"groupID": group, "groupName": group.title(), "groupType": 2}
    made = {"ownerUserID": owner, "memberUserIDs": list(members), "groupInfo": info}
    await rest.data("/group/create_group", made, user=owner)
