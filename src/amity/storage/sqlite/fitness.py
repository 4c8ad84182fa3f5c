"""Check that a SQLite file is suitable, before anything is changed."""

import sqlite3

from amity.storage.database import StorageError
from amity.storage.ownership import require_own


def require_fit(connection: sqlite3.Connection) -> int:
    """Return the version of a database, 0 for a new one.

    Raises ``StorageError`` if it is another program's or has an encoding in which texts sort differently, and
    ``sqlite3.Error`` if it is not a database.
    """
    names = [
        row[0]
        for row in connection.execute("select name from sqlite_master where name not like 'sqlite~_%' escape '~'")
    ]
    columns = [row[0] for row in connection.execute("select name from pragma_table_info('schema_version')")]
    version = (
        connection.execute("select max(version) from schema_version").fetchone()[0] if "version" in columns else None
    )
    current = require_own("sqlite", columns, version, names, alone=True)
    (encoding,) = connection.execute("pragma encoding").fetchone()
    if encoding != "UTF-8":
        raise StorageError(f"its encoding is {encoding}, and amity needs UTF-8: use a new file")
    return current
