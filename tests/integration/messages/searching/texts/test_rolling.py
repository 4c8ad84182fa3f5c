"""The setting is switched on or off while several processes share a database: nothing that they store is left out."""

import pytest

from amity.messages.searching.texts import store as texts_store
from amity.messages.searching.texts.indexing import Indexing
from amity.storage import open_database
from tests.integration.messages.searching.texts.test_indexing import completed, found, index, on_postgres, store


@pytest.fixture
async def database(database_url, monkeypatch):
    monkeypatch.setattr(texts_store, "_BEFORE_THE_LAST", 0)
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def started_and_completed(database):
    """Do what the start of a process with the setting on does."""
    indexing = index(database)
    await indexing.start()
    await completed(indexing)
    await indexing.stop()
    return indexing


async def say_that_it_is_off(database):
    await Indexing(database, enabled=False).look_again()


async def all_that_are_off_have_ended(database):
    await database.write(lambda tx: tx.fetch("update facts set value = '0' where name = 'message_texts_off_at'"))


async def looked_at_from(database):
    """Return after which message the next start looks again, or ``None`` if it does not."""
    off = await texts_store.was_off(database, is_shared=True)
    return off and off.after


@on_postgres
async def test_what_was_stored_with_the_setting_off_is_found_after_the_restart(database):
    await store(database, "needle 1")
    await started_and_completed(database)
    await store(database, "needle 2")
    await started_and_completed(database)
    assert await found(database, "needle") == ["needle 1", "needle 2"]


@on_postgres
async def test_of_several_processes_that_are_restarted_one_after_the_other(database):
    await started_and_completed(database)
    for number in range(3):
        await say_that_it_is_off(database)
        await store(database, f"needle off {number}")
        await store(database, f"needle on {number}", searched=True)
        await started_and_completed(database)
    assert len(await found(database, "needle")) == 6


@on_postgres
async def test_what_a_process_stored_that_never_came_back_is_found_without_a_restart(database):
    indexing = await started_and_completed(database)
    await store(database, "needle")
    await indexing.look_again()
    assert await found(database, "needle") == []
    await all_that_are_off_have_ended(database)
    await indexing.look_again()
    indexing.require_ready()
    assert await found(database, "needle") == ["needle"]


async def test_a_start_looks_at_nothing_again_once_all_have_it_on(database):
    indexing = await started_and_completed(database)
    await all_that_are_off_have_ended(database)
    await indexing.look_again()
    assert await looked_at_from(database) is None


@on_postgres
async def test_a_start_looks_again_at_what_came_since_the_last_one_alone(database):
    await started_and_completed(database)
    await store(database, "needle 1", "needle 2")
    await started_and_completed(database)
    assert await looked_at_from(database) == 2


async def test_where_texts_were_never_indexed_nothing_is_noted(database):
    await say_that_it_is_off(database)
    assert await looked_at_from(database) is None
