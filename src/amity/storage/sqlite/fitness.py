"""Check that a SQLite file is suitable, before anything is changed."""

import sqlite3

from amity.storage.database import StorageError
from amity.storage.migrations import Applied
from amity.storage.ownership import require_own


def require_fit(connection: sqlite3.Connection) -> Applied:
    """Return the migrations of a database, none for a new one.

    Raises ``StorageError`` if it is another program's or has an encoding in which texts sort differently, and
    ``sqlite3.Error`` if it is not a database.
    """
    names = [
        row[0]
        for row in connection.execute("select name from sqlite_master where name not like 'sqlite~_%' escape '~'")
    ]
    columns = [row[0] for row in connection.execute("select name from pragma_table_info('schema_version')")]
    rows = connection.execute("select version from schema_version").fetchall() if "version" in columns else []
    applied = require_own("sqlite", columns, [row[0] for row in rows], names, alone=True)
    (encoding,) = connection.execute("pragma encoding").fetchone()
    if encoding != "UTF-8":
        raise StorageError(f"its encoding is {encoding}, and amity needs UTF-8: use a new file")
    return applied
