"""Several processes that serve one database while people write over all of them and others listen, and whether all of
it is there in the end."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from amity.wire.conversation_ids import single_id
from tests.faults.chats import Chats, problems, pulled, told_problems, unread_problems
from tests.faults.followers import PLATFORM, Follower, following, synced
from tests.faults.verification import drained
from tests.support.business_server import BusinessServer
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

PEOPLE = 6
EVENTS = ("afterSendSingleMsg", "afterMsgSaveDB")
SYNCED_WITHIN = 10.0
"""Seconds after the last disturbance in which every client has everything."""


class Anywhere(Rest):
    """A caller of any of several processes: each call goes to one of those that ``running`` returns."""

    def __init__(self, servers: Sequence[ServerProcess], running: Callable[[], ServerProcess]) -> None:
        super().__init__(servers[0].url)
        self._running = running
        self._each = {server: Rest(server.url) for server in servers}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for rest in self._each.values():
            await rest.__aexit__(None, None, None)
        await super().__aexit__(None, None, None)

    def url_of_any(self) -> str:
        """Return the URL of one that runs."""
        return self._running().url

    def at(self, server: ServerProcess) -> Rest:
        """Return the caller of one process."""
        return self._each[server]

    async def raw(
        self, path: str, body: Any, *, token: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        return await self._each[self._running()].raw(path, body, token=token, headers=headers)


@dataclass(frozen=True)
class Service:
    """``running`` are the processes that new connections and calls go to. ``chats`` write to each other, and
    ``followers`` listen."""

    servers: Sequence[ServerProcess]
    running: list[ServerProcess]
    rest: Anywhere
    business: BusinessServer
    people: Sequence[str]
    chats: Chats
    followers: Sequence[Follower]
    gateway: Callable[[], str]

    @asynccontextmanager
    async def listened(self) -> AsyncIterator[None]:
        """Have everybody's client listen inside."""
        async with following(self.followers):
            yield

    async def verify(self, *, within: float = SYNCED_WITHIN, stop: bool = True) -> None:
        """Compare what people were answered, what clients were pushed, what is stored and what the business server was
        told, once nobody writes any more. Call it while clients listen. ``stop`` stops the processes after that."""
        found = {
            (user, peer): await pulled(self.rest, self.gateway, user, peer)
            for user in self.people
            for peer in self.people
            if user != peer
        }

        def wanted(user: str) -> dict[str, int]:
            return {single_id(user, peer): len(found[user, peer]) for peer in self.people if peer != user}

        wrong = await synced(self.followers, wanted, within=within)
        wrong += [problem for each in self.followers for problem in each.problems]
        await drained(self.rest)
        wrong += problems(self.chats.sent, found) + await unread_problems(self.rest, found)
        wrong += told_problems(self.business.requests, found)
        logs = "\n".join(str(server.log) for server in self.servers)
        shown = "\n".join(wrong[:20])
        assert not wrong, f"{len(wrong)} problems:\n{shown}\n{logs}"
        if stop:
            for server in self.servers:
                assert await server.terminate() == 0

    def summary(self) -> str:
        sent = self.chats.sent
        pushes, connections = (
            sum(getattr(each, name) for each in self.followers) for name in ("pushes", "connections")
        )
        return (
            f"{len(sent.answers)} messages answered, {sent.broken_off} broken off,"
            f" {pushes} pushes to {connections} connections"
        )


@asynccontextmanager
async def serving(
    folder: Path,
    chance: random.Random,
    business: BusinessServer,
    settings: Mapping[str, Mapping[str, Any]],
    *,
    prefixes: Mapping[str, Sequence[str]] | None = None,
    patience: float = 10.0,
    strict: bool = False,
    gateway: Callable[[], str] | None = None,
) -> AsyncIterator[Service]:
    """Start a process for each name with its settings, after its prefix, and register the people. ``patience`` and
    ``strict`` are those of ``Chats``. Clients connect where ``gateway`` says, else to any process that runs."""
    people = [f"person-{number}" for number in range(PEOPLE)]
    async with AsyncExitStack() as stack:
        servers = []
        for name, own in settings.items():
            (folder / name).mkdir()
            prefix = (prefixes or {}).get(name, ())
            servers.append(await stack.enter_async_context(ServerProcess(folder / name, own, prefix=prefix)))
        running = list(servers)

        def any_gateway() -> str:
            return chance.choice(running).gateway_url

        gateway = gateway or any_gateway

        rest = await stack.enter_async_context(Anywhere(servers, lambda: chance.choice(running)))
        await rest.register(*people)
        followers = []
        for user in people:
            token = (await rest.data("/auth/get_user_token", {"userID": user, "platformID": PLATFORM}))["token"]
            followers.append(Follower(user, token, gateway))
            await rest.token(user)
        chats = Chats(rest, gateway, people, chance, patience=patience, strict=strict)
        yield Service(servers, running, rest, business, people, chats, followers, gateway)


async def until(condition: Callable[[], bool], within: float, what: str) -> None:
    """Return as soon as a condition holds. Fails after ``within`` seconds."""
    try:
        async with asyncio.timeout(within):
            while not condition():  # noqa: ASYNC110 - what other programs do sets no event here
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"not within {within} s: {what}") from None
