"""What a user deletes is hidden from it; what is deleted for everybody is gone."""

import pytest

from amity.timeline import taking_back
from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import GetLastMessageReq, GetLastMessageResp
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Connect, Person, Talk
from tests.support.stored_rows import stored_rows

CHAT, NOTICES = "si_ann_bob", "n_ann_bob"
SELF, OTHER = {"IsSyncSelf": True}, {"IsSyncSelf": True, "IsSyncOther": True}


@pytest.fixture
async def told(talk: Talk) -> Talk:
    """Three messages of Ann to Bob, and one of Bob to Ann, by which he has read hers."""
    for number in range(1, 4):
        await talk.ann.send("bob", f"m{number}")
    await talk.bob.send("ann", "m4")
    for person in (talk.ann, talk.bob):
        assert (await person.notified_of(2200))["seqs"] == [1, 2, 3]
    return talk


def deletion(*seqs: int, user: str = "bob", option: dict | None = None, conversation: str = CHAT) -> dict:
    return {"conversationID": conversation, "seqs": list(seqs), "userID": user, "deleteSyncOpt": option}


async def texts(person: Person) -> list[tuple[int, bool]]:
    """The status of each message, and whether it has content."""
    return [(message.status, bool(message.content)) for message in (await person.pull(CHAT, 1, 9)).Msgs]


async def last(person: Person) -> int:
    asked = GetLastMessageReq(userID=person.user, conversationIDs=[CHAT]).SerializeToString()
    answer = GetLastMessageResp.FromString(await person.ask(Identifier.GET_LAST_MESSAGE, asked))
    return answer.msgs[CHAT].seq


async def listed(talk: Talk, user: str) -> int:
    """The number of the message that a user's list of conversations shows."""
    answer = await talk.rest.data("/jssdk/get_active_conversations", {"ownerUserID": user, "count": 9}, user=user)
    return int(answer["conversations"][0]["lastMsg"]["seq"])


async def test_what_a_user_deletes_is_hidden_from_it_alone_on_all_devices(told: Talk, connect: Connect):
    await told.rest.data("/msg/delete_msgs", deletion(2, 4), user="bob")
    for device in (told.bob, await connect("bob", 8)):
        assert await texts(device) == [(2, True), (4, False), (2, True), (4, False)]
        (hidden,) = (await device.by_seqs(CHAT, 2)).Msgs
        assert (hidden.status, hidden.content, hidden.clientMsgID) == (4, b"", "ann-m2")
        assert await last(device) == 3
    assert await texts(told.ann) == [(2, True)] * 4
    assert (await last(told.ann), await listed(told, "ann"), await listed(told, "bob")) == (4, 4, 3)


@pytest.mark.parametrize("option", [None, SELF])
async def test_the_users_own_devices_hear_of_it_also_those_that_connect_later(told: Talk, connect: Connect, option):
    await told.rest.data("/msg/delete_msgs", deletion(2, option=option), user="bob")
    conversation, message, detail = await told.bob.notified()
    assert (conversation, message.contentType, message.seq) == ("n_bob_bob", 2102, 1)
    assert detail == {"userID": "bob", "conversationID": CHAT, "seqs": [2]}
    tablet = await connect("bob", 8)
    assert (await tablet.max_seqs())["n_bob_bob"] == 1
    assert "n_bob_bob" not in await told.ann.max_seqs()


async def test_what_is_deleted_unread_does_not_count_as_unread(told: Talk):
    await told.ann.send("bob", "m5")
    await told.ann.send("bob", "m6")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (4, 6)}
    await told.rest.data("/msg/delete_msgs", deletion(6), user="bob")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (5, 6)}
    listed = await told.rest.data("/jssdk/get_active_conversations", {"ownerUserID": "bob", "count": 9}, user="bob")
    assert listed["unreadCount"] == 1
    await told.rest.data("/msg/delete_msgs", deletion(5, user="ann", option=OTHER), user="ann")
    await told.rest.data("/msg/delete_msgs", deletion(5), user="bob")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (6, 6)}
    await told.ann.send("bob", "m7")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (6, 7)}


async def test_ones_own_messages_are_deleted_for_both(told: Talk):
    await told.rest.data("/msg/delete_msgs", deletion(1, 3, user="ann", option=OTHER), user="ann")
    for person in (told.ann, told.bob):
        assert await texts(person) == [(4, False), (2, True), (4, False), (2, True)]
        conversation, message, detail = await person.notified()
        assert (conversation, message.contentType, detail["seqs"]) == (NOTICES, 2102, [1, 3])


async def test_anothers_messages_are_deleted_for_both_by_administrators_alone(told: Talk):
    body = deletion(3, 4, option=OTHER)
    assert (await told.rest.post("/msg/delete_msgs", body, user="bob"))["errCode"] == 1002
    assert await texts(told.ann) == [(2, True)] * 4
    await told.rest.data("/msg/delete_msgs", body)
    assert await texts(told.ann) == [(2, True), (2, True), (4, False), (4, False)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (deletion(99), 0),
        (deletion(1, conversation="si_bob_cid"), 0),
        (deletion(1, conversation="si_bob_cid", option=SELF), 1004),
        (deletion(), 0),
        (deletion(0), 1001),
        (deletion(*range(1, 1002)), 1001),
        (deletion(1, user="ann"), 1002),
        (deletion(1, user=""), 1001),
        (deletion(1, conversation=""), 1001),
        ({"conversationID": CHAT, "userID": "bob"}, 1001),
    ],
)
async def test_what_cannot_be_deleted_changes_nothing(told: Talk, body, code):
    assert (await told.rest.post("/msg/delete_msgs", body, user="bob"))["errCode"] == code
    for person in (told.ann, told.bob):
        assert await texts(person) == [(2, True)] * 4


async def test_strangers_delete_nothing(told: Talk, connect: Connect):
    body = deletion(1, user="cid", option=OTHER)
    assert (await told.rest.post("/msg/delete_msgs", body, user="cid"))["errCode"] == 1004
    assert await texts(told.bob) == [(2, True)] * 4


async def test_who_repeats_a_deleted_message_gets_its_first_answer(told: Talk):
    await told.rest.data("/msg/delete_msg_phsical_by_seq", {"conversationID": CHAT, "seqs": [2]})
    (placeholder,) = (await told.ann.by_seqs(CHAT, 2)).Msgs
    assert (placeholder.status, placeholder.clientMsgID, placeholder.content) == (4, "", b"")
    again = await told.ann.send("bob", "m2")
    assert again.clientMsgID == "ann-m2"
    assert (await told.ann.max_seqs())[CHAT] == 4


async def test_what_is_deleted_for_both_again_is_told_once(told: Talk):
    for seqs in ([1], [1], [1, 2], [2, 1]):
        await told.rest.data("/msg/delete_msgs", deletion(*seqs, user="ann", option=OTHER), user="ann")
    assert [(await told.bob.notified())[2]["seqs"] for _ in range(2)] == [[1], [2]]
    assert (await told.bob.max_seqs())["n_ann_bob"] == 2


async def test_what_is_deleted_needs_no_reading(told: Talk):
    await told.rest.data("/msg/delete_msg_phsical_by_seq", {"conversationID": CHAT, "seqs": [2]})
    marked = {"conversationID": CHAT, "userID": "bob", "seqs": [1, 3, 4]}
    await told.rest.data("/msg/set_conversation_has_read_seq", marked | {"hasReadSeq": 4}, user="bob")
    await told.rest.data("/msg/delete_msg_physical", {"conversationIDs": [CHAT], "timestamp": 2**50})
    for number in (5, 6, 7):
        await told.ann.send("bob", f"m{number}")
    await told.rest.data("/msg/delete_msg_phsical_by_seq", {"conversationID": CHAT, "seqs": [6]})
    await told.rest.data("/msg/mark_msgs_as_read", marked | {"seqs": [5, 7]}, user="bob")
    assert await told.bob.read_and_max(CHAT) == {CHAT: (7, 7)}


@pytest.mark.parametrize("looked_at", [2, 1000])
async def test_messages_are_deleted_up_to_a_time(rest, connect: Connect, database_url, monkeypatch, looked_at):
    monkeypatch.setattr(taking_back, "_LOOKED_AT", looked_at)
    ann = await connect("ann")
    message = {"sendID": "ann", "recvID": "bob", "sessionType": 1, "contentType": 101, "content": {"content": "x"}}
    times = [1000, 2000, 9000, 1500, 3000]
    for time in times:
        await rest.data("/msg/send_msg", message | {"sendTime": time})
    await rest.data("/msg/delete_msg_physical", {"conversationIDs": [CHAT, "si_x_y"], "timestamp": 2000})
    pulled = (await ann.pull(CHAT, 1, 9)).Msgs
    assert [(each.seq, each.status) for each in pulled] == [(3, 2), (4, 4), (5, 2)]
    assert await ann.read_and_max(CHAT) == {CHAT: (5, 5)}
    rows = await stored_rows(database_url, "select body from messages order by seq")
    texts = [MsgData.FromString(bytes(row[0])).content for row in rows]
    assert [bool(text) for text in texts] == [False, False, True, False, True]


@pytest.mark.parametrize("path", ["/msg/delete_msg_physical", "/msg/delete_msg_phsical_by_seq"])
async def test_users_delete_nothing_from_the_database(told: Talk, path):
    body = {"conversationIDs": [CHAT], "timestamp": 2**60, "conversationID": CHAT, "seqs": [1]}
    assert (await told.rest.post(path, body, user="ann"))["errCode"] == 1002
    assert await texts(told.bob) == [(2, True)] * 4
