"""Measure messages in OpenIM's released native client: from a send to the event, and a login that missed many."""

import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from amity.wire.proto.sdkws_pb2 import PushMessages
from bench.native import Device, are_installed
from bench.report import Report
from bench.run import Run
from bench.server import Amity
from tests.clients.client import WEB, Client
from tests.support.gateway_client import GatewayClient

SEND = "/msg/send_msg"
PAIRS = 4
MESSAGES = 15
"""Messages of a pair. After 20 pushes within 10 s a client batches them, for 50 ms or more."""
_APART = 0.1
"""Seconds between messages, because both clients work for some milliseconds after each."""
MISSED = 10_000
CONVERSATIONS = 200
LOGINS = 3
_SENDERS_AT_ONCE = 16


def messages_clients(run: Run) -> Report:
    """Measure both by the clients' own events, read from their processes."""
    report = Report("messages-clients", "OpenIM's released native client (Go core), on the core of the load")
    if not are_installed(report):
        return report
    amity = Amity(run)
    device = Device(run, amity)
    people = iter(amity.register(2 * PAIRS + LOGINS + CONVERSATIONS))
    taken = [each for _ in range(PAIRS) for each in asyncio.run(_write(device, amity, next(people), next(people)))]
    median = report.figure("from sending to OnRecvNewMessage", [shown * 1000 for _, shown in taken], "ms")
    report.figure("  to the push at a bare connection", [pushed * 1000 for pushed, _ in taken], "ms")
    owners = [next(people) for _ in range(LOGINS)]
    senders = list(people)
    missed = run.size(MISSED)
    logins = [_log_in(run, device, amity, owner, senders, missed) for owner in owners]
    seconds = report.figure(f"login after {missed:,} missed messages", logins, "s")
    report.note(f"of {CONVERSATIONS} conversations, from login to OnSyncServerFinish, on a device that knew them")
    report.below("ms from sending to OnRecvNewMessage, in the median,", median, 8)
    report.below("s of a login after 10,000 missed messages", seconds, 1.5)
    return report


async def _write(device: Device, amity: Amity, sender: str, receiver: str) -> list[tuple[float, float]]:
    """Send one message at a time between two clients.

    Return the seconds from each call to the push at a bare connection of the receiver, and to the client's event.
    """
    token = amity.call("/auth/get_user_token", {"userID": receiver, "platformID": WEB})["token"]
    clients = [await device.start(user) for user in (sender, receiver)]
    taken = []
    try:
        for client in clients:
            await client.login(device.token(client.name))
        here, there = clients
        gateway = f"ws://127.0.0.1:{amity.gateway_port}"
        async with GatewayClient(gateway, receiver, token, WEB, codec="js") as bare:
            for number in range(MESSAGES + 1):
                message = await here.call("createTextMessage", f"message {number}")
                began = time.perf_counter()
                sending = {"recvID": receiver, "groupID": "", "message": message}
                call = asyncio.create_task(here.call("sendMessage", sending))
                pushed = asyncio.create_task(_pushed(bare, began))
                await there.event("OnRecvNewMessage", "OnRecvNewMessages")
                shown = time.perf_counter() - began
                taken.append((await pushed, shown))
                await call
                await asyncio.sleep(_APART)
    finally:
        for client in clients:
            await client.close()
    return taken[1:]  # the first begins the conversation


async def _pushed(bare: GatewayClient, began: float) -> float:
    while not PushMessages.FromString((await bare.pushed()).data).msgs:
        pass
    return time.perf_counter() - began


def _log_in(run: Run, device: Device, amity: Amity, owner: str, senders: list[str], missed: int) -> float:
    """Send messages to a user whose client is away, log in again, and return the seconds that it takes."""
    folder = Path(tempfile.mkdtemp(prefix="device-", dir=run.directory))
    amity.load(amity.encoded(SEND, list(_messages(owner, senders))), _SENDERS_AT_ONCE)
    asyncio.run(_visit(device, owner, folder, len(senders)))
    chosen = random.Random(5).choices(senders, k=missed)
    amity.load(amity.encoded(SEND, list(_messages(owner, chosen))), _SENDERS_AT_ONCE)
    return asyncio.run(_visit(device, owner, folder, len(senders) + missed))


def _messages(owner: str, senders: list[str]) -> Iterator[bytes]:
    for number, sender in enumerate(senders):
        message = {"sendID": sender, "recvID": owner, "contentType": 101, "sessionType": 1}
        yield msgspec.json.encode(message | {"content": {"content": f"message {number}"}})


async def _visit(device: Device, owner: str, folder: Path, unread: int) -> float:
    """Log in and return the seconds of that, once the client shows so many unread messages."""
    client = await device.start(owner, folder)
    try:
        token = device.token(owner)
        began = time.perf_counter()
        await client.login(token, within=60)
        taken = time.perf_counter() - began
        await _shows(client, unread)
        return taken
    finally:
        await client.close()


async def _shows(client: Client, unread: int) -> None:
    shown = 0
    for _ in range(100):
        shown = int(await client.call("getTotalUnreadMsgCount"))
        if shown == unread:
            return
        await asyncio.sleep(_APART)
    raise RuntimeError(f"the client shows {shown} unread messages, not {unread}")
