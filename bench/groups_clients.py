"""Measure the login of OpenIM's released native client whose user is in many groups.

The client writes each group into its database on its own, and syncs it. On a disk that syncs in milliseconds this takes
most of the login, whatever the server does: so the figure is that of a client that keeps its files in memory.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path

import msgspec

from bench.groups import CREATE, creation
from bench.messages_clients import SEND
from bench.native import Device, are_installed
from bench.report import Report
from bench.run import Run
from bench.server import Amity

GROUPS = 200
MEMBERS = 50
LOGINS = 5
_PEOPLE = 1000
_AT_ONCE = 16
_MEMORY = Path("/dev/shm")
"""A folder in memory, on Linux."""


def groups_clients(run: Run) -> Report:
    """Measure it on new devices, from login to ``OnSyncServerFinish``."""
    report = Report("groups-clients", "OpenIM's released native client (Go core), on the core of the load")
    if not are_installed(report):
        return report
    amity = Amity(run)
    user, *others = amity.register(_PEOPLE)
    chance = random.Random(6)
    members = [chance.sample(others, MEMBERS - 1) for _ in range(GROUPS)]
    groups = [f"group-{number}" for number in range(GROUPS)]
    bodies = [creation(group, [*own, user]) for group, own in zip(groups, members, strict=True)]
    amity.load(amity.encoded(CREATE, bodies), 1)
    sent = [_message(own[0], group) for group, own in zip(groups, members, strict=True)]
    amity.load(amity.encoded(SEND, sent), _AT_ONCE)
    device = Device(run, amity)
    disk: list[float] = []
    memory: list[float] = []
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else run.directory) as inside:
        busy = amity.program.processor_seconds()
        for _ in range(LOGINS):
            for place, taken in ((run.directory, disk), (inside, memory)):
                folder = Path(tempfile.mkdtemp(prefix="device-", dir=place))
                taken.append(asyncio.run(_log_in(device, user, folder)))
        used = (amity.program.processor_seconds() - busy) / LOGINS / 2
    seconds = report.figure(f"login in {GROUPS} groups", memory, "s")
    report.figure("  with the client's files on disk", disk, "s")
    report.figure("  the server's processor time", [used], "s")
    report.note(
        f"of {MEMBERS} members, one message in each, on a device that has nothing yet and keeps its files in memory"
    )
    if not _MEMORY.is_dir():
        report.note(f"(there is no {_MEMORY}: all files are on disk)")
    report.below(f"s of a login of a user in {GROUPS} groups", seconds, 2)
    return report


def _message(sender: str, group: str) -> bytes:
    message = {"sendID": sender, "groupID": group, "contentType": 101, "sessionType": 3}
    return msgspec.json.encode(message | {"content": {"content": f"to {group}"}})


async def _log_in(device: Device, user: str, folder: Path) -> float:
    """Return the seconds of a login, once the client shows all groups."""
    client = await device.start(user, folder)
    try:
        token = device.token(user)
        began = time.perf_counter()
        await client.login(token, within=60)
        taken = time.perf_counter() - began
        shown = await client.call("getJoinedGroupList")
        if len(shown) != GROUPS:
            raise RuntimeError(f"the client shows {len(shown)} groups after its login, not {GROUPS}")
        return taken
    finally:
        await client.close()
