"""Measure OpenIM's released native client: the delay until it shows an imported friend, and the time of its login."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bench.report import Report
from bench.run import ROOT, Run
from bench.server import IMPORT, Amity
from tests.clients.client import NATIVE, Client, friend_of

FRIENDS = 1000
_DEVICES = 4
_IMPORTS = 15
"""Imports that one client is notified of. After 20 pushes within 10 s the client batches them, for 50 ms or more."""
_APART = 0.1
"""Seconds between imports, because the client works for some milliseconds after each event."""
_LOGINS = 5
SDK = ROOT / "tests" / "clients" / "node_modules" / NATIVE.sdk


def native_client(run: Run) -> Report:
    """Measure both by the client's own events, read from its process."""
    report = Report("native-client", "OpenIM's released native client (Go core), on the core of the load")
    if not are_installed(report):
        return report
    amity = Amity(run)
    ids = amity.register(FRIENDS + 1)
    device = Device(run, amity)
    owner, *friends = ids
    shown = [
        each
        for turn in range(_DEVICES)
        for each in asyncio.run(device.imports(owner, friends[turn * _IMPORTS :][:_IMPORTS]))
    ]
    milliseconds = report.figure("from answer to OnFriendAdded", [each * 1000 for each in shown], "ms")
    missing = set(friends) - set(amity.call("/friend/get_friend_id", {"userID": owner})["friendIDs"])
    amity.call(IMPORT, {"ownerUserID": owner, "friendUserIDs": sorted(missing)})
    seconds = report.figure("login with 1,000 friends", asyncio.run(device.logins(_LOGINS, owner)), "s")
    report.note("from login to OnSyncServerFinish, on a device that has nothing yet")
    report.below("ms from an import's answer to OnFriendAdded, in the median,", milliseconds, 20)
    report.below("s of a login", seconds, 1)
    return report


def are_installed(report: Report) -> bool:
    """Return whether the released clients can be run; otherwise the report says that they cannot."""
    if not SDK.is_dir() or shutil.which("node") is None:
        report.skipped = "the released clients are not installed (make test-clients installs them)"
    return not report.skipped


def _of(friend: str) -> Callable[[Any], bool]:
    return lambda data: friend_of(data) == friend


class Device:
    """Starts clients that log in to one server."""

    def __init__(self, run: Run, amity: Amity) -> None:
        self._stage = run
        self._amity = amity

    async def imports(self, owner: str, friends: list[str]) -> list[float]:
        """Import one friend at a time; return the seconds from each answer to the client's event."""

        async def watch(client: Client) -> list[float]:
            await client.login(self.token(owner))
            taken = []
            for friend in friends:
                body = {"ownerUserID": owner, "friendUserIDs": [friend]}
                await asyncio.to_thread(self._amity.call, IMPORT, body)
                answered = time.perf_counter()
                await client.event("OnFriendAdded", where=_of(friend))
                taken.append(time.perf_counter() - answered)
                await asyncio.sleep(_APART)
            return taken

        return await self._with_client(owner, watch)

    async def logins(self, count: int, owner: str) -> list[float]:
        """Log in on new devices; return the seconds of each."""

        async def log_in(client: Client) -> list[float]:
            token = self.token(owner)
            began = time.perf_counter()
            await client.login(token)
            taken = time.perf_counter() - began
            if len(await client.friends()) != FRIENDS:
                raise RuntimeError("the client does not show all friends after its login")
            return [taken]

        return [taken for _ in range(count) for taken in await self._with_client(owner, log_in)]

    async def _with_client(self, owner: str, use: Callable[[Client], Awaitable[list[float]]]) -> list[float]:
        client = await self.start(owner)
        try:
            return await use(client)
        finally:
            await client.close()

    async def start(self, user: str, folder: Path | None = None) -> Client:
        """Start a user's client, on a new device unless ``folder`` is that of an earlier one."""
        folder = folder or Path(tempfile.mkdtemp(prefix="device-", dir=self._stage.directory))
        options: dict[str, Any] = {
            "sdk": NATIVE.sdk,
            "api": f"http://127.0.0.1:{self._amity.port}",
            "gateway": f"ws://127.0.0.1:{self._amity.gateway_port}",
            "platform": NATIVE.platform,
            "folder": str(folder),
        }
        client = Client(NATIVE, options, user, folder / "driver.log")
        await client.started()
        return client

    def token(self, user: str) -> str:
        """Return a new token of a user for the platform of these clients."""
        answer = self._amity.call("/auth/get_user_token", {"userID": user, "platformID": NATIVE.platform})
        token: str = answer["token"]
        return token
