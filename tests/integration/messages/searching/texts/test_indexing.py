"""The index of messages' texts: it is completed, and goes on where it ended."""

import asyncio
import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amity.errors import ImError
from amity.messages.searching import store as search_store
from amity.messages.searching.store import Wanted
from amity.messages.searching.texts import indexing as indexing_module
from amity.messages.searching.texts import store as texts_store
from amity.messages.searching.texts.extracting import folded_keyword, text_of
from amity.messages.searching.texts.indexing import Indexing
from amity.storage import open_database
from amity.timeline.models import Draft, Form, once_of, place_of
from amity.timeline.restoring import Numbered, restore
from amity.timeline.service import Timelines
from amity.users.folding import fold
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.support.databases import ON_SQLITE_ALONE

ANN, BOB = 1, 2
CHAT, NOTICES = place_of(Form.CHAT, ANN, BOB), place_of(Form.NOTICES, ANN, BOB)
ANYTHING = Wanted(0, 0, 0, 2**62)
thorough = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=40)
on_postgres = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
count = itertools.count()


@pytest.fixture
async def database(database_url):
    opened = await open_database(database_url)
    yield opened
    await opened.close()


async def store(database, *texts, searched=False, place=CHAT):
    """Store messages with these texts, with or without the index of texts; return their timeline."""
    timelines = Timelines(database, text_of=text_of if searched else None)
    drafts = []
    for text in texts:
        content = json.dumps({"content": text}).encode()
        body = MsgData(contentType=101, content=content, clientMsgID=f"m{next(count)}")
        drafts.append(Draft(place, ANN, 1000, 1000, once_of(ANN, body.clientMsgID), body.SerializeToString()))
    stored = await database.write(lambda tx: timelines.append(tx, drafts), rows=5 * len(drafts))
    return stored[0].timeline


async def found(database, keyword):
    """Return the texts of the messages that are found."""
    keyword = folded_keyword(keyword)
    total, messages = await search_store.page_containing(database, ANYTHING, keyword, 0, 0, 1000)
    texts = [json.loads(MsgData.FromString(each.body).content)["content"] for each in messages]
    assert total == len(texts)
    return texts


def index(database, **fields):
    return Indexing(database, enabled=True, seconds=3600, **fields)


async def completed(indexing):
    """Wait until all messages are in the index."""
    async with asyncio.timeout(20):
        while True:
            try:
                indexing.require_ready()
            except ImError:
                await asyncio.sleep(0.005)
            else:
                return


async def test_messages_of_before_are_found_once_the_setting_is_on(database):
    await store(database, *[f"needle {number}" for number in range(7)])
    indexing = index(database, part=3)
    await indexing.start()
    await completed(indexing)
    await indexing.stop()
    assert await found(database, "NEEDLE") == [f"needle {number}" for number in range(7)]


async def test_a_database_without_messages_is_searched_at_once(database):
    indexing = index(database)
    await indexing.start()
    indexing.require_ready()
    await indexing.stop()


async def test_searches_are_refused_until_all_is_indexed(database):
    await store(database, "needle")
    indexing = index(database)
    await indexing.start()
    with pytest.raises(ImError, match="is being made") as refused:
        indexing.require_ready()
    assert refused.value.code == 1355
    await completed(indexing)
    await indexing.stop()


async def test_a_restart_goes_on_where_the_last_part_ended(database, monkeypatch):
    monkeypatch.setattr(texts_store, "_BEFORE_THE_LAST", 0)
    await store(database, "needle 1", "needle 2", "needle 3")
    first = index(database, part=1)
    await first.start()
    await first.stop()  # before its task has begun: the first part is of the start itself
    second = index(database, part=1)
    await second.start()
    await second.stop()
    rows = await database.fetch("select value from facts where name = 'message_texts_cursor'")
    assert [row[0] for row in rows] == ["2"]
    await second.fill()
    assert await found(database, "needle") == ["needle 1", "needle 2", "needle 3"]


async def test_messages_sent_while_it_was_off_are_found_when_it_is_on_again(database):
    indexing = index(database)
    await indexing.start()
    await completed(indexing)
    await indexing.stop()
    await store(database, "needle 1", searched=True)
    off = Indexing(database, enabled=False)
    await off.start()
    await off.stop()
    await store(database, "needle 2")
    again = index(database)
    await again.start()
    await completed(again)
    await again.stop()
    assert await found(database, "needle") == ["needle 1", "needle 2"]


async def test_a_later_folding_folds_all_texts_anew(database, monkeypatch):
    await store(database, "NEEDLE")
    monkeypatch.setattr(indexing_module, "text_of", lambda body: (101, "nadel"))
    first = index(database)
    await first.start()
    await completed(first)
    await first.settle()
    await first.stop()
    assert await found(database, "needle") == []
    monkeypatch.undo()
    monkeypatch.setattr(indexing_module, "_FOLDING", (1000,))
    second = index(database)
    await second.start()
    await completed(second)
    await second.stop()
    assert await found(database, "needle") == ["NEEDLE"]
    assert await found(database, "nadel") == []


async def test_a_start_on_a_complete_index_writes_nothing(database, monkeypatch):
    first = index(database)
    await first.start()
    await completed(first)
    await first.stop()
    await database.write(lambda tx: tx.fetch("update facts set value = '0' where name = 'message_texts_off_at'"))
    await first.look_again()  # Processes with the setting off may have been there at its start, and are gone.
    monkeypatch.setattr(database, "write", None)
    second = index(database)
    await second.start()
    second.require_ready()
    await second.stop()


async def test_stored_notifications_are_not_indexed(database):
    await store(database, "needle", place=NOTICES)
    await store(database, "needle", place=NOTICES, searched=True)
    indexing = index(database)
    await indexing.start()
    await completed(indexing)
    await indexing.stop()
    assert await database.fetch("select 1 from message_texts") == []


async def test_nothing_is_indexed_while_the_setting_is_off(database):
    await store(database, "needle")
    assert await database.fetch("select 1 from message_texts") == []


async def test_a_text_with_characters_that_postgresql_does_not_store_is_found_without_them(database):
    await store(database, "nee\x00dle", searched=True)
    assert await found(database, "needle") == ["nee\x00dle"]


@pytest.mark.parametrize("settles", [False, True])
async def test_a_message_is_found_before_its_pairs_are_indexed_and_after(database, settles):
    await store(database, "needle in hay", "hay", searched=True)
    if settles:
        await index(database).settle()
        if database.dialect == "sqlite":
            assert await database.fetch("select 1 from message_texts_waiting") == []
    assert await found(database, "le in") == ["needle in hay"]


async def test_messages_that_are_put_back_are_found(database):
    content = json.dumps({"content": "needle"}).encode()
    body = MsgData(contentType=101, content=content, clientMsgID="back").SerializeToString()
    message = Numbered(Draft(CHAT, ANN, 1000, 1000, once_of(ANN, "back"), body), 7, 1000)
    timelines = Timelines(database, text_of=text_of)
    await database.write(lambda tx: restore(tx, timelines, [message], 1000))
    assert await found(database, "needle") == ["needle"]


async def test_a_transaction_that_fails_leaves_nothing_in_the_index(database):
    timelines = Timelines(database, text_of=text_of)
    body = MsgData(contentType=101, content=b'{"content": "needle"}').SerializeToString()

    async def work(tx):
        await timelines.append(tx, [Draft(CHAT, ANN, 1000, 1000, once_of(ANN, "lost"), body)])
        raise RuntimeError("lost")

    with pytest.raises(RuntimeError, match="lost"):
        await database.write(work)
    assert await database.fetch("select 1 from message_texts") == []


async def keyword_finds_what_contains_it(database, texts, keyword):
    await store(database, *texts, searched=True)
    if len(fold(keyword)) < 2 or set(map(chr, range(32))) - set("\t\n\r") & set(keyword):
        with pytest.raises(ImError, match="keyword: "):
            folded_keyword(keyword)
        return
    folded = fold(keyword)
    shown = set(await found(database, keyword))
    assert all(folded in fold(text) for text in shown)
    assert shown >= {text for text in texts if folded in fold(text)}


texts = st.lists(
    st.text(max_size=12).filter(lambda text: not set(map(chr, range(32))) & set(text)), min_size=1, max_size=4
)
keywords = st.text(max_size=4) | st.text(alphabet="\"'*%_:^-+(){}\\ ANDORNEARab", min_size=1, max_size=8)


@ON_SQLITE_ALONE
@thorough
@given(texts=texts, keyword=keywords, settles=st.booleans())
async def test_any_keyword_finds_what_contains_it_or_is_refused(database, texts, keyword, settles):
    texts = [*texts, f"x{keyword}y".translate(dict.fromkeys(range(32)))]
    if settles:
        await index(database).settle()
    await keyword_finds_what_contains_it(database, texts, keyword)


@on_postgres
@settings(thorough, max_examples=20)
@given(texts=texts, keyword=keywords)
async def test_any_keyword_does_so_on_postgresql_too(database, texts, keyword):
    texts = [*texts, f"x{keyword}y".translate(dict.fromkeys(range(32)))]
    await keyword_finds_what_contains_it(database, texts, keyword)
