"""The numbers of users by their ids, which nearly every operation reads first.

A user's number never changes and users are not removed, so what was once read stays true and is kept in memory. A user
who was erased is unknown to who asks for users, and known to who reads what there was before. Each process drops such a
user from its memory (``forget``), so for a moment it may still know it.
"""

from collections.abc import Sequence
from contextlib import suppress

from amity.storage import Database
from amity.users import store

MOST_KEPT = 200_000


class Directory:
    """The numbers of users by their ids. Keeps ``most`` of them in memory, about 150 bytes each."""

    def __init__(self, database: Database, most: int = MOST_KEPT) -> None:
        self._database = database
        self._most = most
        self._numbers: dict[str, int] = {}

    async def numbers(self, user_ids: Sequence[str]) -> dict[str, int]:
        """Return the number of each of these users, in their order. Users who do not exist are left out."""
        known = self._numbers
        with suppress(KeyError):
            return {user_id: known[user_id] for user_id in user_ids}
        missing = [user_id for user_id in user_ids if user_id not in known]
        found = await store.numbers_of(self._database, missing)
        self.add(found)
        return {user_id: number for user_id in user_ids if (number := found.get(user_id) or known.get(user_id))}

    async def numbers_of_all(self, user_ids: Sequence[str]) -> dict[str, int]:
        """Do as ``numbers``, with those who were erased."""
        known = self._numbers
        missing = [user_id for user_id in user_ids if user_id not in known]
        found = await store.numbers_of(self._database, missing, erased=True) if missing else {}
        return {user_id: number for user_id in user_ids if (number := found.get(user_id) or known.get(user_id))}

    def forget(self, user_id: str) -> None:
        """Drop a user who was erased from those in memory."""
        self._numbers.pop(user_id, None)

    async def number(self, user_id: str) -> int | None:
        """Return the number of a user, or ``None`` if the user does not exist."""
        return self._numbers.get(user_id) or (await self.numbers([user_id])).get(user_id)

    def add(self, found: dict[str, int]) -> None:
        """Add the numbers of existing users to those in memory."""
        if len(self._numbers) + len(found) > self._most:
            # Dropping the oldest half is cheaper than tracking the order of use at each look-up.
            self._numbers = dict(list(self._numbers.items())[self._most // 2 :])
        if len(found) <= self._most // 2:
            self._numbers.update(found)
