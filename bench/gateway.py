"""Measure the gateway with many clients: the cost of idle ones, the rate of requests, and the rate of pushes."""

import asyncio
import itertools
import resource
import time
from collections.abc import Callable, Sequence

import psutil

from amity.auth.models import GetUserTokenRequest
from amity.auth.service import Auth
from amity.calls.call import Call
from amity.settings import Settings
from amity.storage import open_database
from amity.users import store
from amity.users.models import User
from bench.load import Load
from bench.report import Report, rates
from bench.run import Run, free_port, python
from bench.server import IMPORT, SECRET, Amity
from bench.sockets import LINUX, Clients, address, max_seq_request

IDLE = 10_000
ASKING = 200
NOTIFIED = 5_000
TURNS = 3
_PING_EVERY = 24.0  # seconds, as OpenIM's native clients
_STAR = "star"


def gateway_idle(run: Run) -> Report:
    """Measure the server's memory per connection, and its processor time, with clients that only ping."""
    report = Report("gateway-idle", "connections of native clients that only ping, every 24 s, as OpenIM's do")
    count = min(run.size(IDLE), _open_files_limit() - 200)
    people = People(count)
    amity = Amity(run, prepare=people.prepare)
    clients = Clients()
    try:
        before = _memory(amity)
        seconds = clients.connect(people.addresses(amity.gateway_port))
        clients.idle(_PING_EVERY / 4, _PING_EVERY)
        each = (_memory(amity) - before) / count / 1024
        report.note(f"{count:,} connections, {count / seconds:,.0f} handshakes/s")
        busy, began = amity.program.processor_seconds(), time.perf_counter()
        clients.idle(_PING_EVERY * (0.25 if run.quick else 1.25), _PING_EVERY)
        share = (amity.program.processor_seconds() - busy) / (time.perf_counter() - began) * 100
    finally:
        clients.close()
    report.figure("memory of a connection", [each], "KiB")
    report.figure("core kept busy", [share], "%")
    report.below("KiB of a connection at most", each, 12)
    report.below("% of a core", share, 10)
    return report


def gateway_requests(run: Run) -> Report:
    """Measure requests 1001 as the Go core sends them. Each client sends the next one once the last is answered."""
    report = Report("gateway-requests", f"requests 1001 (gob, gzip) of {ASKING} clients, beside a bare echo of them")
    people = People(ASKING)
    amity = Amity(run, prepare=people.prepare)
    port = free_port()
    floor = run.measured("floor", python("bench.echo", port), port=port)
    frames = [itertools.repeat(max_seq_request(user)) for user in people.ids]
    count = run.size(60_000)
    ours, bare = Clients(), Clients()
    try:
        ours.connect(people.addresses(amity.gateway_port))
        bare.connect([f"ws://127.0.0.1:{port}/"] * ASKING)
        served: list[Load] = []
        echoed: list[Load] = []
        for _ in range(TURNS):
            for program, clients, loads in ((amity.program, ours, served), (floor, bare, echoed)):
                busy = program.processor_seconds()
                load = clients.exchange(frames, count)
                load.busy = program.processor_seconds() - busy
                loads.append(load)
    finally:
        ours.close()
        bare.close()
    report.loads("gateway", served, "requests/s")
    report.loads("echo", echoed, "requests/s")
    ratio = report.ratio("gateway / echo", rates(served), rates(echoed))
    report.at_least("of the echo's rate", ratio * 100, 40, " %")
    return report


def gateway_pushes(run: Run) -> Report:
    """Measure pushes: a user with many friends changes the nickname, and each friend gets a notification of its own."""
    report = Report("gateway-pushes", "a changed nickname told to all friends, each of them connected")
    count = min(run.size(NOTIFIED), _open_files_limit() - 200)
    people = People(count)
    amity = Amity(run, prepare=people.prepare)
    amity.call("/user/user_register", {"users": [{"userID": _STAR, "nickname": _STAR}]})
    for first in range(0, count, 1000):
        amity.call(IMPORT, {"ownerUserID": _STAR, "friendUserIDs": people.ids[first : first + 1000]})
    taken = []
    for turn in range(TURNS):
        clients = Clients()  # new clients, because one that was notified and has not fetched is not notified again
        try:
            clients.connect(people.addresses(amity.gateway_port))
            taken.append(clients.receive(count, _renaming(amity, turn)))
        finally:
            clients.close()
    rate = report.figure("pushes", [count / seconds for seconds in taken], "pushes/s")
    report.note("from the call of update_user_info to the last client that heard of it")
    report.at_least("pushes/s", rate, 20_000)
    return report


def _renaming(amity: Amity, turn: int) -> Callable[[], object]:
    return lambda: amity.call("/user/update_user_info", {"userInfo": {"userID": _STAR, "nickname": f"star {turn}"}})


class People:
    """Users with a token each, inserted into the database before the server starts."""

    def __init__(self, count: int) -> None:
        self.ids = [f"c{number:05d}" for number in range(count)]
        self._tokens: Sequence[str] = ()

    def prepare(self, url: str) -> None:
        self._tokens = asyncio.run(self._registered(url))

    def addresses(self, port: int) -> list[str]:
        return [address(port, user, token) for user, token in zip(self.ids, self._tokens, strict=True)]

    async def _registered(self, url: str) -> list[str]:
        database = await open_database(url)
        try:
            users = [User(user_id=user, nickname=user) for user in self.ids]
            await database.write(lambda tx: store.insert(tx, users), rows=4 * len(users))  # each is indexed, too
            auth = Auth(Settings(secret=SECRET), database, _NoAdministrators())
            call = Call(operation_id="bench", is_admin=True)
            requests = [GetUserTokenRequest(user_id=user, platform_id=LINUX) for user in self.ids]
            answers = await asyncio.gather(*(auth.get_user_token(call, request) for request in requests))
        finally:
            await database.close()
        return [answer.token for answer in answers]


class _NoAdministrators:
    """A directory of users in which everybody exists and nobody is an administrator."""

    async def level_of(self, user_id: str) -> int | None:
        return 0


def _memory(amity: Amity) -> int:
    """Return the server's resident memory in bytes, without the kernel's buffers of its sockets."""
    held: int = psutil.Process(amity.program.process.pid).memory_info().rss
    return held


def _open_files_limit() -> int:
    """Raise the limit of open files to the maximum, also for programs started later, and return it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most
