"""Databases for tests: copies of one that has its tables already, so that no test waits for migrations."""

import asyncio
import shutil
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg

from amity.storage import open_database

_TEMPLATE = "amity_template"
_PATIENCE = 60.0


class SqliteTemplate:
    """A migrated SQLite file without anybody in it, made in ``folder`` with the first copy."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"

    def copy(self, path: Path) -> str:
        """Copy it to ``path`` and return the URL of the copy."""
        if not self._file.exists():
            with ThreadPoolExecutor(1) as thread:  # an event loop may be running here
                thread.submit(asyncio.run, _migrate(f"sqlite:///{self._file}")).result(_PATIENCE)
        shutil.copy(self._file, path)  # one that was closed properly is all in one file
        return f"sqlite:///{path}"


class PostgresDatabases:
    """The databases of one PostgreSQL server, made and removed over one connection that is kept.

    ``url_of`` returns the URL of a database. Fixtures call this; where an event loop runs, it cannot be used.
    """

    def __init__(self, url_of: Callable[[str], str]) -> None:
        self._url_of = url_of
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._has_template = False

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database, without tables or as a copy of one that nobody is connected to, and return its URL."""
        self._run(self._execute(f'create database "{name}" template "{template}"'))
        return self._url_of(name)

    def create_migrated(self, name: str) -> str:
        """Make a database that has its tables and nobody in them, and return its URL."""
        if not self._has_template:
            self._run(_migrate(self.create(_TEMPLATE)))
            self._has_template = True
        return self.create(name, _TEMPLATE)

    def drop(self, name: str) -> None:
        """Remove a database, breaking off whoever is connected to it."""
        self._run(self._execute(f'drop database if exists "{name}" with (force)'))

    def disconnect(self) -> None:
        """Let go of the server; the next call connects again. The databases stay."""
        if self._loop is not None:
            if self._connection is not None:
                self._connection.terminate()
                self._connection = None
            self._loop.run_until_complete(asyncio.sleep(0))  # what was terminated is told so in the next turn
            self._loop.close()
            self._loop = None

    async def _execute(self, sql: str) -> None:
        if self._connection is None:
            self._connection = await asyncpg.connect(self._url_of("postgres"))
        await self._connection.execute(sql, timeout=_PATIENCE)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        self._loop.run_until_complete(work)


async def _migrate(url: str) -> None:
    database = await open_database(url)
    await database.close()
