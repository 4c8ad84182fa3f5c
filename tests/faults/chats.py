"""People who send each other messages without pause, and whether each message is there once, in its place."""

import asyncio
import itertools
import json
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from picows import WSError

from amity.wire.conversation_ids import single_id
from amity.wire.events.messages import AfterMsgSaveDB, AfterSendSingleMsg
from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import SendMsgResp
from amity.wire.proto.sdkws_pb2 import MsgData, PullMessageBySeqsReq, PullMessageBySeqsResp
from tests.support.business_server import ReceivedRequest
from tests.support.gateway_client import ConnectionEnded, GatewayClient
from tests.support.rest import Rest

CONNECT_AGAIN = 1012
"""The close code with which clients are told to connect again, and then fetch."""
REPEATS = 0.15
"""How many sendings repeat an earlier message, as a client does that has not heard of its answer."""
_FIRST, _OF_PULL = 1, 500
_TOLD = (AfterSendSingleMsg.command, AfterMsgSaveDB.command)


@dataclass
class Sent:
    """What was answered. ``answers`` are by sender and client's id, the first answer of each: server's id and time."""

    answers: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    tried: dict[tuple[str, str], str] = field(default_factory=dict)
    """The receiver of every message that was sent at least once."""
    repeats: int = 0
    broken_off: int = 0
    surprises: list[str] = field(default_factory=list)
    longest: float = 0.0
    """How many seconds somebody waited for an answer, at the most."""


class Chats:
    """Senders, each with one message outstanding. ``pause`` and ``resume`` say whether the server is there.

    ``gateway_url`` returns where to connect, each time that somebody does. Who is not answered within ``patience``
    seconds connects again, and repeats the message. ``strict``: nobody may be answered with an error, or refused.
    """

    def __init__(
        self,
        rest: Rest,
        gateway_url: str | Callable[[], str],
        people: Sequence[str],
        chance: random.Random,
        *,
        patience: float = 10.0,
        strict: bool = False,
    ) -> None:
        self.sent = Sent()
        self._rest = rest
        self._url = gateway_url if callable(gateway_url) else lambda: gateway_url
        self._people = people
        self._chance = chance
        self._patience = patience
        self._strict = strict
        self._there = asyncio.Event()
        self._there.set()
        self._ended = False
        self._news = asyncio.Event()
        self._created: dict[tuple[str, str], MsgData] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send inside; at the end each sender repeats its last message until it is answered."""
        senders = [asyncio.create_task(self._send_all(user)) for user in self._people]
        try:
            yield
        finally:
            self._ended = True
            self._there.set()
            await asyncio.gather(*senders)

    def pause(self) -> None:
        self._there.clear()

    def resume(self) -> None:
        self._there.set()

    async def answered(self, more: int, within: float = 30.0) -> None:
        """Return when that many more messages were answered for the first time."""
        wanted = len(self.sent.answers) + more
        async with asyncio.timeout(within):
            while len(self.sent.answers) < wanted:
                self._news.clear()
                await self._news.wait()

    async def _send_all(self, user: str) -> None:
        token = await self._rest.token(user)
        numbers = itertools.count()
        pending: MsgData | None = None
        while pending is not None or not self._ended:
            await self._there.wait()
            try:
                async with GatewayClient(self._url(), user, token, 7, compression=True) as client:
                    while pending is not None or not self._ended:
                        pending = pending or self._next(user, numbers)
                        await self._send(client, pending)
                        pending = None
            except (ConnectionEnded, OSError, TimeoutError, WSError) as error:
                self.sent.broken_off += not isinstance(error, OSError)
                if self._strict and not isinstance(error, ConnectionEnded):
                    self.sent.surprises.append(f"{user}: {error!r}")
                await asyncio.sleep(0.01)  # the server is being stopped or started

    def _next(self, user: str, numbers: "itertools.count[int]") -> MsgData:
        """Return a new message, or one that was sent before."""
        own = [each for each in self.sent.answers if each[0] == user] if self._chance.random() < REPEATS else []
        if own:
            self.sent.repeats += 1
            return self._created[self._chance.choice(own)]
        peer = self._chance.choice([each for each in self._people if each != user])
        number = next(numbers)
        message = MsgData(
            sendID=user,
            recvID=peer,
            clientMsgID=f"{user}-{number}",
            sessionType=1,
            contentType=101,
            content=json.dumps({"content": f"{number}" + "x" * self._chance.randrange(300)}).encode(),
            createTime=time.time_ns() // 1_000_000,
        )
        self._created[user, message.clientMsgID] = message
        self.sent.tried[user, message.clientMsgID] = peer
        return message

    async def _send(self, client: GatewayClient, message: MsgData) -> None:
        key = (message.sendID, message.clientMsgID)
        began = time.monotonic()
        try:
            data = message.SerializeToString()
            reply = await client.request(Identifier.SEND_MSG, data, timeout=self._patience)
        finally:
            self.sent.longest = max(self.sent.longest, time.monotonic() - began)
        if reply.err_code:
            if self._strict or reply.err_code != 90002:
                self.sent.surprises.append(f"{key}: {reply.err_code} {reply.err_msg}")
            raise ConnectionEnded(None, "to be sent again")
        answer = SendMsgResp.FromString(reply.data)
        found = (answer.serverMsgID, answer.sendTime)
        if self.sent.answers.setdefault(key, found) != found:
            self.sent.surprises.append(f"{key}: answered {self.sent.answers[key]}, and then {found}")
        self._news.set()


async def pulled(rest: Rest, gateway_url: str | Callable[[], str], user: str, peer: str) -> list[MsgData]:
    """Return all messages of a conversation as a user's client pulls them, which connects again where it is told to."""
    while True:
        try:
            url = gateway_url() if callable(gateway_url) else gateway_url
            return await _pulled(rest, url, user, peer)
        except ConnectionEnded as ended:
            if ended.code != CONNECT_AGAIN:
                raise


async def _pulled(rest: Rest, gateway_url: str, user: str, peer: str) -> list[MsgData]:
    conversation = single_id(user, peer)
    found: list[MsgData] = []
    async with GatewayClient(gateway_url, user, await rest.token(user), 7, compression=True) as client:
        for begin in itertools.count(_FIRST, _OF_PULL):
            asked = PullMessageBySeqsReq(userID=user)
            asked.seqRanges.add(conversationID=conversation, begin=begin, end=begin + _OF_PULL - 1, num=_OF_PULL)
            reply = await client.request(Identifier.PULL_BY_RANGES, asked.SerializeToString())
            assert reply.err_code == 0, reply
            messages = PullMessageBySeqsResp.FromString(reply.data).msgs[conversation].Msgs
            if not messages:
                break
            found += messages
    return found


def problems(sent: Sent, chats: dict[tuple[str, str], list[MsgData]]) -> list[str]:
    """Return everything that is not as it should be. ``chats`` are by user and peer, as that user pulls them."""
    found = list(sent.surprises)
    there: dict[tuple[str, str], list[MsgData]] = defaultdict(list)
    for (user, peer), messages in chats.items():
        seqs = [each.seq for each in messages]
        if seqs != list(range(_FIRST, len(messages) + _FIRST)):
            found.append(f"{user} pulls of {peer} the numbers {seqs[:50]}")
        others = chats[peer, user]
        if [each.serverMsgID for each in messages] != [each.serverMsgID for each in others]:
            found.append(f"{user} and {peer} pull different messages")
        if user < peer:
            for message in messages:
                there[message.sendID, message.clientMsgID].append(message)
    for key, (server_id, send_time) in sent.answers.items():
        if [(each.serverMsgID, each.sendTime) for each in there[key]] != [(server_id, send_time)]:
            found.append(f"{key}: answered {server_id} at {send_time}, and there are {there[key]}")
    for key, messages in there.items():
        if key not in sent.tried:
            found.append(f"{key}: was never sent")
        elif [each.recvID for each in messages] != [sent.tried[key]]:
            found.append(f"{key}: is there {len(messages)} times")
    for (user, peer), messages in chats.items():
        own = [int(each.clientMsgID.rpartition("-")[2]) for each in messages if each.sendID == user]
        if own != sorted(own):
            found.append(f"{user} to {peer}: not in the order of sending: {own[:50]}")
    return found


async def unread_problems(rest: Rest, chats: dict[tuple[str, str], list[MsgData]]) -> list[str]:
    """Return whose list of conversations or number of unread messages is wrong: whoever sends has read what is there,
    and nothing else was read."""
    found = []
    for user in {user for user, _ in chats}:
        answer = await rest.data("/jssdk/get_active_conversations", {}, user=user)
        shown = {each["conversation"]["userID"]: each["maxSeq"] - each["readSeq"] for each in answer["conversations"]}
        expected = {}
        for (owner, peer), messages in chats.items():
            if owner == user and messages:
                own = [each.seq for each in messages if each.sendID == user]
                expected[peer] = len(messages) - max(own, default=0)
        if shown != expected or answer["unreadCount"] != sum(expected.values()):
            found.append(f"{user}: unread {shown}, in all {answer['unreadCount']}, and should be {expected}")
    return found


def told_problems(requests: Sequence[ReceivedRequest], chats: dict[tuple[str, str], list[MsgData]]) -> list[str]:
    """Return everything that is not as it should be in what the business server was told of messages: each that is
    there, with its number, in the order of numbers, and no other. An event may have come more than once."""
    found = []
    told: dict[str, list[tuple[int, str]]] = defaultdict(list)
    seen = set()
    for request in requests:
        if request.path.removeprefix("/") not in _TOLD or request.headers["webhook-id"] in seen:
            continue
        seen.add(request.headers["webhook-id"])
        event = request.json
        if event.get("groupID"):
            continue
        chat = f"{request.path} of {single_id(event['sendID'], event['recvID'])}"
        told[chat].append((event["seq"], event["serverMsgID"]))
    for (user, peer), messages in chats.items():
        stored = [(each.seq, each.serverMsgID) for each in messages]
        for command in _TOLD:
            chat = f"/{command} of {single_id(user, peer)}"
            if user < peer and told.pop(chat, []) != stored:
                found.append(f"{chat}: told otherwise than it is stored")
    return found + [f"{chat}: told, and not there" for chat in told]
