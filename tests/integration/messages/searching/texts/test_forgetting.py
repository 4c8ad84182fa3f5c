"""On SQLite nothing of a removed message stays in the index of texts."""

from functools import partial

import pytest

from amity.storage import open_database
from amity.timeline import taking_back, texts
from tests.integration.messages.searching.texts.test_indexing import found, index, store
from tests.support.databases import ON_SQLITE_ALONE


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def has(database, characters):
    """Return whether the tables of FTS5 have a pair of characters."""
    # A term that follows another is stored without what both begin with.
    end = characters.encode()[1:]
    rows = await database.fetch("select block from message_texts_pairs_data")
    return any(end in bytes(row[0]) for row in rows)


async def store_many(database):
    """Store messages in several segments of FTS5, each of many pages; return their timeline."""
    timeline = 0
    for part in range(3):
        hay = [
            "".join(chr(0x4E00 + (number * 37 + part * 91 + place * 13) % 20_000) for place in range(100))
            for number in range(300)
        ]
        timeline = await store(database, "龘靐 in" if part == 0 else "other", *hay, searched=True)
        await index(database)._index_waiting()
    return timeline


async def begin_to_forget(database):
    """Do what a server has done that is stopped after the first part."""
    await database.write(partial(texts.forget_part, is_first=True), rows=300)


@ON_SQLITE_ALONE
async def test_of_a_removed_message_nothing_stays_in_the_tables_of_fts5(database):
    timeline = await store(database, "龘靐 in a text", *[f"hay {number}" for number in range(300)], searched=True)
    indexing = index(database)
    await indexing.settle()
    assert await has(database, "龘靐")
    await database.write(lambda tx: taking_back.replace(tx, timeline, 1, b""))
    assert await found(database, "龘靐") == []
    await indexing.forget()
    assert not await has(database, "龘靐")
    assert await found(database, "hay 29") == ["hay 29", *[f"hay {number}" for number in range(290, 300)]]


@ON_SQLITE_ALONE
async def test_forgetting_is_not_done_again_until_something_is_removed(database, monkeypatch):
    timeline = await store(database, "needle", "hay", searched=True)
    indexing = index(database)
    await indexing.settle()
    await database.write(lambda tx: taking_back.replace(tx, timeline, 1, b""))
    await indexing.forget()
    monkeypatch.setattr(database, "write", None)
    await indexing.forget()


@ON_SQLITE_ALONE
async def test_forgetting_goes_on_after_a_restart(database):
    timeline = await store_many(database)
    await database.write(lambda tx: taking_back.replace(tx, timeline, 1, b""))
    await begin_to_forget(database)
    assert await has(database, "龘靐")
    restarted = index(database)
    await restarted.settle()
    await restarted.forget()
    assert not await has(database, "龘靐")
    assert not await texts.has_removed(database)


@ON_SQLITE_ALONE
async def test_what_is_removed_while_the_index_forgets_is_forgotten_next(database):
    timeline = await store_many(database)
    await database.write(lambda tx: taking_back.replace(tx, timeline, 2, b""))
    await begin_to_forget(database)
    await database.write(lambda tx: taking_back.replace(tx, timeline, 1, b""))
    while await database.write(partial(texts.forget_part, is_first=False), rows=300):
        pass
    assert await texts.has_removed(database)
    await index(database).forget()
    assert not await has(database, "龘靐")
