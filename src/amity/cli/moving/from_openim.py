"""The move of all data from a running server that speaks OpenIM's API."""

from collections.abc import AsyncIterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from amity.cli.importing.screen import Screen
from amity.cli.moving.journal import RELATIONS, USERS, Moved, MoveJournal, Skip, part_of, phase_of
from amity.cli.moving.outcome import Totals
from amity.cli.moving.source import OpenImSource
from amity.cli.moving.target import Batch, Target
from amity.cli.moving.verifying import Verification
from amity.http.url import shown

LISTS_OF = 50
"""Users whose lists are one part. An interrupted part is read again."""


class Part(NamedTuple):
    """A page of users by its number, or users whose lists are read."""

    page: int
    ids: list[str]


class OpenImMover:
    """Imports the data of a server that has ``users`` users at the beginning. ``sample`` users are compared at the end;
    with ``None`` nothing is."""

    def __init__(self, source: OpenImSource, users: int, sample: int | None) -> None:
        self.source = shown(source.client.url)
        self.words: Mapping[int, str] = {
            USERS: "users",
            RELATIONS: "users whose friends, requests and blacklists are read",
        }
        self.part_size = source.page_size
        self._from = source
        self._users = users
        self._sample = sample

    def steps(self, phase: int) -> int:
        """Count the users: in the first phase those that are imported, in the second those whose lists are read."""
        return self._users

    def parts(self, phase: int, journal: MoveJournal) -> AsyncIterator[tuple[int, Part]]:
        """Yield pages of users in the first phase; in the second, the users in the journal, whose lists are read."""
        return self._pages() if phase == USERS else self._lists(journal)

    async def _pages(self) -> AsyncIterator[tuple[int, Part]]:
        page = 1
        # Each page updates the number of users, because more may register meanwhile.
        while (page - 1) * self.part_size < self._users:
            yield page - 1, Part(page, [])
            page += 1

    async def _lists(self, journal: MoveJournal) -> AsyncIterator[tuple[int, Part]]:
        parts_of_page = -(-self.part_size // LISTS_OF)
        for entry in journal.entries():
            if phase_of(entry) != USERS:
                continue
            ids = iter(entry.ids)
            part = part_of(entry) * parts_of_page
            while some := list(islice(ids, LISTS_OF)):
                yield part, Part(0, some)
                part += 1

    def steps_of(self, part: Part) -> int:
        """Count the users of a part."""
        if part.ids:
            return len(part.ids)
        return max(0, min(self.part_size, self._users - (part.page - 1) * self.part_size))

    async def move(self, phase: int, part: Part, target: Target, into: Moved) -> None:
        """Import a page of users, or the lists of some users."""
        if phase == USERS:
            await self._move_users(part.page, target, into)
            return
        batch = Batch()
        for user_id in part.ids:
            async for entry in self._from.relations(user_id):
                if isinstance(entry, Skip):
                    into.skipped.append(entry)
                else:
                    await target.put(batch.add(entry), into)
        await target.put(batch.take(), into)

    async def _move_users(self, page: int, target: Target, into: Moved) -> None:
        found = await self._from.users(page)
        self._users = max(self._users, found.total)
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
        """Compare counts and a sample of users."""
        if self._sample is None:
            return {}
        verification = Verification(self._from, target, journal, screen)
        return {"verified": await verification.run(totals, self._sample)}
