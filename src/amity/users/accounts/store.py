"""The SQL of notification accounts, and nothing else."""

from collections.abc import Sequence
from typing import Final

from amity.storage import Database
from amity.users.models import User
from amity.users.store import COLUMNS, user_of

LEAST_LEVEL: Final = 3
"""The ``appMangerLevel`` from which a user is a notification account."""
# The index of accounts serves statements with this condition alone.
_ACCOUNTS: Final = (
    "from users BY_INDEX(users_accounts) where app_manger_level >= 3"
    " and user_id not in (select value from EACH_TEXT($1)) and ($2 = 0 or app_manger_level = $2)"
)


class Found:
    """Accounts that fit a condition on ``$3``, without those named in ``excluded``, of one level if that is not 0."""

    def __init__(self, condition: str, excluded: Sequence[str], level: int, keyword: str) -> None:
        self._sql = f"{_ACCOUNTS} and {condition}"
        self._arguments = (list(excluded), level, keyword)

    async def count(self, database: Database) -> int:
        """Return how many there are."""
        rows = await database.fetch_long(f"select count(*) {self._sql}", *self._arguments)
        return int(rows[0][0])

    async def page(self, database: Database, offset: int, limit: int) -> list[User]:
        """Return some of them, in the order in which they were made."""
        rows = await database.fetch_long(
            f"select {COLUMNS} {self._sql} order by user_seq limit $4 offset $5", *self._arguments, limit, offset
        )
        return [user_of(row) for row in rows]
