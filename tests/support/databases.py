"""Databases for tests, which have their tables already, so that no test waits for migrations."""

import asyncio
import itertools
import shutil
import sqlite3
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import pytest

from amity.storage import open_database

T = TypeVar("T")
ON_SQLITE_ALONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For refusals that are decided before the database is used, so that a second engine would test nothing more."""
_TIMEOUT = 60.0
_DISCONNECT_OTHERS = """
select pg_terminate_backend(pid, 60000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""
# The parts of a database that a test may have changed besides rows: tables, columns, indexes, triggers, versions.
_SCHEMA = """
select concat_ws(' ',
    (select string_agg(format('%s %s %s %s', relname, attname, atttypid, attnotnull), ',' order by relname, attnum)
        from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0
        where relnamespace = 'public'::regnamespace),
    (select count(*) from pg_trigger),
    (select count(*) from pg_constraint where connamespace = 'public'::regnamespace),
    (select string_agg(version::text, ',' order by version) from schema_version))
"""
_USED = """
select format('%I', relname), pg_relation_size(oid) > 65536 from pg_class
where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_version'
    and pg_relation_size(oid) > 0
"""
_RESTART_NUMBERS = "select setval(seqrelid, 1, false) from pg_sequence"


class SqliteTemplate:
    """A migrated SQLite file without rows, made in ``folder`` with the first copy."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"

    def copy(self, path: Path) -> str:
        """Copy the file to ``path`` and return the URL of the copy."""
        if not self._file.exists():
            with ThreadPoolExecutor(1) as thread:  # an event loop may be running here
                thread.submit(asyncio.run, _migrate(f"sqlite:///{self._file}")).result(_TIMEOUT)
        shutil.copy(self._file, path)  # a database that was closed properly is one file
        return f"sqlite:///{path}"


def leave_as_killed(path: Path, *statements: str) -> None:
    """Run SQL on a SQLite database, and leave it as a killed server does: the changes are in its log only.

    The fact ``crashed`` is written too.
    """
    writing = sqlite3.connect(path, isolation_level=None)
    writing.execute("pragma journal_mode = wal")
    for statement in (*statements, "insert into facts (name, value) values ('crashed', '1')"):
        writing.execute(statement)
    for suffix in ("", "-wal"):
        shutil.copy(f"{path}{suffix}", f"{path}{suffix}.killed")
    writing.close()
    for suffix in ("", "-wal"):
        Path(f"{path}{suffix}.killed").replace(f"{path}{suffix}")


class PostgresDatabases:
    """The databases of one PostgreSQL server, over connections that are kept open.

    A migrated database is emptied and reused after a test, which takes a twentieth of the time of making one.
    ``url_of`` returns the URL of a database. Fixtures use this class. It cannot be used while an event loop runs.
    """

    def __init__(self, url_of: Callable[[str], str]) -> None:
        self._url_of = url_of
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connections: dict[str, asyncpg.Connection[asyncpg.Record]] = {}
        self._numbers = itertools.count(1)
        self._migrated: list[str] = []
        self._schema = ""

    def take(self) -> str:
        """Return the name of a database with empty tables. The caller must ``give_back`` it."""
        return self._migrated.pop() if self._migrated else self._run(self._make_migrated())

    def give_back(self, name: str) -> None:
        """Disconnect the clients of a database that was taken, and empty it for the next test."""
        if self._run(self._emptied(name)):
            self._migrated.append(name)
        else:
            self.drop(name)

    def make_empty(self) -> str:
        """Make a database without tables and return its name. The caller must ``drop`` it."""
        return self._run(self._make())

    def drop(self, name: str) -> None:
        """Drop a database, and disconnect its clients."""
        self._run(self._execute("postgres", f'drop database "{name}" with (force)'))
        if (connection := self._connections.pop(name, None)) is not None:
            connection.terminate()

    def disconnect(self) -> None:
        """Close the connections to the server, and forget its databases."""
        if self._loop is not None:
            for connection in self._connections.values():
                connection.terminate()
            self._connections.clear()
            self._migrated.clear()
            self._loop.run_until_complete(asyncio.sleep(0))  # terminated connections are closed in the next turn
            self._loop.close()
            self._loop = None

    async def _make(self) -> str:
        name = f"test_{next(self._numbers)}"
        await self._execute("postgres", f'create database "{name}"')
        return name

    async def _make_migrated(self) -> str:
        name = await self._make()
        await _migrate(self._url_of(name))
        self._schema = await self._fetch(name, _SCHEMA)
        return name

    async def _emptied(self, name: str) -> bool:
        """Empty a database; return whether it is then as the migrations made it."""
        await self._execute(name, _DISCONNECT_OTHERS)
        if await self._fetch(name, _SCHEMA) != self._schema:
            return False
        await self._execute(name, "; ".join([*await self._emptying(name), _RESTART_NUMBERS]))
        return True

    async def _emptying(self, name: str) -> list[str]:
        """Return the statements that empty the tables that have or had rows. A truncation creates new files for a table
        and its indexes, which takes longer than the deletion of a few rows."""
        used = await (await self._connection(name)).fetch(_USED, timeout=_TIMEOUT)
        return [f"truncate {table}" if is_large else f"delete from {table}" for table, is_large in used]

    async def _execute(self, name: str, sql: str) -> None:
        await (await self._connection(name)).execute(sql, timeout=_TIMEOUT)

    async def _fetch(self, name: str, sql: str) -> str:
        found: str = await (await self._connection(name)).fetchval(sql, timeout=_TIMEOUT)
        return found

    async def _connection(self, name: str) -> "asyncpg.Connection[asyncpg.Record]":
        if name not in self._connections:
            self._connections[name] = await asyncpg.connect(self._url_of(name))
        return self._connections[name]

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(work)


async def _migrate(url: str) -> None:
    database = await open_database(url)
    await database.close()
