"""Measure the login of OpenIM's released native client whose user is in many groups."""

import asyncio
import random
import time

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
    busy = amity.program.processor_seconds()
    taken = [asyncio.run(_log_in(device, user)) for _ in range(LOGINS)]
    seconds = report.figure(f"login in {GROUPS} groups", taken, "s")
    report.figure("  the server's processor time", [(amity.program.processor_seconds() - busy) / LOGINS], "s")
    report.note(f"of {MEMBERS} members, one message in each, on a device that has nothing yet")
    report.below(f"s of a login of a user in {GROUPS} groups", seconds, 2)
    return report


def _message(sender: str, group: str) -> bytes:
    message = {"sendID": sender, "groupID": group, "contentType": 101, "sessionType": 3}
    return msgspec.json.encode(message | {"content": {"content": f"to {group}"}})


async def _log_in(device: Device, user: str) -> float:
    """Return the seconds of a login, once the client shows all groups."""
    client = await device.start(user)
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
