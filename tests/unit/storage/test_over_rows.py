import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.storage.database import Dialect
from amity.storage.over_rows import OverRows

STATEMENT = OverRows("insert into t (a, b) ROWS", "integer", "text")
ROWS = st.lists(st.tuples(st.integers(), st.text()), max_size=3000)


class Recording:
    """Takes statements, and answers each with one row: its text."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.taken: list[Any] = []

    async def fetch(self, sql: str, *args: Any) -> list[tuple[str]]:
        self.taken.append((sql, args))
        return [(sql,)]


async def test_on_sqlite_the_parameters_are_numbered_row_by_row():
    reader = Recording("sqlite")
    await STATEMENT.fetch(reader, [(1, "a")] * 5)
    four = "values ($1, $2), ($3, $4), ($5, $6), ($7, $8)"
    assert reader.taken == [
        (f"insert into t (a, b) {four}", (1, "a") * 4),
        ("insert into t (a, b) values ($1, $2)", (1, "a")),
    ]


async def test_on_postgresql_each_column_is_an_array():
    reader = Recording("postgres")
    await STATEMENT.fetch(reader, [(1, "a"), (2, "b")])
    rows = "select * from unnest($1::text::bigint[], $2::text[]) as each_of(column1, column2)"
    assert reader.taken == [(f"insert into t (a, b) {rows}", ("{1,2}", ["a", "b"]))]


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
async def test_no_rows_are_no_statement(dialect):
    reader = Recording(dialect)
    assert await STATEMENT.fetch(reader, []) == []
    assert reader.taken == []


@given(ROWS)
async def test_on_sqlite_rows_keep_their_order_over_few_different_statements(rows):
    reader = Recording("sqlite")
    found = await STATEMENT.fetch(reader, rows)
    assert [value for _, args in reader.taken for value in args] == [value for row in rows for value in row]
    assert len(set(found)) <= 4


@given(ROWS)
async def test_on_postgresql_rows_keep_their_order_in_one_statement_for_a_thousand(rows):
    reader = Recording("postgres")
    await STATEMENT.fetch(reader, rows)
    taken = [(json.loads(f"[{first[1:-1]}]"), second) for _, (first, second) in reader.taken]
    assert [row for columns in taken for row in zip(*columns, strict=True)] == rows
    assert len(reader.taken) == -(-len(rows) // 1000)
    assert len({sql for sql, _ in reader.taken}) <= 1
