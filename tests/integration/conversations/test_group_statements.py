"""What every message of a group asks for, on SQLite: it visits no row of who has left, however many these are."""

import sqlite3

import pytest

from amity.conversations import group_rows
from amity.storage.database import translate

GROUP, TIMELINE = 1, 1


@pytest.fixture
def connection(sqlite_url):
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    insert(connection, "chat_groups", {"group_seq": GROUP, "group_id": "'g'"})
    insert(connection, "timelines", {"timeline": TIMELINE, "form": 3, "first_seq": GROUP})
    yield connection
    connection.close()


def insert(connection, table, given, rows="select 1"):
    """Insert rows with given values in SQL, the others 0."""
    columns = [row[1] for row in connection.execute(f"pragma table_info({table})")]
    values = ", ".join(str(given.get(column, 0)) for column in columns)
    connection.execute(f"insert into {table} with recursive n(i) as ({rows}) select {values} from n")


def steps(connection, sql, *args):
    """How many steps of SQLite's virtual machine a statement takes."""
    count = 0

    def step():
        nonlocal count
        count += 1

    connection.set_progress_handler(step, 1)
    try:
        connection.execute(translate(sql, "sqlite"), args).fetchall()
    finally:
        connection.set_progress_handler(None, 0)
    return count


def add_former_members(connection, first, last):
    """Add rows of users who have left, want to hear nothing, and have deleted the conversation, if that is odd."""
    given = {"owner_seq": "i", "timeline": TIMELINE, "max_seq": 7, "recv_msg_opt": 2, "deleted": "i % 2"}
    insert(connection, "conversations", given, f"select {first} union all select i + 1 from n where i < {last}")


@pytest.mark.parametrize(
    ("sql", "args"),
    [(group_rows._DELETED, (TIMELINE, GROUP)), (group_rows._QUIET, ("g",))],
    ids=["who has deleted it", "who wants to hear nothing"],
)
def test_a_message_visits_no_row_of_a_former_member(connection, sql, args):
    add_former_members(connection, 1, 10)
    few = steps(connection, sql, *args)
    add_former_members(connection, 11, 2000)
    assert steps(connection, sql, *args) == few
