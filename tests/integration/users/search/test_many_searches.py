"""Many searches of one user, while another user asks for something else."""

import asyncio
import contextlib
import threading

import asyncpg
import pytest

from amity import metrics
from amity.storage.database import translate
from amity.storage.sqlite import readers

HELD_FOR = 60.0
"""Seconds after which a thread goes on although nobody has released it."""


class HoldSearches:
    """Makes contexts in which no search gets its rows. All other reads get theirs.

    So the result of a test does not depend on how fast the database is compared with the server.
    """

    def __init__(self, database_url, monkeypatch):
        self._database_url = database_url
        self._monkeypatch = monkeypatch

    def __call__(self):
        return self._by_lock() if self._database_url.startswith("postgres") else self._in_thread()

    @contextlib.asynccontextmanager
    async def _by_lock(self):
        connection = await asyncpg.connect(self._database_url)
        try:
            async with connection.transaction():
                await connection.execute("lock table user_texts in access exclusive mode")
                yield
        finally:
            await connection.close()

    @contextlib.asynccontextmanager
    async def _in_thread(self):
        """Hold the threads of searches: a lock of SQLite's is on the whole file, and no read waits for it."""
        released = threading.Event()

        def translate_later(sql, dialect):  # the thread calls it as it begins a read
            if "user_texts" in sql:
                released.wait(HELD_FOR)
            return translate(sql, dialect)

        self._monkeypatch.setattr(readers, "translate", translate_later)
        try:
            yield
        finally:
            released.set()


@pytest.fixture
def hold_searches(database_url, monkeypatch):
    return HoldSearches(database_url, monkeypatch)


def searches_waiting():
    """Return how many searches wait for their turn."""
    return metrics.registry.get_sample_value("amity_reads_waiting", {"kind": "scan"})


async def test_many_searches_of_one_user_do_not_delay_another_users_friend_list(start_server, hold_searches):
    rest = await start_server(limits={"searchesPerMinute": 0})
    everybody = [f"user{number}" for number in range(300)]
    await rest.register(*everybody)
    await rest.import_friends("user1", everybody[2:])
    await rest.token("user1"), await rest.token("user2")
    asked = {"pagination": {"pageNumber": 1, "showNumber": 1000}, "userID": "u", "nickName": "s"}
    async with hold_searches():
        searches = [asyncio.create_task(rest.post("/user/get_users", asked, user="user2")) for _ in range(30)]
        async with asyncio.timeout(30):
            while searches_waiting() < len(searches) - 1:  # noqa: ASYNC110 - one has its turn; no event says so
                await asyncio.sleep(0.01)
        body = {"userID": "user1", "pagination": {"pageNumber": 1, "showNumber": 100}}
        friends = await rest.data("/friend/get_friend_list", body, user="user1")
        assert friends["total"] == 298
        assert not any(search.done() for search in searches)
    answers = await asyncio.gather(*searches)
    assert {(answer["errCode"], answer["data"]["total"]) for answer in answers} == {(0, 300)}
