"""The step that deletes what else is stored of a user: what it keeps with the server, its tokens, and what names it in
logs."""

from typing import Final

from amity.auth.service import Auth
from amity.erasing import dead_letters, logs, store
from amity.erasing.store import Counts, Erasure
from amity.storage import LARGE, Database, Transaction
from amity.users import search_index

PART: Final = 200
"""Rows of each table that one transaction deletes."""
_BY_NUMBER: Final = (
    ("client_configs", "user_seq", "name"),
    ("user_commands", "user_seq", "kind, uuid"),
    ("limited_uses", "user_seq", "use_seq"),
)
_BY_ID: Final = (
    ("tokens", "user_id", "token_hash"),
    ("push_tokens", "user_id", "platform"),
    ("app_badges", "user_id", "user_id"),
    ("idempotency", "caller", "key"),
    ("sent_operations", "caller", "operation_id"),
)


async def delete_devices(tx: Transaction, user_id: str) -> None:
    """Delete where to find a user's phones, and the numbers on their icons: at most a row for each platform."""
    for table in ("push_tokens", "app_badges"):
        await tx.fetch(f"delete from {table} where user_id = $1", user_id)


class Traces:
    """The step ``TRACES``."""

    def __init__(self, database: Database, auth: Auth) -> None:
        self._database = database
        self._auth = auth

    async def delete(self, erasure: Erasure) -> bool:
        """Delete some rows of each table; return whether these were the last."""

        async def work(tx: Transaction) -> bool:
            is_over = True
            for tables, owner in ((_BY_NUMBER, erasure.user), (_BY_ID, erasure.user_id)):
                for table, of_user, key in tables:
                    gone = await tx.fetch(_delete(table, of_user, key), owner, PART)
                    is_over = is_over and len(gone) < PART
            await store.advance(tx, erasure, Counts())
            return is_over

        is_over = await self._database.write(work, rows=LARGE)
        if is_over:
            await dead_letters.delete(self._database, erasure.user_id)
            await logs.clear(self._database, erasure.user_id)
        # On SQLite the old texts wait there, to be taken out of the index.
        await search_index.settle(self._database)
        # Whoever has connected with a token that was verified just before is disconnected, too.
        self._auth.disconnect([erasure.user_id])
        return is_over


def _delete(table: str, of_user: str, key: str) -> str:
    return (
        f"delete from {table} where {of_user} = $1 and ({key}) in"
        f" (select {key} from {table} where {of_user} = $1 order by {key} limit $2) returning 1"
    )
