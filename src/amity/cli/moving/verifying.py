"""Verify a move: compare the numbers, and all records of some users and groups on both servers."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Any

import msgspec

from amity.cli.importing.screen import Screen
from amity.cli.moving.group_source import OpenImGroups
from amity.cli.moving.journal import GROUPS, USERS, MoveJournal, Skip, phase_of
from amity.cli.moving.outcome import Totals
from amity.cli.moving.parallel import in_parallel
from amity.cli.moving.records import Key, key_of
from amity.cli.moving.source import OpenImSource
from amity.cli.moving.target import Target
from amity.client.moving import Record
from amity.client.types.moving import ApplicationRecord, GroupApplicationRecord

DIFFERENCES_KEPT = 100
_AT_ONCE = 8
_WAITING = 0
# The operator or handler of a record need not be a user any more, so these fields may differ. The last one OpenIM's
# servers do not have.
_NOT_COMPARED = frozenset(
    ("operatorUserID", "handlerUserID", "inviterUserID", "creatorUserID", "notificationUserID", "historyForNewMembers")
)
_OF_AN_ANSWER = frozenset(("handleResult", "handleTime", "handleMsg"))

Records = dict[Key, Record]
Read = Callable[[OpenImSource, str], Awaitable[Records]]


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
        """Return the number of compared users and groups, and the differences in words.

        Raises ``Unreachable``, ``ServerRefused``.
        """
        await self._compare_totals(totals)
        users, groups = self._choose(USERS, sample), self._choose(GROUPS, sample)
        self._note_skipped({*users, *groups})
        self._screen.phase("comparing", len(users) + len(groups))
        for chosen, read in ((users, _read), (groups, _read_group)):
            await in_parallel(_each(chosen), partial(self._compare, read), _AT_ONCE)
        return {
            "sampledUsers": len(users),
            "sampledGroups": len(groups),
            "differences": self._difference_count,
            "firstDifferences": self._differences,
        }

    async def _compare_totals(self, totals: Totals) -> None:
        there = await self._target.totals()
        for name, moved in totals.counts.items():
            found = getattr(there, name)
            if found < moved:
                self._add_difference(f"{name}: {moved} were brought in, and the server has {found}")
        for name, now, skipped in (
            ("users", await self._source.count(), totals.skipped_users),
            ("groups", await OpenImGroups(self._source).count(), totals.skipped_groups),
        ):
            read = totals.counts[name] + skipped
            if now != read:
                text = f"{name}: {read} were read, and the source has {now} by now: import again for the rest"
                self._add_difference(text)

    def _choose(self, phase: int, count: int) -> list[str]:
        """Choose imported users or groups uniformly at random."""
        chosen: list[str] = []
        seen = 0
        for entry in self._journal.entries():
            if phase_of(entry) != phase:
                continue
            for each in entry.ids:
                seen += 1
                if len(chosen) < count:
                    chosen.append(each)
                elif (at := random.randrange(seen)) < count:  # noqa: S311 - a sample is no secret
                    chosen[at] = each
        return chosen

    def _note_skipped(self, wanted: set[str]) -> None:
        """Remember what was left out of the records of these users and groups."""
        for entry in self._journal.entries():
            self._skipped |= {Key(*skip[:3]) for skip in map(_key, entry.skipped) if wanted & set(skip[1:])}

    async def _compare(self, read: Read, chosen: str) -> None:
        found = await self._differences_of(read, chosen)
        if found:
            # Read again: users may have changed the source between the two reads, which is no difference.
            found = await self._differences_of(read, chosen)
        for text in found:
            self._add_difference(text)
        self._screen.advance(1)

    async def _differences_of(self, read: Read, chosen: str) -> list[str]:
        theirs, ours = await read(self._source, chosen), await read(self._here, chosen)
        found = []
        for key in sorted(theirs.keys() | ours.keys()):
            if self._skipped & {key, Key(key.kind, chosen, ""), Key(key.kind, "", chosen)}:
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


async def _read_group(source: OpenImSource, group_id: str) -> Records:
    found: Records = {}
    groups = OpenImGroups(source)
    for record in (await groups.some([group_id])).values():
        found[key_of(record)] = record
        async for entry in groups.inside(record):
            if not isinstance(entry, Skip):
                found[key_of(entry)] = entry
    return found


async def _each(ids: list[str]) -> AsyncIterator[str]:
    for each in ids:
        yield each


def _different_fields(theirs: Record, ours: Record) -> list[tuple[str, object, object]]:
    before, after = msgspec.to_builtins(theirs), msgspec.to_builtins(ours)
    # The target answers a pending request when it is imported, if it cannot be pending there.
    settled = (
        isinstance(theirs, ApplicationRecord | GroupApplicationRecord)
        and isinstance(ours, ApplicationRecord | GroupApplicationRecord)
        and theirs.handle_result == _WAITING != ours.handle_result
    )
    ignored = _NOT_COMPARED | _OF_AN_ANSWER if settled else _NOT_COMPARED
    return [(name, before[name], after[name]) for name in before if name not in ignored and before[name] != after[name]]
