"""OpenIM's server posting after-events to a relay without pause, and whether each arrived as it should."""

import asyncio
import itertools
import json
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.caller import BrokenOffError, Caller, NotThereError
from tests.faults.conftest import RETRIES
from tests.faults.verification import drained
from tests.support.behaviour import Answer, Behaviour, HangUp
from tests.support.business_server import ALLOW, BusinessServer, ReceivedRequest
from tests.support.rest import ADMIN, SECRET, Rest
from tests.support.server_process import RelayProcess

WORKERS = 14
"""Of seven services of OpenIM's server, two each."""
OWNERS = 3
"""Of each worker, which posts their events one after the other."""
FAILS_EVERY = 23
"""The business server answers every so-many-th event with 503, or not at all."""
SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Posted:
    """What became of each event: by owner, the numbers of its events. ``open`` are those without an answer."""

    answered: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    open: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    refused: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    surprises: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(map(len, self.answered.values()))


class Received:
    """The reaction of a business server that writes events down, and now and then fails to take one."""

    def __init__(self) -> None:
        self.accepted: dict[str, list[int]] = defaultdict(list)
        """By owner, the numbers of its events in the order of their arrival, repetitions included."""
        self.ids: dict[tuple[str, int], set[str]] = defaultdict(set)
        self._count = 0

    def __call__(self, request: ReceivedRequest) -> Behaviour | dict[str, Any]:
        owner, number = named_by(request.json)
        self.ids[owner, number].add(request.headers["webhook-id"])
        self._count += 1
        if self._count % FAILS_EVERY == 0:
            return HangUp() if self._count % 2 else Answer({}, status=503)
        self.accepted[owner].append(number)
        return ALLOW


def event(owner: str, number: int) -> Mapping[str, Any]:
    """Return an event of an owner: of two kinds in turn, whose order counts all the same."""
    if owner.startswith("user"):  # of the catalogue, and checked
        command = "callbackAfterAddFriendCommand" if number % 2 else "callbackAfterImportFriendsCommand"
        if number % 2:
            return {"callbackCommand": command, "fromUserID": owner, "toUserID": str(number), "reqMsg": ""}
        return {"callbackCommand": command, "ownerUserID": owner, "friendUserIDs": [str(number)]}
    command = "callbackAfterSendGroupMsgCommand" if number % 2 else "callbackAfterMsgSaveDBCommand"
    return {"callbackCommand": command, "groupID": owner, "sendID": "ann", "seq": number, "content": "x" * 200}


def named_by(body: Mapping[str, Any]) -> tuple[str, int]:
    """Return the owner and the number of an event."""
    if "seq" in body:
        return body["groupID"], body["seq"]
    if "toUserID" in body:
        return body["fromUserID"], int(body["toUserID"])
    return body["ownerUserID"], int(body["friendUserIDs"][0])


class Posting:
    """Workers that post one event after the other. ``pause`` and ``resume`` say whether the relay is there."""

    def __init__(self, url: str, chance: random.Random, posted: Posted) -> None:
        self._url = url
        self._chance = chance
        self._posted = posted
        self._there = asyncio.Event()
        self._there.set()
        self._ended = False
        self._news = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the workers inside; at the end each finishes its last post, for which the relay must be there."""
        workers = [asyncio.create_task(self._work(number)) for number in range(WORKERS)]
        try:
            yield
        finally:
            self._ended = True
            self._there.set()
            await asyncio.gather(*workers)

    def pause(self) -> None:
        self._there.clear()

    def resume(self) -> None:
        self._there.set()

    async def answered(self, more: int, within: float = 30.0) -> None:
        """Return when that many more events were answered."""
        wanted = self._posted.count + more
        async with asyncio.timeout(within):
            while self._posted.count < wanted:
                await self.news(within)

    async def refused(self, more: int, within: float = 30.0) -> None:
        """Return when that many events were refused for want of the database."""
        async with asyncio.timeout(within):
            while sum(map(len, self._posted.refused.values())) < more:
                await self.news(within)

    async def news(self, within: float) -> bool:
        """Wait for the next answer, and return whether there was one within so many seconds."""
        self._news.clear()
        try:
            async with asyncio.timeout(within):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def _work(self, worker: int) -> None:
        caller = Caller(self._url)
        kind = "user" if worker % 2 else "group"
        owners = [(f"{kind}-{worker}-{number}", itertools.count()) for number in range(OWNERS)]
        while not self._ended:
            owner, numbers = self._chance.choice(owners)
            await self._post(caller, owner, next(numbers))
        await caller.close()

    async def _post(self, caller: Caller, owner: str, number: int) -> None:
        body = event(owner, number)
        await self._there.wait()
        try:
            path = f"/callback/{body['callbackCommand']}"
            status, answer = await caller.post(path, {"operationID": f"{owner}-{number}"}, body)
        except NotThereError:
            await asyncio.sleep(0.01)  # it is being stopped
            return
        except BrokenOffError:
            self._posted.open[owner].add(number)
            return
        said = json.loads(answer)
        if status == 503 and said["errCode"] == 90002:
            self._posted.refused[owner].add(number)
        elif status != 200 or said != ALLOW:
            self._posted.surprises.append(f"{owner} {number}: {status} {said}")
        else:
            self._posted.answered[owner].append(number)
        self._news.set()


def problems(posted: Posted, received: Received) -> list[str]:
    """Return everything that is not as it should be once nothing waits any more."""
    found = list(posted.surprises)
    for owner in {*posted.answered, *posted.open, *received.accepted}:
        arrived = received.accepted[owner]
        missing = [number for number in posted.answered[owner] if number not in arrived]
        unknown = set(arrived) - {*posted.answered[owner], *posted.open[owner]}
        once = list(dict.fromkeys(arrived))
        if missing:
            found.append(f"{owner}: answered and never delivered: {missing[:9]}")
        if unknown:
            found.append(f"{owner}: delivered, and never posted or refused: {sorted(unknown)[:9]}")
        if once != sorted(once):
            found.append(f"{owner}: not in order: {once}")
    found += [f"{event}: has several ids: {ids}" for event, ids in received.ids.items() if len(ids) > 1]
    every = [one for ids in received.ids.values() for one in ids]
    if len(set(every)) < len(every):
        found.append("two events have the same id")
    return found


@dataclass(frozen=True)
class RelayStage:
    """A relay as a program of its own, its business server here, and OpenIM's workers."""

    relay: RelayProcess
    rest: Rest
    posting: Posting
    posted: Posted
    received: Received
    business: BusinessServer

    async def verify(self) -> None:
        """Let every event go out, and compare what was posted with what arrived."""
        await drained(self.rest)
        found = problems(self.posted, self.received)
        shown = "\n".join(found[:20])
        assert not found, f"{len(found)} problems:\n{shown}\n{self.relay.log}"
        assert self.posted.count, "nothing was accepted, so nothing was tested"

    def summary(self) -> str:
        arrived = sum(len(numbers) for numbers in self.received.accepted.values())
        once = sum(len(set(numbers)) for numbers in self.received.accepted.values())
        unanswered = sum(map(len, self.posted.open.values()))
        kept = sum(
            number in self.received.accepted[owner] for owner, open_ in self.posted.open.items() for number in open_
        )
        return (
            f"{self.posted.count} events answered, {unanswered} broken off ({kept} of them stored);"
            f" {once} delivered, {arrived - once} of them again"
        )


@asynccontextmanager
async def relay_stage(
    folder: Path, database_url: str, chance: random.Random, **parts: Mapping[str, Any]
) -> AsyncIterator[RelayStage]:
    """Start everything; ``parts`` are sections of the relay's settings."""
    received, posted = Received(), Posted()
    async with AsyncExitStack() as stack:
        business = await stack.enter_async_context(BusinessServer(received))
        settings = {
            "secret": SECRET,
            "admins": [ADMIN],
            "database": database_url,
            "callbacks": {"url": business.url, "secret": SIGNING, "retries": [0.2] * RETRIES},
            "others": {"enable": True, "timeout": 10},
            **parts,
        }
        relay = await stack.enter_async_context(RelayProcess(folder, settings))
        rest = await stack.enter_async_context(Rest(relay.url))
        yield RelayStage(relay, rest, Posting(relay.url, chance, posted), posted, received, business)
