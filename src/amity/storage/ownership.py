"""Check that a database's tables are amity's own, and that no other table has a name that migrations need."""

import re
from collections.abc import Collection, Iterable, Sequence

from amity.storage.database import Dialect, StorageError
from amity.storage.migrations import Migration, migrations

_MADE = re.compile(r"create\s+(?:(?:virtual\s+)?(table)|(?:unique\s+)?index)\s+(\w+)", re.IGNORECASE)
_SHOWN = 5
OWN_DATABASE = "give amity a database of its own"


def require_own(
    dialect: Dialect, version_columns: Sequence[str], version: object, names: Collection[str], *, alone: bool
) -> int:
    """Return the version of a database, 0 if it has none of amity's tables.

    ``version_columns`` are the columns of its table ``schema_version``, empty if there is none, and ``version`` is the
    largest ``version`` in it. ``names`` are those of all tables, indexes and views. With ``alone``, other tables are
    not allowed. Raises ``StorageError`` if the tables are another program's.
    """
    if version_columns and [*version_columns] != ["version"]:
        raise StorageError(
            f"its table schema_version is another program's, with columns {_listed(version_columns)} (Flyway has one of"
            f" that name): {OWN_DATABASE}"
        )
    if version is not None and not isinstance(version, int):
        raise StorageError(f"its table schema_version is another program's, with versions in text: {OWN_DATABASE}")
    current = version or 0
    known = migrations(dialect)
    if current > known[-1].version:
        return current  # a newer amity's; only that version knows its tables
    applied = [each for each in known if each.version <= current]
    if missing := sorted(_created_names(applied, tables_only=True) - {*names}):
        raise StorageError(
            f"its table schema_version says version {current}, and there is no table {_listed(missing)}: either that"
            f" table is another program's ({OWN_DATABASE}), or tables were lost (restore a backup)"
        )
    others = sorted({*names} - {"schema_version"})
    if not current and others and alone:
        raise StorageError(f"it holds another program's tables ({_listed(others)}): {OWN_DATABASE}")
    if taken := sorted(_created_names(known[len(applied) :]) & {*names}):
        raise StorageError(f"it holds another program's {_listed(taken)}, a name that amity needs: {OWN_DATABASE}")
    return current


def tables(dialect: Dialect, version: int) -> list[str]:
    """Return the names of the tables of a database of this version, without ``schema_version``."""
    return sorted(_created_names((each for each in migrations(dialect) if each.version <= version), tables_only=True))


def _created_names(applied: Iterable[Migration], *, tables_only: bool = False) -> set[str]:
    """Return the names that migrations create. No migration has ever dropped or renamed one."""
    statements = [statement for migration in applied for statement in migration.statements]
    found = [_MADE.match(statement) for statement in statements]
    return {each[2] for each in found if each is not None and (each[1] or not tables_only)}


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN} more" if len(names) > _SHOWN else shown
