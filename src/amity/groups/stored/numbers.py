"""The numbers of groups by their ids, which every message to a group reads first.

A group's number never changes and groups are not removed, so what was once read stays true and is kept in memory.
"""

from typing import Final

from amity.groups.rules import MOST_ID
from amity.groups.stored import groups
from amity.storage import Database

MOST_KEPT: Final = 100_000


class GroupNumbers:
    """The numbers of groups by their ids. Keeps ``most`` of them in memory, about 150 bytes each."""

    def __init__(self, database: Database, most: int = MOST_KEPT) -> None:
        self._database = database
        self._most = most
        self._numbers: dict[str, int] = {}

    async def number(self, group_id: str) -> int | None:
        """Return the number of a group, or ``None`` if there is none of this id."""
        known = self._numbers.get(group_id)
        if known is None and 0 < len(group_id) <= MOST_ID:
            known = (await groups.numbers_of(self._database, [group_id])).get(group_id)
            if known is not None:
                if len(self._numbers) >= self._most:
                    # Dropping the oldest half is cheaper than tracking the order of use at each look-up.
                    self._numbers = dict(list(self._numbers.items())[self._most // 2 :])
                self._numbers[group_id] = known
        return known
