"""Messages of one sender with the same id are told apart on the server that they are brought into, too."""

import pytest

from tests.integration.moving.chat_records import MESSAGES, RESTORE, exported, marks, message, restore

DAY = 86_400_000
BATCH = [
    message("ann", "bob", 1, "news", clientMsgID="same") | {"sentAs": "batch"},
    message("ann", "cid", 1, "news", clientMsgID="same") | {"sentAs": "batch"},
]
NOTICE = message("ann", "bob", 1, "told", clientMsgID="same") | {"form": 11, "sentAs": "notice"}
PLAIN = message("ann", "bob", 2, "told", clientMsgID="same")
CHANGED = [
    message("ann", "bob", 3, "x", clientMsgID="same") | {"sentAs": "changed"},
    message("ann", "bob", 4, "y", clientMsgID="same") | {"sentAs": "changed"},
]


async def test_messages_of_one_id_that_were_sent_in_different_ways_are_all_stored(people):
    given = [*BATCH, NOTICE, PLAIN, *CHANGED]
    for _ in range(2):
        assert (await restore(people, messages=given))["messages"] == len(given)
        assert (await exported(people))[0] == given


async def test_an_export_says_as_what_each_was_sent(talk):
    batch = {"sendID": "ann", "recvIDs": ["bob", "cid"], "contentType": 101, "sessionType": 1}
    await talk.rest.data("/msg/batch_send_msg", batch | {"content": {"content": "news"}})
    told = {"key": "k", "data": "d", "sendUserID": "ann", "recvUserID": "bob", "sendMsg": True, "reliabilityLevel": 2}
    await talk.rest.data("/msg/send_business_notification", told)
    found = [(each["form"], each["userID2"], each["sentAs"]) for each in (await exported(talk.rest))[0]]
    assert sorted(found) == [(1, "bob", "batch"), (1, "bob", "message"), (1, "cid", "batch"), (11, "bob", "notice")]


async def test_a_batch_that_was_sent_to_somebody_else_is_told_by_whom_its_sender_named(people):
    given = [
        message("ann", "bob", 1, "a", clientMsgID="same") | {"sentAs": "batch"},
        message("ann", "bob", 2, "b", clientMsgID="same") | {"sentAs": "batch", "marks": marks(askedID="cid")},
    ]
    await restore(people, messages=given)
    assert (await exported(people))[0] == given


async def test_a_record_that_does_not_say_as_what_it_was_sent_is_a_message_or_a_notice(people):
    given = [NOTICE, PLAIN]
    await restore(people, messages=[{name: each[name] for name in each if name != "sentAs"} for each in given])
    assert (await exported(people))[0] == given


@pytest.mark.parametrize(
    "other",
    [
        message("ann", "cid", 1, "one"),
        message("ann", "bob", 3, "one", sendTime=MESSAGES[0]["sendTime"] + 9),
        message("ann", "cid", 1, "one") | {"marks": marks(isRevoked=True)},
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
async def test_a_message_whose_id_is_that_of_another_one_is_left_out_and_named(people, other, at_once):
    if not at_once:
        await restore(people, messages=[MESSAGES[0]])
    given = [MESSAGES[0], MESSAGES[1], other]
    refused = await people.post(RESTORE, {"messages": given})
    assert refused["errCode"] == 1001
    answer = await people.data(RESTORE, {"messages": given, "partial": True})
    assert answer["messages"] == 2
    (skipped,) = answer["skipped"]
    assert (skipped["list"], skipped["index"], skipped["errCode"]) == ("messages", 2, 1001)
    assert skipped["errDlt"] == "messages[2].data: its clientMsgID is that of another message of sendID"
    assert (await exported(people))[0] == MESSAGES[:2]


async def test_an_id_that_was_used_again_days_later_is_that_of_two_messages(people):
    later = message("ann", "bob", 2, "one", createTime=MESSAGES[0]["sendTime"] + 3 * DAY)
    given = [MESSAGES[0], later | {"acceptTime": later["acceptTime"] + 3 * DAY}]
    for _ in range(2):
        await restore(people, messages=given)
        assert (await exported(people))[0] == given
