"""Adding the users of an older database to the search index, at the start and after it."""

import asyncio
import sqlite3

import asyncpg
import pytest

from amity.errors import ImError
from amity.storage import open_database
from amity.storage.database import Dialect
from amity.storage.migrations import migrations
from amity.users import search_index, store
from amity.users.models import User
from amity.users.search import filling as search_filling
from amity.users.search import store as search_store
from amity.users.search.filling import Filling
from tests.integration.conftest import StartServer

PAGE = {"pageNumber": 1, "showNumber": 100}
NAMES = ("Привет", "Ärztin", "張偉", "anna")
_INSERT = (
    "insert into users (user_id, nickname, face_url, ex, created_at, app_manger_level, global_recv_msg_opt)"
    " values ('{}', '{}', '', '', 0, {}, 0)"
)


async def run(database_url, dialect, statements):
    if dialect == "sqlite":
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()
    else:
        server = await asyncpg.connect(database_url)
        for statement in statements:
            await server.execute(statement)
        await server.close()


@pytest.fixture
async def old(empty_database_url):
    """Return the URL of a database that is older than the index, with users in it."""
    dialect: Dialect = "sqlite" if empty_database_url.startswith("sqlite") else "postgres"
    number = "integer" if dialect == "sqlite" else "bigint"
    made = [f"create table schema_version (version {number} not null)"]
    for migration in migrations(dialect)[:6]:
        made += [*migration.statements, f"insert into schema_version values ({migration.version})"]
    made += [_INSERT.format(f"u{n}", name, 0) for n, name in enumerate(NAMES)]
    made.append(_INSERT.format("boss", "anna", 2))
    await run(empty_database_url, dialect, made)
    return empty_database_url


@pytest.fixture
async def database(old):
    opened = await open_database(old)
    yield opened
    await opened.close()


async def found(database, nickname):
    query = search_index.containing(database, "", nickname)
    assert query is not None
    return [user.user_id for user in (await search_store.page_found(database, query, 0, 100))[1]]


async def completed(filling):
    async with asyncio.timeout(20):
        while True:
            try:
                filling.require_complete()
            except ImError:
                await asyncio.sleep(0.01)
            else:
                return


async def test_a_server_on_an_older_database_finds_all_users(old, tmp_path):
    starter = StartServer(tmp_path, old)
    rest = await starter()
    for number, asked in enumerate(("ПРИВЕТ", "äRZ", "偉", "NN")):
        answer = await rest.data("/user/get_users", {"pagination": PAGE, "nickName": asked})
        assert [user["userID"] for user in answer["users"]] == [f"u{number}"], asked
    await starter.stop()


async def test_searches_are_refused_while_the_rest_is_indexed_after_the_start(database):
    filling = Filling(database, part=1, start_seconds=0)
    await filling.start()
    with pytest.raises(ImError, match="the search index is being made") as refused:
        filling.require_complete()
    assert refused.value.code == 1355
    await completed(filling)
    await filling.stop()
    assert await found(database, "a") == ["u3"]
    assert await found(database, "привет") == ["u0"]


async def test_a_stopped_filling_continues_from_its_cursor(database):
    first = Filling(database, part=2, start_seconds=0)
    await first.start()
    await first._fill_part()
    await first.stop()
    rows = await database.fetch("select value from facts where name = 'search_cursor'")
    assert int(rows[0][0]) >= 2
    assert "u0" in await found(database, "привет")
    second = Filling(database)
    await second.start()
    second.require_complete()
    assert await found(database, "張偉") == ["u2"]
    assert await found(database, "anna") == ["u3"]


async def test_users_registered_or_changed_during_a_filling_are_found_as_they_are_now(database):
    filling = Filling(database, part=1, start_seconds=0)
    await filling.start()

    async def change(tx):
        await store.insert(tx, [User(user_id="new", nickname="Новый")])
        row = await store.lock(tx, "u3")
        assert row is not None
        number, user = row
        user.nickname = "Ольга"
        await store.update(tx, number, user)

    await database.write(change)
    await completed(filling)
    await filling.stop()
    assert await found(database, "новый") == ["new"]
    assert await found(database, "ольга") == ["u3"]
    assert await found(database, "anna") == []


async def test_a_later_folding_folds_all_users_anew_and_an_earlier_one_none(database, monkeypatch):
    await Filling(database).start()
    await database.write(
        lambda tx: tx.fetch("update user_texts set nickname = 'of an older Unicode' where user_seq = 1")
    )
    await Filling(database).start()
    assert await found(database, "привет") == []
    monkeypatch.setattr(search_filling, "_FOLDING", (0, 99, 0, 0))
    await Filling(database).start()
    assert await found(database, "привет") == []
    monkeypatch.setattr(search_filling, "_FOLDING", (1, 99, 0, 0))
    await Filling(database).start()
    assert await found(database, "привет") == ["u0"]
    assert await search_store.folding(database) == ("1 99 0 0", True)


async def test_a_start_on_a_complete_index_writes_nothing(database):
    await Filling(database).start()
    before = await database.fetch("select name, value from facts order by name")
    second = Filling(database, start_seconds=0)
    await second.start()
    second.require_complete()
    assert second._task is None
    assert [tuple(row) for row in await database.fetch("select name, value from facts order by name")] == [
        tuple(row) for row in before
    ]
