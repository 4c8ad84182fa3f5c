"""Numbered migrations, forward only. Each file is applied once, in one transaction, in the order of its number."""

import re
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

from amity.storage.database import Dialect, StorageError, translate

_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_COMMENT = re.compile(r"--[^\n]*")
_OF_ONE_ENGINE = re.compile(r"ONLY_(SQLITE|POSTGRES)\s+")


class Migration(NamedTuple):
    version: int
    name: str
    statements: tuple[str, ...]


def migrations(dialect: Dialect) -> list[Migration]:
    """Return every migration that this program has, lowest first, in the SQL of one engine."""
    found = []
    for file in resources.files(__package__).iterdir():
        if match := _NAME.fullmatch(file.name):
            text = _COMMENT.sub("", translate(file.read_text(), dialect))
            found.append(Migration(int(match[1]), file.name, tuple(_statements(text, dialect))))
    return sorted(found)


def _statements(text: str, dialect: Dialect) -> Iterator[str]:
    for part in filter(None, map(str.strip, text.split(";"))):
        only = _OF_ONE_ENGINE.match(part)
        if only is None:
            yield part
        elif only[1].lower() == dialect:
            yield part[only.end() :]


def pending(dialect: Dialect, current: int) -> list[Migration]:
    """Return the migrations above ``current``. Raises ``StorageError`` where the database is newer than the program."""
    known = migrations(dialect)
    if current > known[-1].version:
        raise StorageError(
            f"the database is at version {current}, and this amity knows versions up to {known[-1].version}: "
            "run the newer amity that wrote it"
        )
    return [migration for migration in known if migration.version > current]
