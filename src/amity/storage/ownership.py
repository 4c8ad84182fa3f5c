"""Check that a database's tables are amity's own, and that no other table has a name that migrations need."""

import re
from collections.abc import Collection, Iterable, Sequence

from amity.storage.database import Dialect, StorageError
from amity.storage.migrations import Applied, Migration, is_too_new, migrations

_MADE = re.compile(r"create\s+(?:(?:virtual\s+)?(table)|(?:unique\s+)?index)\s+(\w+)", re.IGNORECASE)
_DROPPED = re.compile(r"drop\s+(?:table|index)\s+(?:if\s+exists\s+)?(\w+)", re.IGNORECASE)
_SHOWN = 5
OWN_DATABASE = "give amity a database of its own"


def require_own(
    dialect: Dialect,
    version_columns: Sequence[str],
    versions: Collection[object],
    names: Collection[str],
    *,
    last_post: int = 0,
    alone: bool,
) -> Applied:
    """Return the migrations of a database, none if it has none of amity's tables.

    ``version_columns`` are the columns of its table ``schema_version``, empty if there is none, and ``versions`` what
    is in its column ``version``. ``names`` are those of all tables, indexes and views, ``last_post`` that of
    ``Applied``. With ``alone``, other tables are not allowed. Raises ``StorageError`` if the tables are another
    program's.
    """
    if version_columns and [*version_columns] != ["version"]:
        raise StorageError(
            f"its table schema_version is another program's, with columns {_listed(version_columns)} (Flyway has one of"
            f" that name): {OWN_DATABASE}"
        )
    numbers = frozenset(each for each in versions if isinstance(each, int))
    if len(numbers) < len({*versions}):
        raise StorageError(f"its table schema_version is another program's, with versions in text: {OWN_DATABASE}")
    applied = Applied(numbers, last_post)
    if is_too_new(dialect, applied):
        return applied  # only a newer amity knows its tables
    known = migrations(dialect)
    if missing := sorted(_created_names(filter(applied.has, known), tables_only=True) - {*names}):
        raise StorageError(
            f"its table schema_version says version {applied.version}, and there is no table {_listed(missing)}: either"
            f" that table is another program's ({OWN_DATABASE}), or tables were lost (restore a backup)"
        )
    others = sorted({*names} - {"schema_version"})
    if not applied.version and others and alone:
        raise StorageError(f"it holds another program's tables ({_listed(others)}): {OWN_DATABASE}")
    own = _created_names(filter(applied.has, known))
    if taken := sorted((_created_names(known) - own) & {*names}):
        raise StorageError(f"it holds another program's {_listed(taken)}, a name that amity needs: {OWN_DATABASE}")
    return applied


def tables(dialect: Dialect, applied: Applied) -> list[str]:
    """Return the names of amity's tables in a database, without ``schema_version``."""
    return sorted(_created_names(filter(applied.has, migrations(dialect)), tables_only=True))


def _created_names(applied: Iterable[Migration], *, tables_only: bool = False) -> set[str]:
    """Return the names that migrations create and leave. None has ever renamed one."""
    names: set[str] = set()
    for statement in (statement for migration in applied for statement in migration.statements):
        if (made := _MADE.match(statement)) is not None and (made[1] or not tables_only):
            names.add(made[2])
        elif (dropped := _DROPPED.match(statement)) is not None:
            names.discard(dropped[1])
    return names


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
