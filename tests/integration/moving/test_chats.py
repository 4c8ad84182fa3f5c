"""Messages and chats: exported, and restored with the numbers that they had."""

import pytest

from amity.moving.exporting import chats_store
from tests.integration.moving.chat_records import (
    CHATS,
    EXPORT,
    MESSAGES,
    RESTORE,
    TIME,
    chat,
    exported,
    read_and_max,
    restore,
    texts,
)


async def test_restored_messages_and_chats_are_exported_as_they_were(people):
    answer = await restore(people, messages=MESSAGES, chats=CHATS)
    assert (answer["messages"], answer["chats"]) == (4, 3)
    assert await exported(people) == (MESSAGES, CHATS)
    await restore(people, messages=MESSAGES, chats=CHATS)
    assert await exported(people) == (MESSAGES, CHATS)


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_of_any_size_have_each_record_once(people, limit):
    await restore(people, messages=MESSAGES, chats=CHATS)
    assert await exported(people, limit) == (MESSAGES, CHATS)


async def test_a_page_ends_before_its_messages_are_too_much_for_an_answer(people, monkeypatch):
    monkeypatch.setattr(chats_store, "MOST_BYTES", 100)
    await restore(people, messages=MESSAGES, chats=CHATS)
    first = await people.data(EXPORT, {"after": "messages:1000:0:0"})
    assert len(first["messages"]) == 1
    assert await exported(people) == (MESSAGES, CHATS)


async def test_a_message_is_the_same_record_in_whichever_order_its_users_registered(rest):
    await rest.register("cid", "bob", "ann")
    await restore(rest, messages=MESSAGES)
    assert (await exported(rest))[0] == MESSAGES


async def test_the_first_page_says_how_many_there_are(people):
    await restore(people, messages=MESSAGES, chats=CHATS)
    totals = (await people.data(EXPORT, {}))["totals"]
    assert (totals["messages"], totals["chats"]) == (4, 3)


async def test_clients_pull_restored_messages_within_their_bounds(people):
    await restore(people, messages=MESSAGES, chats=[CHATS[0], CHATS[1] | {"deleted": False}])
    assert await texts(people, "ann", "bob") == [(1, "one"), (2, "two"), (3, "three")]
    assert await texts(people, "bob", "ann") == [(2, "two"), (3, "three")]
    assert await read_and_max(people, "ann", "bob") == (3, 3)


async def test_a_record_of_a_chat_may_leave_its_form_out(people):
    record = {name: value for name, value in CHATS[0].items() if name != "form"}
    await restore(people, chats=[record])
    assert [each["form"] for each in (await exported(people))[1]] == [1]


async def test_new_messages_follow_on_restored_ones(talk):
    await restore(talk.rest, messages=MESSAGES, chats=CHATS)
    await talk.ann.send("bob", "four")
    _, pushed = await talk.bob.pushed()
    assert pushed.seq == 4


async def test_messages_follow_after_those_of_the_server_s_own_where_their_numbers_are_taken(talk):
    await talk.ann.send("bob", "mine")
    await restore(talk.rest, messages=[MESSAGES[0], MESSAGES[1]])
    found = await texts(talk.rest, "ann", "bob")
    assert [seq for seq, _ in found] == [1, 2, 3]
    assert sorted(text for _, text in found[1:]) == ["one", "two"]
    await restore(talk.rest, messages=[MESSAGES[0], MESSAGES[1]])
    assert await texts(talk.rest, "ann", "bob") == found


async def test_a_later_export_brings_what_is_new(people):
    await restore(people, messages=MESSAGES[:2], chats=[chat("ann", "bob", 2, hasReadSeq=2)])
    await restore(people, messages=MESSAGES, chats=[chat("ann", "bob", 3, hasReadSeq=3)])
    assert await texts(people, "ann", "bob") == [(1, "one"), (2, "two"), (3, "three")]
    assert await read_and_max(people, "ann", "bob") == (3, 3)


async def test_what_was_read_here_stays_read_and_nothing_is_read_that_is_not_there(people):
    await restore(people, messages=MESSAGES, chats=[chat("ann", "bob", 3, hasReadSeq=2)])
    await restore(people, chats=[chat("ann", "bob", 3, hasReadSeq=1)])
    assert await read_and_max(people, "ann", "bob") == (2, 3)
    await restore(people, chats=[chat("ann", "bob", 3, hasReadSeq=100)])
    assert await read_and_max(people, "ann", "bob") == (3, 3)


async def test_clients_sync_what_changed_of_their_chats_and_nothing_else(people):
    await restore(people, messages=MESSAGES, chats=CHATS)
    asked = {"userID": "ann", "idHash": 0}
    before = await people.data("/conversation/get_full_conversation_ids", asked)
    await restore(people, chats=CHATS)
    assert await people.data("/conversation/get_full_conversation_ids", asked) == before
    await restore(people, chats=[CHATS[0] | {"ex": "y"}])
    since = {"userID": "ann", "versionID": before["versionID"], "version": before["version"]}
    changed = await people.data("/conversation/get_incremental_conversations", since)
    assert [each["ex"] for each in changed["update"]] == ["y"]


async def test_a_client_that_sends_a_restored_message_again_gets_the_first_one_s_answer(talk):
    await restore(talk.rest, messages=MESSAGES)
    answer = await talk.ann.send("bob", "one", createTime=TIME + 1)
    assert answer.serverMsgID == "server-one"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"userID1": "nobody"}, 1004),
        ({"userID2": ""}, 1001),
        ({"sendID": "cid"}, 1001),
        ({"userID1": "cid"}, 1001),
        ({"seq": 0}, 1001),
        ({"sendTime": 5}, 1001),
        ({"data": "?"}, 1001),
        ({"data": "////"}, 1001),
        ({"data": ""}, 1001),
        ({"marks": {"hiddenFrom": ["cid"]}}, 1001),
        ({"marks": {"hiddenFrom": [""]}}, 1001),
        ({"marks": {"burnSeconds": -1}}, 1001),
    ],
)
async def test_a_record_that_is_no_message_is_left_out_and_named(people, fields, code):
    records = [MESSAGES[0], MESSAGES[1] | fields]
    assert (await people.post(RESTORE, {"messages": records}))["errCode"] == code
    answer = await people.data(RESTORE, {"messages": records, "partial": True})
    assert (answer["messages"], [each["errCode"] for each in answer["skipped"]]) == (1, [code])
    assert answer["skipped"][0]["list"] == "messages"
    assert await texts(people, "ann", "bob") == []
    assert len((await exported(people))[0]) == 1


@pytest.mark.parametrize(
    ("fields", "code"), [({"ownerUserID": ""}, 1001), ({"userID": "nobody"}, 1004), ({"ex": "x" * 65_537}, 1001)]
)
async def test_a_record_that_is_no_chat_is_left_out_and_named(people, fields, code):
    answer = await people.data(RESTORE, {"chats": [CHATS[0] | fields, CHATS[2]], "partial": True})
    assert (answer["chats"], [each["errCode"] for each in answer["skipped"]]) == (1, [code])
