"""What the callers of a load were told, and what the business server was: the two sides that must agree in the end."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from zlib import crc32

from tests.support.behaviour import Answer, Behaviour, HangUp
from tests.support.business_server import ALLOW, ReceivedRequest

REJECTION = 81_234
"""The code with which the business server of a load rejects."""


class Outcome(Enum):
    """What a caller knows of its call. ``UNKNOWN``: no answer came, or one that leaves it open."""

    UNSENT = "unsent"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"


@dataclass(slots=True)
class ImportCall:
    """One import, however often it was sent: with a ``key`` it may be repeated. ``began`` and ``ended`` are ticks of
    the ledger's clock, which orders what happened without measuring it."""

    operation_id: str
    owner: str
    asked: list[str]
    key: str
    began: int
    ended: int = 0
    outcome: Outcome = Outcome.UNSENT
    imported: list[str] = field(default_factory=list)
    existing: list[str] = field(default_factory=list)
    code: int = 0


@dataclass(frozen=True, slots=True)
class Arrival:
    """An after-event as it came in. ``accepted``: it was answered with 200."""

    event_id: str
    operation_id: str
    owner: str
    friends: tuple[str, ...]
    accepted: bool


@dataclass(slots=True)
class Ledger:
    """Everything that was asked, answered and delivered, in order. ``failed`` is what a caller knows after a 90002."""

    calls: dict[str, ImportCall] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    consulted: set[str] = field(default_factory=set)
    """operationIDs with which the business server was asked: the server had accepted these calls."""
    surprises: list[str] = field(default_factory=list)
    """Answers that no caller may get."""
    broken_off: int = 0
    """Calls whose connection ended without an answer, those that were then repeated included."""
    failed: Outcome = Outcome.UNKNOWN
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the business server is asked about an import: its answer is about to become a transaction."""
    told: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it is told of one: that is committed, and its caller perhaps not answered yet."""
    _ticks: int = 0

    def tick(self) -> int:
        self._ticks += 1
        return self._ticks

    def opened(self, operation_id: str, owner: str, asked: list[str], key: str = "") -> ImportCall:
        call = ImportCall(operation_id, owner, asked, key, began=self.tick())
        self.calls[operation_id] = call
        return call

    def answered(self, call: ImportCall, envelope: dict[str, Any]) -> None:
        """Note an envelope."""
        call.ended = self.tick()
        call.code = envelope["errCode"]
        if call.code == 0:
            call.outcome = Outcome.DONE
            call.imported = envelope["data"]["imported"]
            call.existing = envelope["data"]["existing"]
        elif call.code == 90002:
            call.outcome = self.failed
        else:
            call.outcome = Outcome.REFUSED

    def count(self, outcome: Outcome) -> int:
        return sum(call.outcome is outcome for call in self.calls.values())

    def summary(self) -> str:
        told = {arrival.operation_id for arrival in self.arrivals}
        unknown = [call for call in self.calls.values() if call.outcome is Outcome.UNKNOWN]
        stored = sum(call.operation_id in told for call in unknown)
        events = {arrival.event_id for arrival in self.arrivals}
        pairs = {(arrival.owner, friend) for arrival in self.arrivals for friend in arrival.friends}
        return (
            f"{self.count(Outcome.DONE)} imports answered with success, {self.count(Outcome.REFUSED)} refused by the"
            f" app; {self.broken_off} calls broken off, {len(unknown)} left open ({stored} of them stored);"
            f" {len(pairs)} friendships, {len(events)} events, {len(self.arrivals) - len(events)} deliveries repeated"
        )


Rule = Callable[[str, Sequence[str]], list[str] | None]


def ruling(owner: str, friends: Sequence[str]) -> list[str] | None:
    """What the business server of a load says to an import: ``None`` for no, or whom to import. The same each time."""
    number = crc32(",".join([owner, *friends]).encode()) % 20
    if number == 0:
        return None
    if number == 1:
        return []
    return list(friends[::2]) if number in (2, 3) else list(friends)


def approval(owner: str, friends: Sequence[str]) -> list[str] | None:
    """What a business server says that allows everything: as if it were not asked."""
    return list(friends)


class Judge:
    """The reaction of a business server that rules over imports, writes events down, and now and then fails to take
    one: every ``fails_every``-th is answered with 503 or not at all."""

    def __init__(self, ledger: Ledger, rule: Rule, *, fails_every: int = 23) -> None:
        self._ledger = ledger
        self._rule = rule
        self._fails_every = fails_every
        self._events = 0

    def __call__(self, request: ReceivedRequest) -> Behaviour | dict[str, Any]:
        body = request.json
        owner, friends = body["ownerUserID"], body["friendUserIDs"]
        operation_id = request.headers["operationid"]
        if "Before" in body["callbackCommand"]:
            self._ledger.consulted.add(operation_id)
            self._ledger.asked.set()
            allowed = self._rule(owner, friends)
            if allowed is None:
                return {**ALLOW, "nextCode": 1, "errCode": REJECTION, "errMsg": "no"}
            return ALLOW if allowed == friends else {**ALLOW, "friendUserIDs": allowed}
        self._events += 1
        accepted = self._events % self._fails_every > 0
        event_id = request.headers["webhook-id"]
        self._ledger.told.set()
        self._ledger.arrivals.append(Arrival(event_id, operation_id, owner, tuple(friends), accepted))
        if accepted:
            return ALLOW
        return HangUp() if self._events % 2 else Answer({}, status=503)
