"""Imports without pause: many callers at once, sizes and pairs at random, overlapping on purpose."""

import asyncio
import itertools
import json
import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from tests.faults.caller import BrokenOffError, Caller, NotThereError
from tests.faults.ledger import REJECTION, ImportCall, Ledger, Outcome
from tests.support.rest import ADMIN, Rest

CALLERS = 16
MOST_FRIENDS = 59
"""Friends of one import; there have to be more people than that."""
_numbers = itertools.count(1)


class Load:
    """Callers of one server. ``pause`` and ``resume`` say whether it is there: a call under way is not broken off.

    ``tolerated`` are error codes that its calls may get. A call with a key is repeated until it is answered, others
    are repeated as calls of their own, or left. ``anywhere`` returns where a caller connects, each time that it does.
    """

    def __init__(
        self,
        rest: Rest,
        ledger: Ledger,
        people: list[str],
        chance: random.Random,
        *,
        tolerated: frozenset[int] = frozenset(),
        callers: int = CALLERS,
        anywhere: Callable[[], str] | None = None,
    ) -> None:
        self._rest = rest
        self._callers = callers
        self._url = anywhere or (lambda: rest.url)
        self._ledger = ledger
        self._people = people
        self._chance = chance
        self._tolerated = {REJECTION, *tolerated}
        self._failing_fast = tolerated
        self._recent: deque[tuple[str, list[str]]] = deque(maxlen=CALLERS)
        self._there = asyncio.Event()
        self._there.set()
        self._ended = False
        self._news = asyncio.Event()
        self.answers: dict[int, int] = {}
        """How many answers had each error code."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the callers inside; at the end each finishes its last call, for which the server must be there."""
        callers = [asyncio.create_task(self._calls()) for _ in range(self._callers)]
        try:
            yield
        finally:
            self._ended = True
            self._there.set()
            await asyncio.gather(*callers)

    def pause(self) -> None:
        self._there.clear()

    def resume(self) -> None:
        self._there.set()

    async def answered(self, more: int, code: int = 0, within: float = 30.0) -> None:
        """Return when that many more answers had this error code."""
        wanted = self.answers.get(code, 0) + more
        try:
            async with asyncio.timeout(within):
                while self.answers.get(code, 0) < wanted:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(
                f"{more} more answers with code {code} did not come within {within} s: {self.answers}"
            ) from None

    async def _calls(self) -> None:
        caller = Caller(self._url)
        while not self._ended:
            owner, friends = self._plan()
            number = next(_numbers)
            key = f"key-{number}" if self._chance.random() < 0.3 else ""
            call = self._ledger.opened(f"load-{number}", owner, friends, key)
            await self._send(caller, call)
            while call.outcome in (Outcome.UNKNOWN, Outcome.UNSENT) and call.key and not self._ended:
                await self._send(caller, call)
        await caller.close()

    def _plan(self) -> tuple[str, list[str]]:
        chance = self._chance
        if self._recent and chance.random() < 0.2:  # what somebody else asks for at this moment, or its mirror image
            owner, friends = chance.choice(self._recent)
            return (friends[0], [owner, *friends[1:]]) if chance.random() < 0.5 else (owner, friends)
        size = chance.choices([1, chance.randint(2, 10), chance.randint(11, MOST_FRIENDS)], [50, 35, 15])[0]
        owner, *friends = chance.sample(self._people, size + 1)
        self._recent.append((owner, friends))
        return owner, friends

    async def _send(self, caller: Caller, call: ImportCall) -> None:
        await self._there.wait()
        headers = {"operationID": call.operation_id, "token": await self._rest.token(ADMIN)}
        if call.key:
            headers["Idempotency-Key"] = call.key
        body = {"ownerUserID": call.owner, "friendUserIDs": call.asked}
        try:
            status, answer = await caller.post("/friend/import_friend", headers, body)
        except NotThereError:
            await asyncio.sleep(0.01)  # it is being stopped
            return
        except BrokenOffError:
            self._ledger.broken_off += 1
            call.outcome = Outcome.UNKNOWN
            return
        if status != 200:
            self._ledger.surprises.append(f"{call.operation_id}: HTTP status {status}: {answer!r}")
            call.outcome = Outcome.UNKNOWN
            return
        envelope = json.loads(answer)
        self._ledger.answered(call, envelope)
        if call.code and call.code not in self._tolerated:
            self._ledger.surprises.append(f"{call.operation_id}: {envelope}")
        self.answers[call.code] = self.answers.get(call.code, 0) + 1
        self._news.set()
        if call.code in self._failing_fast:
            await asyncio.sleep(0.02)  # it fails fast: leave the machine to whoever repairs it
