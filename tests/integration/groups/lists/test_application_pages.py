"""The price of a page of applications on SQLite, by how many there are. None is ever deleted."""

import sqlite3

import pytest

from amity.groups.stored import requests
from amity.storage.database import translate
from amity.storage.sqlite.lists import adapt

MANY = 20_000


class Reader:
    """Runs the statement of a page, and counts the steps of SQLite's virtual machine that it takes, in hundreds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.steps = 0

    async def fetch_long(self, sql, *args):
        self._connection.set_progress_handler(self._count, 100)
        try:
            return self._connection.execute(translate(sql, "sqlite"), adapt(args)).fetchall()
        finally:
            self._connection.set_progress_handler(None, 0)

    def _count(self) -> int:
        self.steps += 1
        return 0


@pytest.fixture
def reader(sqlite_url):
    """Group 1 has very many applications, one of a hundred of which waits, and group 2 has none."""
    connection = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    connection.executemany(
        "insert into users (user_seq, user_id, nickname, face_url, ex, created_at, app_manger_level,"
        " global_recv_msg_opt) values (?1, 'u' || ?1, '', '', '', 0, 0, 0)",
        [(user,) for user in range(1, MANY + 1)],
    )
    columns = [row[1] for row in connection.execute("select * from pragma_table_info('chat_groups')")]
    for group in (1, 2):
        values = [{"group_seq": group, "group_id": f"g{group}"}.get(name, 0) for name in columns]
        connection.execute(f"insert into chat_groups values ({', '.join('?' * len(columns))})", values)
    connection.executemany(
        "insert into group_requests (group_seq, user_seq, handle_result, created_at, handled_at, handler_seq,"
        " inviter_seq, join_source, req_msg, handle_msg, ex) values (1, ?1, ?1 % 100 > 0, ?1, 0, 0, 0, 3, '', '', '')",
        [(user,) for user in range(1, MANY + 1)],
    )
    connection.commit()
    yield Reader(connection)
    connection.close()


@pytest.mark.parametrize(("results", "every"), [((), 1), ((0,), 100)], ids=["all", "those that wait"])
async def test_a_page_of_one_groups_applications_reads_no_others(reader, results, every):
    page = await requests.page(reader, requests.of_groups([1], results), 0, 10)
    assert [application.created_at for application, _ in page] == [MANY - at * every for at in range(10)]
    assert reader.steps < 30


async def test_of_several_groups_only_the_page_is_looked_up(reader):
    page = await requests.page(reader, requests.of_groups([1, 2], ()), 0, 10)
    assert [application.created_at for application, _ in page] == [MANY - at for at in range(10)]
    # Some 15 for each of them: what is sorted are their numbers and times.
    assert reader.steps < MANY * 25 / 100


async def test_a_later_page_looks_up_nothing_of_those_before(reader):
    page = await requests.page(reader, requests.of_groups([1], ()), MANY - 10, 10)
    assert [application.created_at for application, _ in page] == [10 - at for at in range(10)]
    assert reader.steps < MANY * 25 / 100
