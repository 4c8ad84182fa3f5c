"""The move of all data from a running server that speaks OpenIM's API."""

from collections.abc import AsyncIterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from amity.cli.importing.screen import Screen
from amity.cli.moving.group_source import OpenImGroups
from amity.cli.moving.journal import GROUPS, MEMBERS, RELATIONS, USERS, Moved, MoveJournal, Skip, part_of, phase_of
from amity.cli.moving.outcome import Totals
from amity.cli.moving.source import OpenImSource
from amity.cli.moving.target import Batch, Target
from amity.cli.moving.verifying import Verification
from amity.client.moving import Record
from amity.http.url import shown

LISTS_OF = 50
"""Users, or groups, whose lists are one part. An interrupted part is read again."""
_PAGES_OF = {RELATIONS: USERS, MEMBERS: GROUPS}
"""The phase whose pages have the users or groups of which a phase reads the lists."""


class Part(NamedTuple):
    """A page of users or groups by its number, or users or groups whose lists are read."""

    page: int
    ids: list[str]


class OpenImMover:
    """Imports the data of a server that has ``users`` users and ``groups`` groups at the beginning. ``sample`` of each
    are compared at the end; with ``None`` nothing is."""

    def __init__(self, source: OpenImSource, users: int, groups: int, sample: int | None) -> None:
        self.source = shown(source.client.url)
        self.words: Mapping[int, str] = {
            USERS: "users",
            RELATIONS: "users whose friends, requests and blacklists are read",
            GROUPS: "groups",
            MEMBERS: "groups whose members and requests are read",
        }
        self.part_size = source.page_size
        self._from = source
        self._groups = OpenImGroups(source)
        self._counts = {USERS: users, GROUPS: groups}
        self._sample = sample

    def steps(self, phase: int) -> int:
        """Count the users or groups that are imported, or whose lists are read."""
        return self._counts[_PAGES_OF.get(phase, phase)]

    def parts(self, phase: int, journal: MoveJournal) -> AsyncIterator[tuple[int, Part]]:
        """Yield pages of users and of groups; after each, those that the journal has, whose lists are read."""
        return self._lists(_PAGES_OF[phase], journal) if phase in _PAGES_OF else self._pages(phase)

    async def _pages(self, phase: int) -> AsyncIterator[tuple[int, Part]]:
        page = 1
        # Each page updates the number, because more may be made meanwhile.
        while (page - 1) * self.part_size < self._counts[phase]:
            yield page - 1, Part(page, [])
            page += 1

    async def _lists(self, pages: int, journal: MoveJournal) -> AsyncIterator[tuple[int, Part]]:
        parts_of_page = -(-self.part_size // LISTS_OF)
        for entry in journal.entries():
            if phase_of(entry) != pages:
                continue
            ids = iter(entry.ids)
            part = part_of(entry) * parts_of_page
            while some := list(islice(ids, LISTS_OF)):
                yield part, Part(0, some)
                part += 1

    async def begin(self, target: Target, screen: Screen) -> None:
        """Do nothing: the first phase brings the users."""

    def steps_of(self, phase: int, part: Part) -> int:
        """Count the users or groups of a part."""
        if part.ids:
            return len(part.ids)
        return max(0, min(self.part_size, self._counts[phase] - (part.page - 1) * self.part_size))

    async def move(self, phase: int, part: Part, target: Target, into: Moved) -> None:
        """Import a page of users or groups, or the lists of some."""
        if phase == USERS:
            await self._move_users(part.page, target, into)
            return
        if phase == GROUPS:
            await self._move_groups(part.page, target, into)
            return
        batch = Batch()
        async for entry in self._inside(phase, part.ids):
            if isinstance(entry, Skip):
                into.skipped.append(entry)
            else:
                await target.put(batch.add(entry), into)
        await target.put(batch.take(), into)

    async def _inside(self, phase: int, ids: list[str]) -> AsyncIterator[Record | Skip]:
        """Yield what is on the lists of users or groups."""
        if phase == RELATIONS:
            for user_id in ids:
                async for entry in self._from.relations(user_id):
                    yield entry
            return
        for group in (await self._groups.some(ids)).values():
            async for entry in self._groups.inside(group):
                yield entry

    async def _move_groups(self, page: int, target: Target, into: Moved) -> None:
        found = await self._groups.page(page)
        self._counts[GROUPS] = max(self._counts[GROUPS], found.total)
        into.ids = [record.group_id for record in found.records]
        batch = Batch()
        for record in found.records:
            await target.put(batch.add(record), into)
        await target.put(batch.take(), into)

    async def _move_users(self, page: int, target: Target, into: Moved) -> None:
        found = await self._from.users(page)
        self._counts[USERS] = max(self._counts[USERS], found.total)
        into.ids = found.ids
        into.skipped += [
            Skip("user", user_id, "", 0, "", "the source lists this user, and has no profile of it")
            for user_id in found.missing
        ]
        batch = Batch()
        for record in found.records:
            await target.put(batch.add(record), into)
        await target.put(batch.take(), into)

    async def finish(self, target: Target, journal: MoveJournal, totals: Totals, screen: Screen) -> dict[str, Any]:
        """Compare counts, and a sample of users and of groups."""
        if self._sample is None:
            return {}
        verification = Verification(self._from, target, journal, screen)
        return {"verified": await verification.run(totals, self._sample)}
