"""What may be asked about messages over HTTP where there are none, and how it is refused."""

import time
from typing import Any

import pytest

ASKED: dict[str, dict[str, Any]] = {
    "/msg/newest_seq": {"userID": "ann"},
    "/msg/pull_msg_by_seq": {
        "userID": "ann",
        "seqRanges": [{"conversationID": "si_ann_bob", "begin": 1, "end": 3, "num": 10}],
        "order": 0,
    },
    "/msg/get_conversations_has_read_and_max_seq": {"userID": "ann", "conversationIDs": ["si_ann_bob"]},
}
ANSWERED = {
    "/msg/newest_seq": {"maxSeqs": {}, "minSeqs": {}},
    "/msg/pull_msg_by_seq": {"msgs": {}, "notificationMsgs": {}},
    "/msg/get_conversations_has_read_and_max_seq": {
        "seqs": {"si_ann_bob": {"maxSeq": 0, "hasReadSeq": 0, "maxSeqTime": 0}},
        "pinnedConversationIDs": [],
    },
}
READ: dict[str, tuple[dict[str, Any], int]] = {
    "/msg/mark_conversation_as_read": (
        {"userID": "ann", "conversationID": "si_ann_bob", "hasReadSeq": 3, "seqs": [1, 3]},
        1004,
    ),
    "/msg/mark_msgs_as_read": ({"userID": "ann", "conversationID": "si_ann_bob", "seqs": [1, 3]}, 1001),
    "/msg/set_conversation_has_read_seq": ({"userID": "ann", "conversationID": "si_ann_bob", "hasReadSeq": 3}, 1001),
}


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url  # what is asked here reads nothing that is stored


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob")
    return rest


async def test_there_are_no_messages_for_their_owner_nor_for_an_administrator(people):
    for path, expected in ANSWERED.items():
        for user in ("ann", "imAdmin"):
            assert await people.data(path, ASKED[path], user=user) == expected, path


async def test_what_was_never_there_cannot_be_read(people):
    for path, (body, code) in READ.items():
        refused = await people.post(path, body, user="ann")
        assert refused["errCode"] == code, path
        assert "si_ann_bob" in refused["errDlt"]


async def test_others_may_not_look_nor_read(people):
    for path, body in [*ASKED.items(), *((path, body) for path, (body, _) in READ.items())]:
        assert (await people.post(path, body, user="bob"))["errCode"] == 1002, path


async def test_what_is_missing_is_named(people):
    for path, body in ASKED.items():
        refused = await people.post(path, {**body, "userID": ""})
        assert (refused["errCode"], refused["errDlt"]) == (1001, "userID is empty"), path
    for path, (body, _) in READ.items():
        for field in ("userID", "conversationID"):
            refused = await people.post(path, {**body, field: ""})
            assert (refused["errCode"], refused["errDlt"]) == (1001, f"{field} is empty"), path


@pytest.mark.parametrize(
    ("path", "change", "named"),
    [
        ("/msg/mark_conversation_as_read", {"hasReadSeq": 0}, "hasReadSeq:"),
        ("/msg/mark_conversation_as_read", {"seqs": [1, 0]}, "seqs[1]:"),
        ("/msg/mark_msgs_as_read", {"seqs": []}, "seqs is empty"),
        ("/msg/mark_msgs_as_read", {"seqs": [-1]}, "seqs[0]:"),
        ("/msg/set_conversation_has_read_seq", {"hasReadSeq": -1}, "hasReadSeq:"),
    ],
)
async def test_a_number_that_no_message_has_is_refused(people, path, change, named):
    refused = await people.post(path, {**READ[path][0], **change}, user="ann")
    assert refused["errCode"] == 1001
    assert refused["errDlt"].startswith(named)


async def test_so_many_conversations_are_named_and_no_more(people):
    body = {"userID": "ann", "conversationIDs": [str(number) for number in range(10_001)]}
    refused = await people.post("/msg/get_conversations_has_read_and_max_seq", body, user="ann")
    assert refused["errCode"] == 1001
    assert refused["errDlt"].startswith("conversationIDs: 10001 entries")


async def test_an_order_that_is_none_is_refused(people):
    refused = await people.post("/msg/pull_msg_by_seq", {"userID": "ann", "order": 2}, user="ann")
    assert (refused["errCode"], refused["errDlt"].startswith("order:")) == (1001, True)


async def test_the_server_says_what_time_it_is(people):
    before = time.time()
    said = await people.data("/msg/get_server_time", {}, user="ann")
    assert int(before * 1000) <= said["serverTime"] <= time.time() * 1000
