"""What takes a message's text away takes it out of the index in the same transaction."""

import asyncio
import json

import pytest

from amity.clock import SYSTEM_CLOCK
from amity.conversations import private_store
from amity.conversations.private_store import PrivateMessage
from amity.messages.searching.texts import indexing
from amity.messages.taking_back.burning import Burning
from amity.storage import open_database
from amity.timeline.retention import Retention
from tests.support.fake_clock import FakeClock
from tests.support.stored_rows import stored_rows

PAGE = {"pageNumber": 1, "showNumber": 50}
CHAT = "si_ann_bob"
EVERYBODY = {"IsSyncSelf": True, "IsSyncOther": True}


@pytest.fixture(params=["waiting", "indexed"])
async def on(request, start_server, database_url, monkeypatch):
    """A server with two messages of Ann to Bob, whose pairs of characters wait, or are indexed."""
    monkeypatch.setattr(indexing, "SECONDS", 3600 if request.param == "waiting" else 0.01)
    server = await start_server(messages={"textSearch": True})
    await server.register("ann", "bob")
    for text in ("needle one", "needle two"):
        await send(server, text)
    if request.param == "indexed" and database_url.startswith("sqlite"):
        async with asyncio.timeout(10):
            while await stored_rows(database_url, "select 1 from message_texts_waiting"):  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.01)
    return server


async def send(rest, text):
    message = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": text}}
    await rest.data("/msg/send_msg", message)


async def found(rest):
    """Return the numbers of the messages with the word, and the total."""
    answer = await rest.data("/msg/search_msg", {"keyword": "needle", "pagination": PAGE})
    return [each["chatLog"]["seq"] for each in answer["chatLogs"]], answer["chatLogsNum"]


async def indexed(database_url):
    return [row[0] for row in await stored_rows(database_url, "select text from message_texts order by message_seq")]


@pytest.mark.parametrize(
    ("path", "body", "left"),
    [
        ("/msg/revoke_msg", {"conversationID": CHAT, "seq": 1, "userID": "ann"}, [2]),
        ("/msg/delete_msgs", {"conversationID": CHAT, "seqs": [1], "userID": "ann", "deleteSyncOpt": EVERYBODY}, [2]),
        ("/msg/delete_msg_phsical_by_seq", {"conversationID": CHAT, "seqs": [2]}, [1]),
        ("/msg/delete_msg_physical", {"conversationIDs": [CHAT], "timestamp": 2**50}, []),
        ("/msg/clear_conversation_msg", {"conversationIDs": [CHAT], "userID": "ann", "deleteSyncOpt": EVERYBODY}, []),
        ("/msg/user_clear_all_msg", {"userID": "ann", "deleteSyncOpt": EVERYBODY}, []),
    ],
)
async def test_what_is_taken_back_for_everybody_is_not_found_and_its_text_is_gone(on, database_url, path, body, left):
    assert await found(on) == ([1, 2], 2)
    await on.data(path, body)
    assert await found(on) == (left, len(left))
    assert await indexed(database_url) == [("needle one", "needle two")[seq - 1] for seq in left]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/msg/delete_msgs", {"conversationID": CHAT, "seqs": [1], "userID": "ann"}),
        ("/msg/clear_conversation_msg", {"conversationIDs": [CHAT], "userID": "ann"}),
    ],
)
async def test_what_one_user_hides_from_itself_administrators_still_find(on, path, body):
    await on.data(path, body)
    assert await found(on) == ([1, 2], 2)


async def test_the_text_leaves_also_where_texts_are_no_longer_searched(on, start_server, database_url):
    await start_server.stop()
    off = await start_server()
    await off.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 1, "userID": "ann"})
    assert await indexed(database_url) == ["needle two"]


async def test_a_quote_of_what_was_revoked_is_still_found_by_its_own_text(on):
    quoted = {"clientMsgID": "x", "seq": 1, "textElem": {"content": "needle one"}}
    body = {
        "messages": [
            {
                "sendID": "bob",
                "recvID": "ann",
                "sendTime": SYSTEM_CLOCK.now_ms(),
                "contentType": 114,
                "content": json.dumps({"text": "a needle indeed", "quoteMessage": quoted}),
            }
        ]
    }
    await on.data("/msg/import_messages", body)
    await on.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 1, "userID": "ann"})
    assert await found(on) == ([2, 3], 2)


async def test_what_the_sweeper_removes_for_its_age_is_not_found(on, start_server, database_url):
    await start_server.stop()
    database = await open_database(database_url)
    later = FakeClock(SYSTEM_CLOCK.now() + 9 * 86_400)
    await Retention(database, 7, clock=later).sweep()
    await database.close()
    assert await indexed(database_url) == []


async def test_a_message_that_burns_leaves_the_index(on, start_server, database_url):
    await start_server.stop()
    database = await open_database(database_url)
    (row,) = await database.fetch("select timeline, first_seq, second_seq from timelines")
    timeline, ann, bob = row[0], row[1], row[2]
    await database.write(lambda tx: private_store.add(tx, [PrivateMessage(timeline, 1, ann, 1)]))
    await database.write(lambda tx: private_store.note_read(tx, {(bob, timeline): 2}, SYSTEM_CLOCK.now_ms()))
    await Burning(database, FakeClock(SYSTEM_CLOCK.now() + 60)).sweep()
    await database.close()
    assert await indexed(database_url) == ["needle two"]
