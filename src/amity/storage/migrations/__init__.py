"""Numbered migrations, forward only. Each file is applied once, in one transaction.

A migration is of one of two kinds, which its name says:

- ``0029_name.sql`` only adds: the program before it goes on with the changed tables, knowing nothing of it. A server
  applies it at its start, while servers of the version before still run. It may drop an index that makes only a rare
  read faster.
- ``0030_name.post.sql`` takes something away or forbids it. It is applied by ``amity migrate --post``, once every
  server is one that knows it, and a program that does not know it is refused.

A program works with its post migrations applied or not. So may the additions that follow: none needs a post migration
that is not yet applied. A new database, and a SQLite file, which has one process, get both kinds at once, in the order
of their numbers.
"""

import functools
import re
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

from amity.storage.database import Dialect, StorageError, translate

LAST_POST = "post_migration"
"""The fact of a database that holds the highest number of a post migration that was applied to it."""
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+(\.post)?\.sql")
_COMMENT = re.compile(r"--[^\n]*")
_OF_ONE_ENGINE = re.compile(r"ONLY_(SQLITE|POSTGRES)\s+")


class Migration(NamedTuple):
    version: int
    name: str
    statements: tuple[str, ...]
    is_post: bool = False


class Applied(NamedTuple):
    """The migrations of a database: the ``versions`` in its table ``schema_version``, and the highest of a post
    migration, 0 if there is none or if it cannot be one that this program does not know."""

    versions: frozenset[int] = frozenset()
    last_post: int = 0

    @property
    def version(self) -> int:
        """The highest version, 0 if the database has none of amity's tables."""
        return max(self.versions, default=0)

    def has(self, migration: Migration) -> bool:
        """Return whether a migration was applied. Additions are applied in their order."""
        if migration.is_post:
            return migration.version in self.versions
        return migration.version <= self.version


@functools.cache
def migrations(dialect: Dialect) -> tuple[Migration, ...]:
    """Return every migration that this program has, lowest first, in the SQL of one engine."""
    found = []
    for name, content in _files():
        if match := _NAME.fullmatch(name):
            text = _COMMENT.sub("", translate(content, dialect))
            found.append(Migration(int(match[1]), name, tuple(_statements(text, dialect)), bool(match[2])))
    return tuple(sorted(found))


def _files() -> Iterator[tuple[str, str]]:
    for file in resources.files(__package__).iterdir():
        if file.name.endswith(".sql"):
            yield file.name, file.read_text()


def _statements(text: str, dialect: Dialect) -> Iterator[str]:
    for part in filter(None, map(str.strip, text.split(";"))):
        only = _OF_ONE_ENGINE.match(part)
        if only is None:
            yield part
        elif only[1].lower() == dialect:
            yield part[only.end() :]


def newest(dialect: Dialect) -> int:
    """Return the version of this program."""
    return migrations(dialect)[-1].version


def is_too_new(dialect: Dialect, applied: Applied) -> bool:
    """Return whether this program does not know what it may do with a database. Of newer versions it need not know
    additions; a SQLite file never has those alone."""
    known = newest(dialect)
    return applied.last_post > known or (dialect == "sqlite" and applied.version > known)


def pending(dialect: Dialect, applied: Applied) -> list[Migration]:
    """Return the migrations that a database lacks. Raises ``StorageError`` if it is too new for the program."""
    if is_too_new(dialect, applied):
        raise StorageError(
            f"the database is at version {applied.version}, and this amity knows versions up to {newest(dialect)}: "
            "run the newer amity that wrote it"
        )
    return [migration for migration in migrations(dialect) if not applied.has(migration)]
