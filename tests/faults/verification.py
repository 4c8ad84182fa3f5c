"""Whether callers, business server and database tell the same story after whatever happened to them."""

import asyncio
import sqlite3
from collections import defaultdict
from typing import NamedTuple

import asyncpg

from tests.faults.ledger import Arrival, ImportCall, Ledger, Outcome, Rule, ruling
from tests.support.rest import Rest

_ROWS = """
    select owner.user_id, friend.user_id, version, added_version, deleted
    from friends join users as owner on owner.user_seq = owner_seq join users as friend on friend.user_seq = friend_seq
"""


class FriendRow(NamedTuple):
    """A row of a list as the database holds it."""

    owner: str
    friend: str
    version: int
    added_version: int
    deleted: int


async def read_rows(url: str) -> list[FriendRow]:
    """Read every friend row past the server, check that the outbox is empty, and the file of a SQLite database."""
    if url.startswith("sqlite:///"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        try:
            assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
            assert connection.execute("select count(*) from outbox").fetchone() == (0,)
            return [FriendRow(*row) for row in connection.execute(_ROWS)]
        finally:
            connection.close()
    server = await asyncpg.connect(url)
    try:
        assert await server.fetchval("select count(*) from outbox") == 0
        return [FriendRow(*row) for row in await server.fetch(_ROWS)]
    finally:
        await server.close()


async def read_lists(rest: Rest, people: list[str]) -> dict[str, list[str]]:
    """Read everybody's list over the API in each way there is, and return them. They must agree."""
    lists: dict[str, list[str]] = {}
    waiting = iter(people)

    async def reader() -> None:
        for person in waiting:
            lists[person] = await _read_list(rest, person)

    await asyncio.gather(*[reader() for _ in range(8)])
    return lists


async def _read_list(rest: Rest, person: str) -> list[str]:
    whole = await rest.data("/friend/get_full_friend_user_ids", {"userID": person, "idHash": 0})
    ids: list[str] = whole["userIDs"]
    assert await rest.friends(person) == sorted(ids), person
    asked = {"userID": person, "versionID": whole["versionID"]}
    since_first = await rest.data("/friend/get_incremental_friends", {**asked, "version": 1})
    assert not since_first["full"], person
    assert since_first["version"] == whole["version"], person
    changed = [friend["friendUser"]["userID"] for friend in since_first["insert"]]
    assert sorted(changed) == sorted(ids), person
    assert not since_first["update"], person
    assert not since_first["delete"], person
    # From somewhere in between: exactly what came later, in the order in which it came.
    since = await rest.data("/friend/get_incremental_friends", {**asked, "version": (whole["version"] + 1) // 2})
    later = [friend["friendUser"]["userID"] for friend in since["insert"]]
    assert later == changed[len(changed) - len(later) :], person
    return ids


async def drained(rest: Rest, within: float = 60.0) -> None:
    """Return when no event waits in the outbox. There must be no dead letter."""
    async with asyncio.timeout(within):
        while True:
            statistics = await rest.data("/callback/statistics", {})
            assert statistics["dead"] == 0, statistics
            if statistics["pending"] == 0:
                return
            await asyncio.sleep(0.05)


class Verification:
    """Finds everything that does not agree. ``rule`` is what the business server went by; ``problems`` is empty where
    all is well."""

    def __init__(
        self,
        ledger: Ledger,
        rows: list[FriendRow],
        lists: dict[str, list[str]],
        rule: Rule = ruling,
    ) -> None:
        self.problems = list(ledger.surprises)
        self._ledger = ledger
        self._rule = rule
        self._events: dict[str, Arrival] = {}
        self._of_operation: dict[str, list[Arrival]] = defaultdict(list)
        self._collect_events()
        self._check_pairs(rows)
        self._check_events(rows)
        self._check_order(rows)
        self._check_versions(rows)
        for call in ledger.calls.values():
            self._check_call(call)
        self._check_lists(rows, lists)

    def _problem(self, text: str) -> None:
        self.problems.append(text)

    def _collect_events(self) -> None:
        """Many deliveries of an event are one event, and the same each time."""
        for arrival in self._ledger.arrivals:
            first = self._events.get(arrival.event_id)
            if first is None:
                self._events[arrival.event_id] = arrival
                self._of_operation[arrival.operation_id].append(arrival)
            elif (first.owner, first.friends, first.operation_id) != (
                arrival.owner,
                arrival.friends,
                arrival.operation_id,
            ):
                self._problem(f"{arrival.event_id} was delivered as {first} and as {arrival}")

    def _check_pairs(self, rows: list[FriendRow]) -> None:
        """No half pair, nothing deleted."""
        there = {(row.owner, row.friend) for row in rows if not row.deleted}
        if len(there) < len(rows):
            self._problem(f"{len(rows) - len(there)} rows are deleted, or there twice")
        for owner, friend in there:
            if (friend, owner) not in there:
                self._problem(f"half a pair: {friend} is a friend of {owner}, and not the other way round")

    def _check_events(self, rows: list[FriendRow]) -> None:
        """A friendship exists if and only if an event names it, and only one does."""
        named: dict[frozenset[str], str] = {}
        for event in self._events.values():
            for friend in event.friends:
                pair = frozenset((event.owner, friend))
                if pair in named:
                    self._problem(f"{event.event_id} and {named[pair]} both name {sorted(pair)}")
                named[pair] = event.event_id
        there = {frozenset((row.owner, row.friend)) for row in rows}
        for pair in there - named.keys():
            self._problem(f"no event was delivered for {sorted(pair)}")
        for pair in named.keys() - there:
            self._problem(f"{named[pair]} names {sorted(pair)}, who are no friends")
        accepted = {arrival.event_id for arrival in self._ledger.arrivals if arrival.accepted}
        for event_id in self._events.keys() - accepted:
            self._problem(f"{event_id} was never delivered with success and has left the outbox")

    def _check_order(self, rows: list[FriendRow]) -> None:
        """The events of an owner came first in the order in which they happened: that of the versions of the list,
        and, where one call ended before another began, that of the calls."""
        versions = {(row.owner, row.friend): row.added_version for row in rows}
        for only_accepted in (False, True):
            last_version: dict[str, int] = defaultdict(int)
            last_began: dict[str, int] = defaultdict(int)
            seen: set[str] = set()
            for arrival in self._ledger.arrivals:
                if arrival.event_id in seen or (only_accepted and not arrival.accepted):
                    continue
                seen.add(arrival.event_id)
                of_event = {versions.get((arrival.owner, friend), 0) for friend in arrival.friends}
                if min(of_event) <= last_version[arrival.owner]:
                    self._problem(f"{arrival.event_id} of {arrival.owner} came behind a later one")
                last_version[arrival.owner] = max(of_event)
                call = self._ledger.calls.get(arrival.operation_id)
                if call is not None and call.ended and call.ended < last_began[arrival.owner]:
                    self._problem(f"{arrival.event_id} of {arrival.owner} came behind one whose call began later")
                if call is not None:
                    last_began[arrival.owner] = max(last_began[arrival.owner], call.began)

    def _check_versions(self, rows: list[FriendRow]) -> None:
        """Each row of a list has a version of its own, and those of one import stand together."""
        lists: dict[str, dict[int, str]] = defaultdict(dict)
        versions: dict[tuple[str, str], int] = {}
        for row in rows:
            if row.version != row.added_version:
                self._problem(f"a row changed after it was added: {row}")
            if other := lists[row.owner].get(row.version):
                self._problem(f"{other} and {row.friend} have one version on the list of {row.owner}")
            lists[row.owner][row.version] = row.friend
            versions[row.owner, row.friend] = row.version
        for event in self._events.values():
            own = [versions[event.owner, friend] for friend in event.friends if (event.owner, friend) in versions]
            if not own:
                continue  # reported by _check_events
            of_list = lists[event.owner]
            between = {of_list[version] for version in range(min(own), max(own) + 1) if version in of_list}
            if between != set(event.friends):
                self._problem(f"{event.event_id} stands on the list of {event.owner} among others: {sorted(between)}")

    def _check_call(self, call: ImportCall) -> None:
        """What a caller was told is what happened."""
        events = self._of_operation.get(call.operation_id, [])
        allowed = self._rule(call.owner, call.asked)
        if len(events) > 1:
            self._problem(f"{call} has {len(events)} events")
        for event in events:
            if event.owner != call.owner or not set(event.friends) <= set(allowed or ()):
                self._problem(f"{call} has the event {event}, and the app allowed {allowed}")
        told = list(events[0].friends) if events else []
        if call.outcome is Outcome.DONE:
            if call.imported != told:
                self._problem(f"{call} was answered with {call.imported}, and its event names {told}")
            if sorted(call.imported + call.existing) != sorted(allowed or ()):
                self._problem(f"{call} was answered with success, and the app allowed {allowed}")
        elif events and call.outcome in (Outcome.REFUSED, Outcome.UNSENT):
            self._problem(f"{call} has an event")

    def _check_lists(self, rows: list[FriendRow], lists: dict[str, list[str]]) -> None:
        """The API shows what the database holds."""
        stored: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            stored[row.owner].add(row.friend)
        for person, friends in lists.items():
            if set(friends) != stored[person] or len(friends) != len(stored[person]):
                self._problem(f"the API shows {person} other friends than the database holds")
        for call in self._ledger.calls.values():
            if call.outcome is Outcome.DONE:
                for friend in call.imported + call.existing:
                    if friend not in stored[call.owner] or call.owner not in stored[friend]:
                        self._problem(f"{call} was answered with success, and {friend} is missing")
