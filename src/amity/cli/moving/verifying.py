"""Verify a move: compare the numbers, and all records of some users on both servers."""

import random
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from amity.cli.importing.screen import Screen
from amity.cli.moving.journal import USERS, MoveJournal, Skip, phase_of
from amity.cli.moving.outcome import Totals
from amity.cli.moving.parallel import in_parallel
from amity.cli.moving.records import Key, key_of
from amity.cli.moving.source import OpenImSource
from amity.cli.moving.target import Target
from amity.client.moving import Record
from amity.client.types.moving import ApplicationRecord

DIFFERENCES_KEPT = 100
_AT_ONCE = 8
_WAITING = 0
# The operator or handler of a record need not be a user any more, so these fields may differ.
_NOT_COMPARED = frozenset(("operatorUserID", "handlerUserID"))
_OF_AN_ANSWER = frozenset(("handleResult", "handleTime", "handleMsg"))

Records = dict[Key, Record]


class Verification:
    """Compares the source of a move with its target."""

    def __init__(self, source: OpenImSource, target: Target, journal: MoveJournal, screen: Screen) -> None:
        self._source = source
        self._target = target
        self._here = OpenImSource(target.client, target.retrying, source.page_size)
        self._journal = journal
        self._screen = screen
        self._skipped: set[Key] = set()
        self._differences: list[str] = []
        self._difference_count = 0

    async def run(self, totals: Totals, sample: int) -> dict[str, Any]:
        """Return the number of compared users, and the differences in words.

        Raises ``Unreachable``, ``ServerRefused``.
        """
        await self._compare_totals(totals)
        chosen = self._choose(sample)
        self._screen.phase("comparing", len(chosen))

        async def users() -> AsyncIterator[str]:
            for user_id in chosen:
                yield user_id

        await in_parallel(users(), self._compare, _AT_ONCE)
        return {
            "sampledUsers": len(chosen),
            "differences": self._difference_count,
            "firstDifferences": self._differences,
        }

    async def _compare_totals(self, totals: Totals) -> None:
        there = await self._target.totals()
        for name, moved in totals.counts.items():
            found = getattr(there, name)
            if found < moved:
                self._add_difference(f"{name}: {moved} were brought in, and the server has {found}")
        now = await self._source.count()
        read = totals.counts["users"] + totals.skipped_users
        if now != read:
            self._add_difference(f"users: {read} were read, and the source has {now} by now: import again for the rest")

    def _choose(self, count: int) -> list[str]:
        """Choose imported users uniformly at random; remember their records that were left out."""
        chosen: list[str] = []
        seen = 0
        for entry in self._journal.entries():
            if phase_of(entry) != USERS:
                continue
            for user_id in entry.ids:
                seen += 1
                if len(chosen) < count:
                    chosen.append(user_id)
                elif (at := random.randrange(seen)) < count:  # noqa: S311 - a sample is no secret
                    chosen[at] = user_id
        wanted = set(chosen)
        for entry in self._journal.entries():
            self._skipped |= {Key(*skip[:3]) for skip in map(_key, entry.skipped) if wanted & set(skip[1:])}
        return chosen

    async def _compare(self, user_id: str) -> None:
        found = await self._differences_of(user_id)
        if found:
            # Read again: users may have changed the source between the two reads, which is no difference.
            found = await self._differences_of(user_id)
        for text in found:
            self._add_difference(text)
        self._screen.advance(1)

    async def _differences_of(self, user_id: str) -> list[str]:
        theirs, ours = await _read(self._source, user_id), await _read(self._here, user_id)
        found = []
        for key in sorted(theirs.keys() | ours.keys()):
            if key in self._skipped or Key(key.kind, user_id, "") in self._skipped:
                continue
            their, our = theirs.get(key), ours.get(key)
            where = " ".join(part for part in key if part)
            if their is None or our is None:
                found.append(f"{where}: is on the {'server' if their is None else 'source'} only")
            elif fields := _different_fields(their, our):
                found += [f"{where}: {name} is {was!r} on the source, and {now!r} here" for name, was, now in fields]
        return found

    def _add_difference(self, text: str) -> None:
        self._difference_count += 1
        if len(self._differences) < DIFFERENCES_KEPT:
            self._differences.append(text)


def _key(skip: Skip) -> tuple[str, str, str]:
    return skip.kind, skip.user, skip.other


async def _read(source: OpenImSource, user_id: str) -> Records:
    found: Records = {}
    for record in (await source.profiles([user_id])).values():
        found[key_of(record)] = record
    async for entry in source.relations(user_id):
        if not isinstance(entry, Skip):
            found[key_of(entry)] = entry
    return found


def _different_fields(theirs: Record, ours: Record) -> list[tuple[str, object, object]]:
    before, after = msgspec.to_builtins(theirs), msgspec.to_builtins(ours)
    # The target answers a pending request when it is imported, if it cannot be pending there.
    settled = (
        isinstance(theirs, ApplicationRecord)
        and isinstance(ours, ApplicationRecord)
        and theirs.handle_result == _WAITING != ours.handle_result
    )
    ignored = _NOT_COMPARED | _OF_AN_ANSWER if settled else _NOT_COMPARED
    return [(name, before[name], after[name]) for name in before if name not in ignored and before[name] != after[name]]
