"""How far users have read: stored, never back, never beyond the newest, and told to the other user."""

import json
from typing import Any

import pytest

from amity.wire.proto.sdkws_pb2 import PushMessages
from tests.integration.messages.conftest import Connect, Person, Talk

CHAT, NOTICES = "si_ann_bob", "n_ann_bob"


@pytest.fixture
async def told(talk: Talk) -> Talk:
    """Five messages of Ann to Bob, whose pushes are read."""
    for number in range(1, 6):
        await talk.ann.send("bob", f"m{number}")
    for _ in range(5):
        await talk.bob.pushed()
        await talk.ann.pushed()
    return talk


async def read_notice(person: Person) -> tuple[str, dict]:
    """Return the next notification of what was read: its conversation and its detail."""
    pushed = PushMessages.FromString((await person.client.pushed()).data)
    ((conversation, pull),) = pushed.notificationMsgs.items()
    (message,) = pull.Msgs
    assert message.contentType == 2200
    return conversation, json.loads(json.loads(message.content)["detail"])


async def test_who_writes_has_read_all_that_was_there(told: Talk):
    assert await told.ann.read_and_max(CHAT) == {CHAT: (5, 5)}
    assert await told.bob.read_and_max() == {CHAT: (0, 5)}
    await told.bob.send("ann", "answer")
    assert await told.bob.read_and_max() == {CHAT: (6, 6)}


async def test_both_users_devices_hear_what_somebody_has_read_by_writing(told: Talk, connect: Connect):
    tablet = await connect("bob", 8)
    await told.bob.send("ann", "answer")
    expected = {"markAsReadUserID": "bob", "conversationID": CHAT, "seqs": [1, 2, 3, 4, 5], "hasReadSeq": 5}
    for device in (told.ann, told.bob, tablet):
        assert await read_notice(device) == (NOTICES, expected)
        assert (await device.pushed())[1].seq == 6
    await told.bob.send("ann", "again")
    for device in (told.ann, told.bob, tablet):
        assert (await device.pushed())[1].seq == 7


async def test_a_mark_is_stored_and_told_to_the_other_user_and_the_readers_devices(told: Talk, connect: Connect):
    tablet = await connect("bob", 8)
    mark = {"conversationID": CHAT, "userID": "bob", "hasReadSeq": 3, "seqs": [1, 2, 3]}
    await told.rest.data("/msg/mark_conversation_as_read", mark, user="bob")
    expected = {"markAsReadUserID": "bob", "conversationID": CHAT, "seqs": [1, 2, 3], "hasReadSeq": 3}
    for person in (told.ann, told.bob, tablet):
        assert await read_notice(person) == ("n_ann_bob", expected)
    assert await told.bob.read_and_max() == {CHAT: (3, 5)}
    pulled = await told.ann.pull(CHAT, 1, 5)
    assert [message.isRead for message in pulled.Msgs] == [True, True, True, False, False]


async def test_a_mark_never_goes_back_nor_beyond_the_newest(told: Talk):
    path = "/msg/mark_conversation_as_read"
    for seq, expected in ((4, 4), (2, 4), (10**9, 5)):
        await told.rest.data(path, {"conversationID": CHAT, "userID": "bob", "hasReadSeq": seq}, user="bob")
        assert await told.bob.read_and_max() == {CHAT: (expected, 5)}


@pytest.mark.parametrize(("seqs", "read"), [([1, 2], 2), ([2, 1, 3], 3), ([5], 0), ([1, 3, 4], 1), ([1, 2, 5], 2)])
async def test_single_messages_move_the_mark_over_what_follows_on_it(told: Talk, seqs, read):
    body = {"conversationID": CHAT, "userID": "bob", "seqs": seqs}
    await told.rest.data("/msg/mark_msgs_as_read", body, user="bob")
    assert await told.bob.read_and_max() == {CHAT: (read, 5)}


async def test_the_reader_alone_is_told_of_a_mark_that_is_set(told: Talk):
    body = {"conversationID": CHAT, "userID": "bob", "hasReadSeq": 2}
    await told.rest.data("/msg/set_conversation_has_read_seq", body, user="bob")
    conversation, detail = await read_notice(told.bob)
    assert (conversation, detail["seqs"], detail["hasReadSeq"]) == ("n_bob_bob", [1, 2], 2)
    assert told.ann.client.pushes.empty()


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/msg/mark_msgs_as_read", {"seqs": [6]}, 1001),
        ("/msg/mark_msgs_as_read", {"seqs": []}, 1001),
        ("/msg/mark_msgs_as_read", {"seqs": [0]}, 1001),
        ("/msg/set_conversation_has_read_seq", {"hasReadSeq": 6}, 1001),
        ("/msg/set_conversation_has_read_seq", {"hasReadSeq": 0}, 1001),
        ("/msg/mark_conversation_as_read", {"hasReadSeq": 0}, 1001),
        ("/msg/mark_conversation_as_read", {"hasReadSeq": 1, "conversationID": "si_bob_cid"}, 1004),
        ("/msg/mark_conversation_as_read", {"hasReadSeq": 1, "userID": "ann"}, 1002),
    ],
)
async def test_what_cannot_be_read_is_refused(told: Talk, path, body, code):
    refused = await told.rest.post(path, {"conversationID": CHAT, "userID": "bob", **body}, user="bob")
    assert refused["errCode"] == code
    assert await told.bob.read_and_max() == {CHAT: (0, 5)}


async def state(talk: Talk, seq: int, user: str = "ann", **fields: object) -> dict[str, Any]:
    asked = {"userID": "ann", "conversationID": CHAT, "seq": seq, "pagination": {"pageNumber": 1, "showNumber": 10}}
    envelope = await talk.rest.post("/msg/get_read_state", asked | fields, user=user)
    found: dict[str, Any] = envelope.get("data") or {"code": envelope["errCode"], "detail": envelope["errDlt"]}
    return found


async def test_who_has_read_a_message_is_told_to_its_sender(talk: Talk):
    for number in range(2):
        await talk.ann.send("bob", f"m{number}")
    assert await state(talk, 1) == {"total": 1, "readTotal": 0, "users": [{"userID": "bob", "isRead": False}]}
    marked = {"conversationID": CHAT, "userID": "bob", "hasReadSeq": 1}
    await talk.rest.data("/msg/mark_conversation_as_read", marked)
    assert await state(talk, 1) == {"total": 1, "readTotal": 1, "users": [{"userID": "bob", "isRead": True}]}
    assert (await state(talk, 2))["readTotal"] == 0
    second = {"pageNumber": 2, "showNumber": 10}
    assert await state(talk, 1, pagination=second) == {"total": 1, "readTotal": 1, "users": []}


async def test_of_others_messages_administrators_alone_ask_who_has_read(talk: Talk):
    await talk.bob.send("ann", "hello")
    assert (await state(talk, 1))["code"] == 1002
    assert (await state(talk, 1, "bob"))["code"] == 1002
    assert (await state(talk, 1, "imAdmin"))["users"] == [{"userID": "ann", "isRead": False}]


async def test_a_note_to_oneself_is_for_nobody_else(talk: Talk):
    await talk.ann.send("ann", "note")
    assert await state(talk, 1, conversationID="si_ann_ann") == {"total": 0, "readTotal": 0, "users": []}


async def test_of_what_is_not_there_nobody_is_told_who_has_read(talk: Talk):
    assert (await state(talk, 1))["detail"] == f"conversationID: conversation not found: {CHAT}"
    await talk.ann.send("bob", "hello")
    assert await state(talk, 2) == {"code": 1004, "detail": "seq: message not found: 2"}
    assert await state(talk, 0) == {"code": 1001, "detail": "seq: numbers of messages begin with 1, and this is 0"}
    assert (await state(talk, 1, pagination=None))["code"] == 1001
