"""Undo the newest migration, for tests of the start of a program that has a newer one than the database."""

import re

from amity.storage.database import Dialect
from amity.storage.migrations import migrations

_INVERSE = {
    r"create (?:unique )?index (\w+)": r"drop index \1",
    r"create table (\w+)": r"drop table \1",
    r"alter table (\w+) add column (\w+)": r"alter table \1 drop column \2",
}


def statements_that_undo_it(dialect: Dialect) -> tuple[str, ...]:
    """Return the statements that undo the newest migration, except its changes of rows and dropped indexes. Raises
    ``ValueError`` for a statement whose inverse is not known here."""
    newest = migrations(dialect)[-1]
    undone = tuple(map(_inverse_of, reversed(newest.statements)))
    return (f"delete from schema_version where version = {newest.version}", *filter(None, undone))


def _inverse_of(statement: str) -> str:
    for pattern, inverse in _INVERSE.items():
        if match := re.match(pattern, statement):
            return match.expand(inverse)
    # The newest migration drops an index again, whether or not it is there.
    if re.match(r"insert|update|delete|drop index if exists", statement):
        return ""
    raise ValueError(f"nothing says here how to undo {statement}")
