"""Bringing in the messages of another system."""

import base64
import json

import pytest

IMPORT = "/msg/import_messages"
DAY = 86_400_000
LONG_AGO = 1_500_000_000_000


def message(sender, receiver, text, **fields):
    return {
        "sendID": sender,
        "recvID": receiver,
        "sendTime": LONG_AGO,
        "contentType": 101,
        "content": {"content": text},
    } | fields


async def bring(rest, *messages):
    return await rest.data(IMPORT, {"messages": list(messages)})


@pytest.fixture
async def people(rest):
    await rest.register("ann", "bob", "cid")
    return rest


async def pulled(rest, user, other):
    """Return what a user pulls of the chat with another."""
    conversation = "si_" + "_".join(sorted((user, other)))
    asked = {"userID": user, "seqRanges": [{"conversationID": conversation, "begin": 1, "end": 1000, "num": 1000}]}
    answer = await rest.data("/msg/pull_msg_by_seq", asked)
    return answer["msgs"].get(conversation, {"Msgs": []})["Msgs"]


async def read_and_max(rest, user, other):
    conversation = "si_" + "_".join(sorted((user, other)))
    asked = {"userID": user, "conversationIDs": [conversation]}
    seqs = (await rest.data("/msg/get_conversations_has_read_and_max_seq", asked))["seqs"][conversation]
    return seqs["hasReadSeq"], seqs["maxSeq"]


async def test_brought_messages_are_numbered_in_their_order_and_pulled_by_both(people):
    answer = await bring(
        people,
        message("ann", "bob", "one", clientMsgID="a1"),
        message("bob", "ann", "two", sendTime=LONG_AGO + 1),
        message("cid", "ann", "other"),
        message("ann", "bob", "three", sendTime=LONG_AGO + 2),
    )
    assert answer == {"imported": 4, "existing": 0, "skipped": []}
    for user, other in (("ann", "bob"), ("bob", "ann")):
        found = await pulled(people, user, other)
        assert [(each["seq"], each["sendID"], each["sendTime"]) for each in found] == [
            (1, "ann", LONG_AGO),
            (2, "bob", LONG_AGO + 1),
            (3, "ann", LONG_AGO + 2),
        ]
        assert (found[0]["clientMsgID"], found[0]["senderNickname"], found[0]["status"]) == ("a1", "ann", 2)


async def test_a_content_is_stored_as_it_came_as_an_object_or_as_its_text(people):
    text = '{"content":"two","more":[1.50,"\\u00e9"]}'
    body = '{"messages":[' + ",".join(
        json.dumps(message("ann", "bob", "x", sendTime=LONG_AGO + at)).replace('{"content": "x"}', content)
        for at, content in enumerate((text, json.dumps(text)))
    )
    assert (await people.data(IMPORT, (body + "]}").encode()))["imported"] == 2
    assert [base64.b64decode(each["content"]).decode() for each in await pulled(people, "ann", "bob")] == [text, text]


async def test_a_message_is_brought_in_once_whenever_it_comes_again(people):
    first = message("ann", "bob", "one", clientMsgID="a1")
    bare = message("ann", "bob", "two")
    assert (await bring(people, first, bare, first))["existing"] == 1
    assert await bring(people, bare, first) == {"imported": 0, "existing": 2, "skipped": []}
    assert len(await pulled(people, "ann", "bob")) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"sendTime": LONG_AGO + 1},
        {"content": {"content": "Two"}},
        {"contentType": 110},
        {"sendID": "bob", "recvID": "ann"},
        {"recvID": "cid"},
    ],
)
async def test_without_an_id_what_differs_is_another_message(people, other):
    bare = message("ann", "bob", "two")
    assert (await bring(people, bare, bare | other))["imported"] == 2


async def test_a_client_that_sends_again_what_was_brought_in_gets_the_first_one_s_answer(talk):
    brought = message("ann", "bob", "hello", clientMsgID="ann-hello", createTime=1_700_000_000_000)
    await bring(talk.rest, brought)
    answer = await talk.ann.send("bob", "hello", createTime=1_700_000_000_000)
    assert answer.sendTime == LONG_AGO
    assert len(await pulled(talk.rest, "ann", "bob")) == 1


async def test_what_a_client_has_sent_is_not_brought_in_again(talk):
    sent = await talk.ann.send("bob", "hello", createTime=1_700_000_000_000)
    brought = message("ann", "bob", "hello", clientMsgID="ann-hello", createTime=1_700_000_000_000)
    assert (await bring(talk.rest, brought))["existing"] == 1
    assert [each["sendTime"] for each in await pulled(talk.rest, "ann", "bob")] == [sent.sendTime]


async def test_history_is_read_unless_a_message_says_otherwise(people):
    await bring(people, message("ann", "bob", "one"), message("ann", "bob", "two", isRead=False))
    assert await read_and_max(people, "ann", "bob") == (2, 2)
    assert await read_and_max(people, "bob", "ann") == (1, 2)
    await bring(people, message("ann", "bob", "three", isRead=False), message("ann", "cid", "four", isRead=False))
    assert await read_and_max(people, "bob", "ann") == (1, 3)
    assert await read_and_max(people, "cid", "ann") == (0, 1)


async def test_who_has_written_has_read_what_came_before(people):
    await bring(people, message("ann", "bob", "one", isRead=False), message("bob", "ann", "two", isRead=False))
    assert await read_and_max(people, "bob", "ann") == (2, 2)
    assert await read_and_max(people, "ann", "bob") == (1, 2)


async def test_a_read_mark_never_goes_back(people):
    await bring(people, message("ann", "bob", "one"))
    await bring(people, message("ann", "bob", "one"), message("ann", "bob", "two", isRead=False))
    assert await read_and_max(people, "bob", "ann") == (1, 2)


async def test_new_messages_follow_on_those_that_were_brought_in_without_a_push_of_these(talk):
    await bring(talk.rest, message("ann", "bob", "old"))
    await talk.ann.send("bob", "new")
    conversation, pushed = await talk.bob.pushed()
    assert (conversation, pushed.seq) == ("si_ann_bob", 2)
    assert (await talk.bob.max_seqs())["si_ann_bob"] == 2


async def test_the_conversations_are_in_both_lists(people):
    await bring(people, message("ann", "bob", "one"))
    for user in ("ann", "bob"):
        page = {"userID": user, "pagination": {"pageNumber": 1, "showNumber": 10}}
        answer = await people.data("/conversation/get_owner_conversation", page)
        assert [each["conversationID"] for each in answer["conversations"]] == ["si_ann_bob"]


async def test_a_chat_with_oneself_is_brought_in(people):
    await bring(people, message("ann", "ann", "note", isRead=False))
    assert await read_and_max(people, "ann", "ann") == (1, 1)


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({"sendID": ""}, 1001, "sendID"),
        ({"sendID": "nobody"}, 1004, "sendID"),
        ({"recvID": "nobody"}, 1004, "recvID"),
        ({"sendTime": 0}, 1001, "sendTime"),
        ({"sendTime": 9_000_000_000_000}, 1001, "sendTime"),
        ({"createTime": 9_000_000_000_000}, 1001, "createTime"),
        ({"contentType": 113}, 1001, "contentType"),
        ({"contentType": 1501}, 1001, "contentType"),
        ({"contentType": 0}, 1001, "contentType"),
        ({"content": "hello"}, 1001, "content"),
        ({"content": [1]}, 1001, "content"),
        ({"content": {"content": "x" * 49_152}}, 1001, "content"),
        ({"clientMsgID": "x" * 257}, 1001, "clientMsgID"),
        ({"senderNickname": "x" * 1025}, 1001, "senderNickname"),
        ({"senderFaceURL": "x" * 8193}, 1001, "senderFaceURL"),
        ({"ex": "x" * 65_537}, 1001, "ex"),
        ({"attachedInfo": "x" * 65_537}, 1001, "attachedInfo"),
        ({"ex": "\u4e2d" * 65_536, "attachedInfo": "\u4e2d" * 4096}, 1001, "content, ex and attachedInfo"),
    ],
)
async def test_a_message_that_is_not_valid_is_left_out_and_named(people, fields, code, named):
    answer = await bring(people, message("ann", "bob", "one"), message("ann", "bob", "bad") | fields)
    assert answer["imported"] == 1
    (left_out,) = answer["skipped"]
    assert (left_out["index"], left_out["errCode"]) == (1, code)
    assert left_out["errDlt"].startswith(named)
    assert len(await pulled(people, "ann", "bob")) == 1


@pytest.mark.parametrize("broken", [b"\xed\xa0\x80", b"\xff"])
async def test_a_content_that_is_not_unicode_is_left_out_and_named(people, broken):
    bodies = [json.dumps(message("ann", "bob", text)) for text in ("one", "bad")]
    bad = bodies[1].replace('{"content": "bad"}', '"@"').encode().replace(b"@", broken)
    answer = await people.data(IMPORT, b'{"messages":[' + bodies[0].encode() + b"," + bad + b"]}")
    assert answer["imported"] == 1
    assert [(each["index"], each["errCode"], each["errDlt"]) for each in answer["skipped"]] == [
        (1, 1001, "content: is not valid Unicode")
    ]


async def test_more_than_a_thousand_messages_are_refused(people):
    many = [message("ann", "bob", str(number)) for number in range(1001)]
    assert (await people.post(IMPORT, {"messages": many}))["errCode"] == 1001
    assert (await people.post(IMPORT, {"messages": []}))["errCode"] == 1001
    assert (await bring(people, *many[:1000]))["imported"] == 1000
    assert [each["seq"] for each in await pulled(people, "ann", "bob")][-1] <= 1000


async def test_a_thousand_chats_are_brought_in_at_once_and_once(people):
    others = [f"u{number}" for number in range(999)]
    for at in range(0, 999, 500):
        await people.register(*others[at : at + 500])
    many = [message("ann", other, f"to {other}", sendTime=LONG_AGO + DAY * at) for at, other in enumerate(others)]
    assert (await bring(people, *many))["imported"] == 999
    assert (await bring(people, *many))["existing"] == 999
    assert await read_and_max(people, "u998", "ann") == (1, 1)


async def test_an_id_of_another_chat_is_left_out_and_named(people):
    first = message("ann", "bob", "hello", clientMsgID="im1")
    other = message("ann", "cid", "different", clientMsgID="im1")
    assert (await bring(people, first))["imported"] == 1
    answer = await bring(people, message("ann", "cid", "new", clientMsgID="im2"), other)
    assert (answer["imported"], answer["existing"]) == (1, 0)
    (left_out,) = answer["skipped"]
    assert (left_out["index"], left_out["errCode"], "another conversation" in left_out["errDlt"]) == (1, 1001, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (
            "/msg/clear_conversation_msg",
            {"userID": "ann", "conversationIDs": ["si_ann_bob"], "deleteSyncOpt": {"IsSyncOther": True}},
        ),
        ("/msg/delete_msg_physical", {"conversationIDs": ["si_ann_bob"], "timestamp": LONG_AGO + 5}),
    ],
    ids=["cleared", "deleted by time"],
)
async def test_what_was_deleted_for_both_is_not_brought_in_again(people, path, body):
    history = [message("ann", "bob", f"old {n}", clientMsgID=f"a{n}", sendTime=LONG_AGO + n) for n in range(3)]
    await bring(people, *history)
    await people.data(path, body)
    later = message("bob", "ann", "later", clientMsgID="b1", sendTime=LONG_AGO + 9)
    other = message("ann", "cid", "other", clientMsgID="a9")
    answer = await bring(people, *history, later, other)
    assert answer == {"imported": 2, "existing": 3, "skipped": []}
    found = await pulled(people, "bob", "ann")
    assert [each["sendTime"] for each in found if each["status"] != 4] == [LONG_AGO + 9]
