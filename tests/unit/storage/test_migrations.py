"""Migrations in the SQL of each engine."""

import sqlite3

import pytest

from amity.storage import StorageError
from amity.storage.migrations import Applied, Migration, _statements, is_too_new, migrations, newest, pending
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


def test_a_database_from_the_future_is_refused():
    known = newest("sqlite")
    assert pending("sqlite", Applied(frozenset({known}))) == []
    with pytest.raises(StorageError, match=f"at version {known + 1}"):
        pending("sqlite", Applied(frozenset({known, known + 1})))


@pytest.mark.parametrize(("last_post", "refused"), [(0, False), (-1, False), (1, True), (2, True)])
def test_a_postgresql_that_is_ahead_is_refused_only_if_something_unknown_was_taken_away(last_post, refused):
    known = newest("postgres")
    ahead = Applied(frozenset({known, known + 1, known + 2}), known + last_post if last_post else 0)
    assert is_too_new("postgres", ahead) == refused


def test_what_only_adds_counts_as_applied_in_its_order_and_what_takes_away_by_its_own_number():
    applied = Applied(frozenset({1, 4}))
    adding, taking = Migration(3, "0003_a.sql", ()), Migration(2, "0002_b.post.sql", (), is_post=True)
    assert applied.has(adding)
    assert not applied.has(taking)
    assert Applied(frozenset({1, 2, 4})).has(taking)
