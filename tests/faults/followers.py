"""Clients that only listen: each pulls what it missed when it connects, and is pushed the rest, in order.

A push behind a gap is a problem, unless the connection is told to connect again after that: what was missed is fetched
then.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from picows import WSError

from amity.wire.frames import Identifier, Reply
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, GetMaxSeqResp, PushMessages
from tests.faults.chats import CONNECT_AGAIN
from tests.support.gateway_client import ConnectionEnded, GatewayClient

PLATFORM = 5
"""The platform of followers, which nobody else is on: web."""


class Follower:
    """One client of a user. ``has`` is how far it has each conversation; ``problems`` what it was pushed wrongly. One
    who ``leaves`` groups and comes back is not pushed what is written there meanwhile, which is no gap."""

    def __init__(self, user: str, token: str, gateway_url: Callable[[], str], *, leaves: bool = False) -> None:
        self.user = user
        self.has: dict[str, int] = {}
        self.problems: list[str] = []
        self.connections = 0
        self.pushes = 0
        self._leaves = leaves
        self._token = token
        self._url = gateway_url
        self.client: GatewayClient | None = None

    async def run(self) -> None:
        """Connect, and connect again when the connection ends, until cancelled."""
        while True:
            try:
                async with GatewayClient(self._url(), self.user, self._token, PLATFORM, compression=True) as client:
                    self.connections += 1
                    await self._follow(client)
            except (ConnectionEnded, OSError, TimeoutError, WSError):
                await asyncio.sleep(0.02)  # the process is being stopped or started
            finally:
                self.client = None

    async def _follow(self, client: GatewayClient) -> None:
        asked = GetMaxSeqReq(userID=self.user).SerializeToString()
        reply = await client.request(Identifier.GET_MAX_SEQ, asked)
        if reply.err_code:
            raise ConnectionEnded(None, "the database is away")
        # What was sent up to now would be pulled now.
        for conversation, seq in GetMaxSeqResp.FromString(reply.data).maxSeqs.items():
            self.has[conversation] = max(seq, self.has.get(conversation, 0))
        self.client = client
        pushed: dict[str, int] = {}
        gaps: list[str] = []
        try:
            while True:
                reply = await client.pushed(timeout=3600)
                if reply.identifier == Identifier.PUSH:
                    self._take(reply, pushed, gaps)
        finally:
            if client.close_code != CONNECT_AGAIN:
                self.problems += gaps[:1]

    def _take(self, reply: Reply, pushed: dict[str, int], gaps: list[str]) -> None:
        for conversation, pulled in PushMessages.FromString(reply.data).msgs.items():
            for message in pulled.Msgs:
                self.pushes += 1
                last, has = pushed.get(conversation, 0), self.has.get(conversation, 0)
                if message.seq <= last:
                    self.problems.append(f"{self.user}: {conversation}: {message.seq} after {last}")
                pushed[conversation] = message.seq
                if message.seq > has + 1 and not self._leaves:
                    gaps.append(f"{self.user}: {conversation}: {message.seq} where it has {has}")
                else:
                    self.has[conversation] = max(has, message.seq)


@asynccontextmanager
async def following(followers: Sequence[Follower]) -> AsyncIterator[None]:
    """Let these clients run inside."""
    tasks = [asyncio.create_task(each.run()) for each in followers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def synced(followers: Sequence[Follower], wanted: Callable[[str], dict[str, int]], within: float) -> list[str]:
    """Return whose client is behind in which conversation after ``within`` seconds at most. ``wanted`` returns how far
    a user's conversations go."""

    def behind() -> list[str]:
        return [
            f"{each.user}: {conversation}: has {each.has.get(conversation, 0)} of {seq}"
            for each in followers
            for conversation, seq in wanted(each.user).items()
            if each.has.get(conversation, 0) < seq
        ]

    try:
        async with asyncio.timeout(within):
            while behind():  # noqa: ASYNC110 - what clients are pushed sets no event
                await asyncio.sleep(0.05)
    except TimeoutError:
        return behind()
    return []
