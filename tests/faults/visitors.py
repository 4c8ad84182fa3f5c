"""Users who log in over one process and are ended over another, without pause, and whether each of them is."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

import httpx
from picows import WSError

from tests.faults.service import Anywhere
from tests.support.gateway_client import ConnectionEnded, GatewayClient
from tests.support.server_process import ServerProcess

PLATFORM: Final = 2
ENDED_WITHIN: Final = 10.0
"""Seconds in which a client is ended whose token was, whatever happens meanwhile."""
_DATABASE: Final = 90002


@dataclass
class Ends:
    """What became of the clients. ``seconds`` are how long each took to be ended after the answer."""

    seconds: list[float] = field(default_factory=list)
    broken_off: int = 0
    problems: list[str] = field(default_factory=list)


class Visitors:
    """Each has one client. It is ended by a forced logout, or by a newer login of the same user and platform."""

    def __init__(
        self, rest: Anywhere, users: Sequence[str], running: Sequence[ServerProcess], chance: random.Random
    ) -> None:
        self.ends = Ends()
        self._rest = rest
        self._users = users
        self._running = running
        self._chance = chance
        self._ended = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Come and go inside."""
        visits = [asyncio.create_task(self._visit_all(user)) for user in self._users]
        try:
            yield
        finally:
            self._ended = True
            await asyncio.gather(*visits)

    async def _visit_all(self, user: str) -> None:
        while not self._ended:
            try:
                await self._visit(user)
            except (ConnectionEnded, OSError, TimeoutError, WSError, httpx.TransportError):
                self.ends.broken_off += 1
                await asyncio.sleep(0.02)  # a process, or what it needs, is being stopped or started

    async def _visit(self, user: str) -> None:
        if (token := await self._token(user)) is None:
            return
        async with self._client(user, token) as client:
            await asyncio.sleep(self._chance.uniform(0.05, 0.5))
            if client.ended.is_set():
                return
            if self._chance.random() < 0.5:
                answer = await self._rest.post("/auth/force_logout", {"userID": user, "platformID": PLATFORM})
                if answer["errCode"] == 0:
                    await self._is_ended(client, "a forced logout")
                elif answer["errCode"] != _DATABASE:
                    self.ends.problems.append(f"{user}: {answer}")
            elif (newer := await self._token(user)) is not None:
                async with self._client(user, newer):
                    await self._is_ended(client, "a newer login")

    async def _is_ended(self, client: GatewayClient, by: str) -> None:
        began = asyncio.get_running_loop().time()
        try:
            await client.closed(ENDED_WITHIN)
        except TimeoutError:
            self.ends.problems.append(f"{client.user}: not ended by {by} within {ENDED_WITHIN} s at {client.url[:30]}")
        else:
            self.ends.seconds.append(asyncio.get_running_loop().time() - began)
        answer = await self._rest.post("/user/get_users_info", {"userIDs": [client.user]}, token=client.token)
        if answer["errCode"] in {0, 1004}:
            self.ends.problems.append(f"{client.user}: the token that was ended by {by} is accepted")

    def _client(self, user: str, token: str) -> GatewayClient:
        url = self._chance.choice(self._running).gateway_url
        return GatewayClient(url, user, token, PLATFORM, compression=True)

    async def _token(self, user: str) -> str | None:
        answer = await self._rest.post("/auth/get_user_token", {"userID": user, "platformID": PLATFORM})
        if answer["errCode"] == 0:
            return str(answer["data"]["token"])
        if answer["errCode"] != _DATABASE:
            self.ends.problems.append(f"{user}: {answer}")
        return None
