"""How large a database is."""

from amity.storage.database import Database

_BYTES = {
    "sqlite": "select page_count * page_size from pragma_page_count(), pragma_page_size()",
    "postgres": "select pg_database_size(current_database())",
}


async def database_bytes(database: Database) -> int:
    """Return the bytes of a database's files, without what SQLite's log has not copied yet. Raises ``ImError``,
    ``DATABASE`` (90002)."""
    rows = await database.fetch_long(_BYTES[database.dialect])
    size: int = rows[0][0]
    return size
