"""Transactions, reads and migrations on SQLite or PostgreSQL."""

from pathlib import Path

from amity.storage.bounded_reads import FEW
from amity.storage.database import LARGE, ROW_BYTES, Database, Row, StorageError, Transaction
from amity.storage.postgres.database import CONNECTIONS, open_postgres
from amity.storage.sqlite.database import open_sqlite

__all__ = ["FEW", "LARGE", "ROW_BYTES", "Database", "Row", "StorageError", "Transaction", "open_database"]


async def open_database(url: str, *, connections: int = CONNECTIONS, post: bool = False) -> Database:
    """Open ``sqlite:///relative.db``, ``sqlite:////absolute.db`` or ``postgresql://...`` and apply the migrations that
    it lacks. On PostgreSQL, those that older programs do not survive are left out, unless ``post``. ``connections`` are
    those to PostgreSQL at most.

    Raises ``StorageError``, whose text gives the reason and never contains a password.
    """
    if url.startswith("sqlite:///") and len(url) > len("sqlite:///"):
        return await open_sqlite(Path(url.removeprefix("sqlite:///")))
    if url.startswith(("postgresql://", "postgres://")):
        return await open_postgres(url, connections=connections, post=post)
    raise StorageError("a database URL starts with sqlite:/// and a file name, or with postgresql://")
