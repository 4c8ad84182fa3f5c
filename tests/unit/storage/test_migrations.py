"""Migrations in the SQL of each engine."""

import sqlite3

import pytest

from amity.storage import StorageError
from amity.storage.migrations import _statements, migrations
from amity.storage.sqlite.database import _require_search


def test_a_statement_of_one_engine_is_left_out_for_the_other():
    text = "create table a (b text); ONLY_SQLITE drop table c;\nONLY_POSTGRES\n  drop table d; drop table e"
    assert list(_statements(text, "sqlite")) == ["create table a (b text)", "drop table c", "drop table e"]
    assert list(_statements(text, "postgres")) == ["create table a (b text)", "drop table d", "drop table e"]


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_migrations_are_numbered_without_a_gap_and_leave_no_word_of_ours(dialect):
    found = migrations(dialect)
    assert [migration.version for migration in found] == list(range(1, len(found) + 1))
    for migration in found:
        assert "ONLY_" not in "".join(migration.statements)


def test_a_sqlite_without_fts5_is_named_as_what_is_missing():
    connection = sqlite3.connect(":memory:")
    _require_search(connection)
    # A table of that name stands before the list of what this SQLite has.
    connection.execute("create table pragma_module_list (name text)")
    with pytest.raises(StorageError, match="built without FTS5"):
        _require_search(connection)
    connection.close()
