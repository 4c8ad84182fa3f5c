"""Where the messages of a chat begin: nobody sees there what was cleared, and it does not count as unread."""

import base64

import pytest

from amity.clock import SYSTEM_CLOCK
from amity.messages.taking_back.purging import Purging
from amity.storage import open_database
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.moving.chat_records import (
    CHAT,
    MESSAGES,
    TIME,
    chat,
    exported,
    message,
    read_and_max,
    restore,
    texts,
)
from tests.support.fake_clock import FakeClock
from tests.support.stored_rows import stored_rows

BOTH = {"IsSyncOther": True, "IsSyncSelf": True}


@pytest.fixture
def purged(start_server, database_url):
    """Stops the server, purges, and returns the numbers of the messages that are in the database."""

    async def purged():
        await start_server.stop()
        database = await open_database(database_url)
        try:
            await Purging(database, clock=FakeClock(SYSTEM_CLOCK.now())).sweep()
        finally:
            await database.close()
        return [row[0] for row in await stored_rows(database_url, "select seq from messages order by seq")]

    return purged


async def clear(rest, option=BOTH):
    asked = {"userID": "ann", "conversationIDs": [CHAT], "deleteSyncOpt": option}
    await rest.data("/msg/clear_conversation_msg", asked)


async def test_numbers_that_have_no_message_any_more_stay_without_one(people):
    given = chat("ann", "bob", 5, oldestSeq=2)
    for _ in range(2):
        await restore(people, messages=[MESSAGES[1]], chats=[given])
        assert (await exported(people))[1] == [given]
        assert await read_and_max(people, "ann", "bob") == (1, 5)


async def test_what_was_cleared_does_not_count_as_unread(people):
    both = [chat("ann", "bob", 3, oldestSeq=3), chat("bob", "ann", 3, oldestSeq=3)]
    await restore(people, messages=[MESSAGES[3]])
    await restore(people, chats=both)
    assert await read_and_max(people, "bob", "ann") == (2, 3)
    assert await texts(people, "bob", "ann") == [(3, "three")]


async def test_a_chat_that_is_all_cleared_stays_empty(people):
    await restore(people, chats=[chat("ann", "bob", 3, oldestSeq=4)])
    assert await read_and_max(people, "ann", "bob") == (3, 3)
    assert await texts(people, "ann", "bob") == []


async def test_what_is_cleared_between_two_exports_is_hidden_and_leaves_the_database(people, purged):
    await restore(people, messages=MESSAGES, chats=[chat("ann", "bob", 3)])
    await restore(people, messages=[MESSAGES[3]], chats=[chat("ann", "bob", 3, oldestSeq=3)])
    assert await texts(people, "ann", "bob") == [(3, "three")]
    assert await purged() == [1, 3]  # the first of Cid


async def test_an_earlier_export_shows_nobody_what_a_later_one_has_cleared(people, purged):
    await restore(people, messages=[MESSAGES[3]], chats=[chat("ann", "bob", 3, oldestSeq=3)])
    await restore(people, messages=MESSAGES, chats=[chat("ann", "bob", 3)])
    assert await texts(people, "ann", "bob") == [(3, "three")]
    assert await purged() == [1, 3]


async def test_what_was_sent_here_before_is_not_hidden(talk):
    for text in ("mine", "mine too"):
        await talk.ann.send("bob", text)
    await restore(talk.rest, messages=[MESSAGES[3]], chats=[chat("bob", "ann", 9, oldestSeq=3, minSeq=3, maxSeq=1)])
    assert [seq for seq, _ in await texts(talk.rest, "bob", "ann")] == [1, 2, 3]
    assert await read_and_max(talk.rest, "bob", "ann") == (0, 3)


async def test_what_was_sent_here_since_is_not_hidden(talk):
    await restore(talk.rest, messages=MESSAGES, chats=[chat("ann", "bob", 3)])
    await talk.ann.send("bob", "mine")
    later = message("ann", "bob", 4, "four")
    await restore(talk.rest, messages=[later], chats=[chat("ann", "bob", 9, oldestSeq=10, minSeq=10)])
    found = [each.clientMsgID for each in (await talk.ann.pull(CHAT, 1, 99)).Msgs]
    assert found == ["ann-mine", "ann-four"]


async def test_what_an_owner_has_cleared_here_stays_so(people):
    await restore(people, messages=MESSAGES, chats=[chat("ann", "bob", 3)])
    await clear(people, None)
    await restore(people, messages=MESSAGES, chats=[chat("ann", "bob", 3)])
    assert await texts(people, "ann", "bob") == []


async def test_messages_of_another_server_follow_on_a_chat_that_was_cleared_here(talk):
    for text in ("m1", "m2", "m3", "m4"):
        await talk.ann.send("bob", text, createTime=TIME - 9_999_999_999)
    await clear(talk.rest)
    await restore(talk.rest, messages=[MESSAGES[0]])
    assert await texts(talk.rest, "bob", "ann") == [(5, "one")]


async def test_an_export_has_no_text_of_what_is_cleared_and_still_in_the_database(talk, monkeypatch):
    async def stopped_before(*_):
        pass

    monkeypatch.setattr(Purging, "purge", stopped_before)
    await talk.ann.send("bob", "gone")
    await clear(talk.rest)
    await talk.ann.send("bob", "there")
    first, second = (await exported(talk.rest))[0]
    assert b"gone" not in MsgData.FromString(base64.b64decode(first["data"])).content
    assert b"there" in MsgData.FromString(base64.b64decode(second["data"])).content
    assert (first["marks"]["isHidden"], second["marks"]) == (True, None)


async def test_stored_notifications_go_on_with_their_numbers_where_all_are_deleted(talk):
    ends = chat("ann", "bob", 7, oldestSeq=8, form=11)
    for _ in range(2):
        await restore(talk.rest, chats=[ends])
        assert (await exported(talk.rest))[1] == [ends]
    assert await talk.bob.max_seqs() == {"n_ann_bob": 7}
    told = {"key": "k", "data": "d", "sendUserID": "ann", "recvUserID": "bob", "reliabilityLevel": 2}
    await talk.rest.data("/msg/send_business_notification", told)
    assert [each.seq for each in await talk.bob.pull_notices("n_ann_bob", 1, 99)] == [8]
