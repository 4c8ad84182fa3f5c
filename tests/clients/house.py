"""A server and the released clients that log in to it."""

import asyncio
import itertools
import re
from pathlib import Path
from typing import Any

import httpx

from tests.clients.browser import Browser, chromium
from tests.clients.client import Client, Kind
from tests.support.processes import free_port
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

_users = itertools.count(1)


class House:
    """A server, its administrator, and the clients that were started here; a user's device keeps what it stored."""

    def __init__(self, server: ServerProcess, rest: Rest, folder: Path, browser: Browser) -> None:
        self.server = server
        self.rest = rest
        self.browser = browser
        self._folder = folder
        self._clients: list[Client] = []
        self._ports: dict[Path, int] = {}

    async def token(self, user: str, platform: int) -> str:
        """A new token of a user for one platform."""
        answer = await self.rest.data("/auth/get_user_token", {"userID": user, "platformID": platform})
        token: str = answer["token"]
        return token

    async def start(self, kind: Kind, user: str, platform: int | None = None, gateway: int | None = None) -> Client:
        """Start a user's client without logging in. It finds what the last one on this platform has stored.

        ``gateway`` is another port to connect to than the server's own.
        """
        platform = platform or kind.platform
        folder = self._folder / f"{user}-{platform}-{kind.driver}"
        folder.mkdir(exist_ok=True)
        options: dict[str, Any] = {
            "sdk": kind.sdk,
            "api": self.server.url,
            "gateway": f"ws://127.0.0.1:{gateway or self.server.gateway_port}",
            "platform": platform,
            "folder": str(folder),
        }
        if kind.driver == "web.mjs":
            if kind.own_browser:
                options["chromium"] = chromium()
            else:
                options["browser"] = self.browser.address()
            options["port"] = self._ports.setdefault(folder, free_port())
        client = Client(kind, options, user, folder / "driver.log")
        self._clients.append(client)
        await client.started()
        return client

    async def login(self, kind: Kind, user: str, platform: int | None = None, gateway: int | None = None) -> Client:
        """Start a user's client, log in, and return when it has synced."""
        client = await self.start(kind, user, platform, gateway)
        await client.login(await self.token(user, platform or kind.platform))
        return client

    async def people(self, *kinds: Kind) -> list[Client]:
        """Log in a new user on each of these clients."""
        users = [f"user{next(_users)}" for _ in kinds]
        await self.rest.register(*users)
        return await asyncio.gather(*(self.login(kind, user) for kind, user in zip(kinds, users, strict=True)))

    async def import_friends(self, owner: str, *friends: str, **fields: Any) -> None:
        """Import as the administrator. Fails where the server refuses."""
        await self.rest.data("/friend/import_friend", {"ownerUserID": owner, "friendUserIDs": friends, **fields})

    async def requests(self, operation: str) -> int:
        """How often an operation was called so far, whatever the answer."""
        async with httpx.AsyncClient(verify=False, base_url=self.server.url) as client:
            text = (await client.get("/metrics")).text
        counts = re.findall(rf'^amity_requests_total{{[^}}]*operation="{operation}"[^}}]*}} (\S+)', text, re.MULTILINE)
        return sum(int(float(count)) for count in counts)

    async def close(self) -> None:
        """End all clients."""
        for client in self._clients:
            await client.close()
