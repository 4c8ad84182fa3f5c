"""Messages and conversations of groups: exported, and restored with the numbers that they had."""

import base64
import json

import pytest

from tests.integration.moving.chat_records import (
    TIME,
    chat,
    exported,
    group_chat,
    group_message,
    marks,
    message,
    restore,
)
from tests.integration.moving.conftest import EXPORT, RESTORE
from tests.integration.moving.group_records import group, member
from tests.support.databases import ON_SQLITE_ALONE
from tests.support.stored_rows import stored_rows

CONVERSATION = "sg_g"
GROUP = {"groups": [group("g", "ann")], "groupMembers": [member("g", "ann", 100), member("g", "bob")]}
MESSAGES = [
    group_message("ann", "g", 1, "one"),
    group_message("bob", "g", 2, "two"),
    group_message("cid", "g", 3, "three"),
]
CHATS = [
    group_chat("ann", "g", 3, hasReadSeq=3, isPinned=True, ex="x"),
    group_chat("bob", "g", 3, hasReadSeq=1, minSeq=2, cameSeq=1, recvMsgOpt=2, groupAtType=3),
    group_chat("cid", "g", 3, hasReadSeq=2, maxSeq=2),
]


@pytest.fixture
async def filled(people):
    await restore(people, **GROUP, messages=MESSAGES, chats=CHATS)
    return people


async def pulled(rest, user, conversation=CONVERSATION):
    """Return the numbers of a group's messages that a user is shown."""
    asked = {"userID": user, "seqRanges": [{"conversationID": conversation, "begin": 1, "end": 100, "num": 100}]}
    answer = await rest.data("/msg/pull_msg_by_seq", asked)
    found = answer["msgs"].get(conversation, {"Msgs": []})["Msgs"]
    return [each["seq"] for each in found if each["status"] != 4]


async def test_messages_and_conversations_of_groups_are_exported_as_they_were(filled):
    assert await exported(filled) == (MESSAGES, CHATS)
    await restore(filled, **GROUP, messages=MESSAGES, chats=CHATS)
    assert await exported(filled) == (MESSAGES, CHATS)


@pytest.mark.parametrize("limit", [1, 2])
async def test_pages_of_any_size_have_each_record_once(filled, limit):
    await restore(filled, messages=[message("ann", "bob", 1, "private")], chats=[chat("ann", "bob", 1)])
    messages, chats = await exported(filled, limit)
    assert (len(messages), sorted(each["ownerUserID"] for each in chats)) == (4, ["ann", "ann", "bob", "cid"])


async def test_the_first_page_counts_them(filled):
    totals = (await filled.data(EXPORT, {}))["totals"]
    assert (totals["messages"], totals["chats"]) == (3, 3)


async def test_members_see_what_their_records_say_and_former_members_up_to_their_end(filled):
    assert [await pulled(filled, user) for user in ("ann", "bob", "cid")] == [[1, 2, 3], [2, 3], [1, 2]]


async def test_members_may_come_before_their_conversations_and_a_later_export_brings_what_is_new(people):
    await restore(people, **GROUP)
    await restore(people, messages=MESSAGES[:2])
    await restore(people, chats=[group_chat("ann", "g", 2), group_chat("bob", "g", 2, minSeq=2)])
    await restore(people, groupMembers=[member("g", "cid")])
    await restore(people, messages=MESSAGES)
    chats = [CHATS[0], CHATS[1], group_chat("cid", "g", 3, hasReadSeq=1)]
    for _ in range(2):
        await restore(people, chats=chats)
        assert await exported(people) == (MESSAGES, chats)
    assert [await pulled(people, user) for user in ("ann", "bob", "cid")] == [[1, 2, 3], [2, 3], [1, 2, 3]]


async def test_a_new_member_of_a_group_without_history_sees_from_where_its_record_says(people):
    quiet = [group("g", "ann", historyForNewMembers=0)]
    await restore(people, groups=quiet, messages=MESSAGES[:2])
    await restore(people, groupMembers=[member("g", "bob")])
    assert await pulled(people, "bob") == []
    await restore(people, messages=MESSAGES, chats=[group_chat("bob", "g", 3, minSeq=2)])
    assert await pulled(people, "bob") == [2, 3]


async def test_what_a_member_has_cleared_stays_so(filled):
    cleared = {"userID": "bob", "conversationIDs": [CONVERSATION]}
    await filled.data("/msg/clear_conversation_msg", cleared, user="bob")
    await restore(filled, messages=MESSAGES, chats=CHATS)
    assert await pulled(filled, "bob") == []


async def test_what_became_of_messages_of_a_group_is_exported_as_it_was_restored(people):
    records = [
        MESSAGES[0] | {"marks": marks(hiddenFrom=["ann", "cid"])},
        MESSAGES[1] | {"marks": marks(isRevoked=True)},
        MESSAGES[2] | {"marks": marks(isHidden=True, hiddenFrom=["bob"])},
    ]
    await restore(people, **GROUP, messages=records, chats=CHATS)
    assert (await exported(people))[0] == records
    assert await pulled(people, "ann") == [2]
    await restore(people, messages=records)
    assert (await exported(people))[0] == records


async def test_who_is_no_member_and_was_none_gets_no_conversation(people, database_url):
    refused = await people.post(RESTORE, GROUP | {"messages": MESSAGES, "chats": [group_chat("cid", "g", 3)]})
    assert (refused["errCode"], refused["errDlt"].startswith("chats[0].ownerUserID: is no member")) == (1203, True)
    asked = GROUP | {"messages": MESSAGES, "chats": [CHATS[0], group_chat("cid", "g", 3)], "partial": True}
    answer = await people.data(RESTORE, asked)
    assert (answer["chats"], [(each["list"], each["index"]) for each in answer["skipped"]]) == (1, [("chats", 1)])
    assert await pulled(people, "cid") == []
    rows = await stored_rows(database_url, "select count(*) from conversations where peer_seq = 0")
    assert rows[0][0] == 2


async def test_who_is_a_member_here_has_no_end(filled):
    await restore(filled, groupMembers=[member("g", "cid")], chats=[CHATS[2]])
    assert await pulled(filled, "cid") == [1, 2, 3]


async def test_a_group_that_is_dismissed_stays_readable_up_to_its_end(filled):
    await restore(filled, groups=[group("g", "", status=2)])
    assert await pulled(filled, "ann") == [1, 2, 3]
    _, chats = await exported(filled)
    assert {each["ownerUserID"]: each["maxSeq"] for each in chats} == {"ann": 3, "bob": 3, "cid": 2}


async def test_the_ends_of_a_group_s_stored_notifications_are_exported_once(people):
    told = group_message("ann", "g", 7, "told") | {"form": 13, "sentAs": "notice"}
    ends = group_chat("", "g", 9, form=13, oldestSeq=2, newestTime=TIME)
    await restore(people, **GROUP, messages=[told], chats=[ends])
    messages, chats = await exported(people)
    assert messages == [told]
    assert [each for each in chats if each["form"] == 13] == [ends | {"newestTime": told["sendTime"]}]


async def test_a_quote_of_a_revoked_message_is_masked(people):
    quoted = {"text": "see", "quoteMessage": {"seq": 1, "clientMsgID": "ann-one", "contentType": 101, "content": "one"}}
    quote = group_message("bob", "g", 2, "quote", contentType=114, content=json.dumps(quoted).encode())
    await restore(people, **GROUP, messages=[MESSAGES[0] | {"marks": marks(isRevoked=True)}, quote])
    asked = {"userID": "ann", "seqRanges": [{"conversationID": CONVERSATION, "begin": 2, "end": 2, "num": 1}]}
    (found,) = (await people.data("/msg/pull_msg_by_seq", asked))["msgs"][CONVERSATION]["Msgs"]
    assert json.loads(base64.b64decode(found["content"]))["quoteMessage"]["content"] == "{}"


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("lists", "code", "detail"),
    [
        ({"messages": [group_message("ann", "no", 1, "a")]}, 1004, "messages[0].groupID: group not found: no"),
        ({"messages": [group_message("ann", "", 1, "a")]}, 1001, "messages[0].groupID is empty"),
        ({"messages": [group_message("who", "g", 1, "a")]}, 1004, "messages[0].sendID: user not found: who"),
        ({"messages": [MESSAGES[0] | {"groupID": "h"}]}, 1001, "messages[0].data: is not a message of groupID"),
        ({"messages": [MESSAGES[0] | {"userID1": "ann"}]}, 1001, "messages[0]: of a group, which is named by groupID"),
        ({"messages": [message("ann", "bob", 1, "a") | {"groupID": "g"}]}, 1001, "form 1 is of users"),
        ({"chats": [group_chat("ann", "no", 1)]}, 1004, "chats[0].groupID: group not found: no"),
        ({"chats": [group_chat("", "g", 1)]}, 1001, "chats[0].ownerUserID is empty"),
        ({"chats": [group_chat("ann", "g", 1, userID="bob")]}, 1001, "chats[0]: of a group, which is named by groupID"),
        ({"chats": [group_chat("ann", "g", 1)] * 2}, 1001, "chats[1]: repeated: ann g 3"),
    ],
)
async def test_what_is_none_refuses_all_and_is_named(people, lists, code, detail):
    await restore(people, groups=[group("g", "ann"), group("h", "ann")])
    refused = await people.post(RESTORE, lists)
    assert (refused["errCode"], detail in refused["errDlt"]) == (code, True), refused
