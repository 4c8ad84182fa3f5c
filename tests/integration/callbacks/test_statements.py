"""The courier's statements on SQLite: none reads all that waits, however long the outbox is."""

import re
import sqlite3

import pytest

from amity.callbacks.telling import store
from amity.storage.database import translate

COUNTED = {"_DEPTH"}
"""Read an index from end to end, now and then, on purpose."""
STATEMENTS = {
    name: sql
    for name, sql in vars(store).items()
    if isinstance(sql, str) and re.match(r"(select|update|delete)\b.*\$1", sql) and name not in COUNTED
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_finds_its_rows_by_more_than_that_they_wait(sqlite_url, name):
    sql = translate(STATEMENTS[name], "sqlite")
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    try:
        plan = connection.execute(f"explain query plan {sql}", ["[1]"] * len(set(re.findall(r"\?\d+", sql)))).fetchall()
    finally:
        connection.close()
    visits = [step[3] for step in plan if "json_each" not in step[3] and step[3].startswith(("SCAN", "SEARCH"))]
    assert visits
    for visit in visits:
        assert visit.startswith("SEARCH"), visit
        assert not visit.endswith("(state=?)"), visit
