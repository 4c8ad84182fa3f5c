"""Messages and chats: exported, and restored with the numbers that they had."""

import base64

import pytest

from amity.moving.exporting import chats_store
from amity.wire.proto.sdkws_pb2 import MsgData

RESTORE = "/relation/restore"
EXPORT = "/relation/export"
CHAT = "si_ann_bob"
TIME = 1_700_000_000_000


def message(sender, receiver, seq, text, **fields):
    """Return the record of a message."""
    first, second = sorted((sender, receiver))
    made = {
        "sendID": sender,
        "recvID": receiver,
        "clientMsgID": f"{sender}-{text}",
        "serverMsgID": f"server-{text}",
        "sessionType": 1,
        "msgFrom": 100,
        "contentType": 101,
        "content": b'{"content":"%s"}' % text.encode(),
        "sendTime": TIME + seq,
        "createTime": TIME + seq,
        "status": 2,
    } | fields
    return {
        "kind": "message",
        "form": 1,
        "userID1": first,
        "userID2": second,
        "seq": seq,
        "sendID": sender,
        "sendTime": made["sendTime"],
        "acceptTime": TIME // 43_200_000 * 43_200_000,
        "data": base64.b64encode(MsgData(**made).SerializeToString()).decode(),
        "marks": None,
    }


def marks(**fields):
    """Return what became of a message."""
    return {
        "hiddenFrom": [],
        "isHidden": False,
        "isRevoked": False,
        "burnSeconds": 0,
        "burnAt": 0,
        "askedID": "",
    } | fields


def chat(owner, other, newest, **fields):
    """Return the record of a chat."""
    return {
        "kind": "chat",
        "form": 1,
        "ownerUserID": owner,
        "userID": other,
        "deleted": False,
        "recvMsgOpt": 0,
        "isPinned": False,
        "isPrivateChat": False,
        "burnDuration": 0,
        "groupAtType": 0,
        "isMsgDestruct": False,
        "msgDestructTime": 0,
        "latestMsgDestructTime": 0,
        "attachedInfo": "",
        "ex": "",
        "minSeq": 0,
        "maxSeq": 0,
        "hasReadSeq": 0,
        "oldestSeq": 1,
        "newestSeq": newest,
        "newestTime": TIME + newest,
    } | fields


MESSAGES = [
    message("ann", "bob", 1, "one"),
    message("bob", "ann", 2, "two", createTime=TIME - 999_999_999),
    message("cid", "cid", 1, "note"),
    message("ann", "bob", 3, "three"),
]
MARKED = [
    MESSAGES[0] | {"marks": marks(hiddenFrom=["ann", "bob"], isRevoked=True)},
    MESSAGES[1] | {"marks": marks(burnSeconds=60, burnAt=TIME * 2, askedID="cid")},
    MESSAGES[2] | {"marks": marks(hiddenFrom=["cid"])},
    MESSAGES[3] | {"marks": marks(isHidden=True)},
    message("bob", "ann", 4, "four") | {"marks": marks(burnSeconds=30)},
]
CHATS = [
    chat("ann", "bob", 3, hasReadSeq=3, isPinned=True, attachedInfo="a", ex="x", burnDuration=30, isPrivateChat=True),
    chat("bob", "ann", 3, hasReadSeq=2, recvMsgOpt=2, minSeq=2, maxSeq=3, groupAtType=1, deleted=True),
    chat("cid", "cid", 1, hasReadSeq=1, isMsgDestruct=True, msgDestructTime=60, latestMsgDestructTime=TIME),
]


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob", "cid")
    return rest


async def restore(rest, **lists):
    answer = await rest.data(RESTORE, lists)
    assert answer["skipped"] == []
    return answer


async def exported(rest, limit=1000):
    """Return all messages and chats of a server."""
    messages, chats = [], []
    after = ""
    while True:
        page = await rest.data(EXPORT, {"after": after, "limit": limit})
        messages += page["messages"]
        chats += page["chats"]
        if not (after := page["next"]):
            return messages, chats


async def texts(rest, user, other):
    """Return the numbers and the texts of a chat, as a user pulls them."""
    conversation = "si_" + "_".join(sorted((user, other)))
    asked = {"userID": user, "seqRanges": [{"conversationID": conversation, "begin": 1, "end": 100, "num": 100}]}
    answer = await rest.data("/msg/pull_msg_by_seq", asked)
    found = answer["msgs"].get(conversation, {"Msgs": []})["Msgs"]
    return [(each["seq"], each["serverMsgID"].removeprefix("server-")) for each in found]


async def read_and_max(rest, user, other):
    conversation = "si_" + "_".join(sorted((user, other)))
    asked = {"userID": user, "conversationIDs": [conversation]}
    seqs = (await rest.data("/msg/get_conversations_has_read_and_max_seq", asked))["seqs"][conversation]
    return seqs["hasReadSeq"], seqs["maxSeq"]


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


async def test_what_became_of_messages_is_exported_as_it_was_restored(people):
    for _ in range(2):
        await restore(people, messages=MARKED)
        assert (await exported(people))[0] == MARKED
    assert (await exported(people, limit=1))[0] == MARKED


async def test_what_became_of_messages_that_are_there_already_is_noted_and_what_was_noted_stays(people):
    await restore(people, messages=MESSAGES)
    await restore(people, messages=MARKED)
    await restore(people, messages=MESSAGES)
    assert (await exported(people))[0] == MARKED


async def test_what_became_of_a_message_follows_it_to_another_number(talk):
    for text in ("mine", "mine too"):
        await talk.ann.send("bob", text)
    hidden = MESSAGES[1] | {"marks": marks(hiddenFrom=["bob"])}
    for _ in range(2):
        await restore(talk.rest, messages=[MESSAGES[0], hidden])
        shown = [(each.seq, each.status, each.clientMsgID) for each in (await talk.bob.pull(CHAT, 1, 9)).Msgs]
        assert shown[:2] == [(1, 2, "ann-mine"), (2, 2, "ann-mine too")]
        assert sorted(each[1:] for each in shown[2:]) == [(2, "ann-one"), (4, "bob-two")]
    assert [each.status for each in (await talk.ann.pull(CHAT, 1, 9)).Msgs] == [2] * 4


async def test_an_id_of_a_message_of_another_chat_marks_nothing_there(people):
    await restore(people, messages=[MESSAGES[0]])
    other = message("ann", "cid", 1, "one") | {"marks": marks(isRevoked=True)}
    await restore(people, messages=[other])
    assert (await exported(people))[0] == [MESSAGES[0]]


async def test_a_time_that_runs_is_not_stopped_by_a_record_of_before(people):
    unread, read = ({"marks": marks(burnSeconds=60, burnAt=at)} for at in (0, TIME * 2))
    for each in (unread, read, unread):
        await restore(people, messages=[MESSAGES[0] | each])
    assert (await exported(people))[0] == [MESSAGES[0] | read]


async def test_the_time_of_a_message_that_its_chat_says_is_read_runs(people):
    private = MESSAGES[0] | {"marks": marks(burnSeconds=60)}
    await restore(people, messages=[private], chats=[chat("ann", "bob", 3, hasReadSeq=3)])
    assert (await exported(people))[0] == [private]
    await restore(people, chats=[chat("bob", "ann", 3, hasReadSeq=1)])
    (found,) = (await exported(people))[0]
    assert found["marks"]["burnAt"] > TIME


async def test_an_unknown_user_whom_a_sender_named_is_left_out(people):
    await restore(people, messages=[MESSAGES[0] | {"marks": marks(askedID="ghost", isRevoked=True)}])
    assert (await exported(people))[0] == [MESSAGES[0] | {"marks": marks(isRevoked=True)}]


async def test_a_record_of_a_chat_may_leave_its_form_out(people):
    record = {name: value for name, value in CHATS[0].items() if name != "form"}
    await restore(people, chats=[record])
    assert [each["form"] for each in (await exported(people))[1]] == [1]


async def test_new_messages_follow_on_restored_ones(talk):
    await restore(talk.rest, messages=MESSAGES, chats=CHATS)
    await talk.ann.send("bob", "four")
    _, pushed = await talk.bob.pushed()
    assert pushed.seq == 4


async def test_numbers_that_have_no_message_any_more_stay_without_one(people):
    await restore(people, messages=[MESSAGES[1]], chats=[chat("ann", "bob", 5, oldestSeq=2)])
    await restore(people, messages=[MESSAGES[1]], chats=[chat("ann", "bob", 5, oldestSeq=2)])
    _, (found,) = await exported(people)
    assert (found["oldestSeq"], found["newestSeq"]) == (1, 5)


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
