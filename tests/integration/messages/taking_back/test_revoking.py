"""What is revoked is gone for everybody, and everybody learns of it."""

import json

import pytest

from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import GetLastMessageReq, GetLastMessageResp
from tests.integration.messages.conftest import Connect, Talk, detail_of
from tests.support.stored_rows import stored_rows

CHAT, NOTICES = "si_ann_bob", "n_ann_bob"


@pytest.fixture
async def told(talk: Talk) -> Talk:
    """Three messages of Ann to Bob."""
    for number in range(1, 4):
        await talk.ann.send("bob", f"m{number}", ex="secret", attachedInfo="{}")
    return talk


def revocation(seq: int = 2, user: str = "ann", conversation: str = CHAT) -> dict:
    return {"conversationID": conversation, "seq": seq, "userID": user}


async def revoke(talk: Talk, seq: int = 2, *, user: str = "ann", caller: str = "") -> None:
    await talk.rest.data("/msg/revoke_msg", revocation(seq, user), user=caller or user)


async def test_a_revoked_message_is_pulled_without_what_was_written(told: Talk):
    await revoke(told)
    for person in (told.ann, told.bob):
        (message,) = (await person.by_seqs(CHAT, 2)).Msgs
        assert (await person.pull(CHAT, 2, 2)).Msgs[0] == message
        assert (message.contentType, message.clientMsgID, message.ex, message.seq) == (2101, "ann-m2", "", 2)
        detail = detail_of(message)
        assert (detail["revokerID"], detail["sourceMessageSendID"], detail["seq"]) == ("ann", "ann", 2)
        assert b"m2" not in message.content.replace(b"ann-m2", b"")


async def test_both_users_hear_of_it_once_and_later(told: Talk, connect: Connect):
    await revoke(told)
    for person in (told.ann, told.bob):
        conversation, message, detail = await person.notified()
        assert (conversation, message.contentType, message.seq) == (NOTICES, 2101, 1)
        assert detail["revokeTime"] == pytest.approx(message.sendTime, abs=5000)
        assert {**detail, "revokeTime": 0} == {
            "revokerUserID": "ann",
            "clientMsgID": "ann-m2",
            "revokeTime": 0,
            "sesstionType": 1,
            "seq": 2,
            "conversationID": CHAT,
            "isAdminRevoke": False,
        }
    (later,) = await (await connect("bob", 8)).pull_notices(NOTICES, 1, 1)
    assert later.contentType == 2101


async def test_nothing_of_the_text_is_left_in_the_database(told: Talk, database_url):
    await revoke(told)
    rows = await stored_rows(database_url, "select body from messages")
    assert not [row for row in rows if b"secret" in bytes(row[0]) and b"ann-m2" in bytes(row[0])]


async def test_an_administrator_revokes_for_both_whomever_it_names(told: Talk):
    await revoke(told, 1, user="imAdmin")
    await revoke(told, 3, user="bob", caller="imAdmin")
    for person in (told.ann, told.bob):
        for seq in (1, 3):
            conversation, _, detail = await person.notified()
            assert (conversation, detail["seq"], detail["isAdminRevoke"]) == (NOTICES, seq, True)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (revocation(user="bob"), 1002),
        (revocation(99), 1004),
        (revocation(conversation="si_ann_cid"), 1004),
        (revocation(conversation=NOTICES), 1004),
        (revocation(conversation=""), 1001),
        (revocation(0), 1001),
        (revocation(user=""), 1001),
    ],
)
async def test_what_cannot_be_revoked_is_refused_and_stays(told: Talk, body, code):
    answer = await told.rest.post("/msg/revoke_msg", body, user=body["userID"] or "ann")
    assert answer["errCode"] == code
    assert [message.contentType for message in (await told.bob.pull(CHAT, 1, 3)).Msgs] == [101, 101, 101]


async def test_nobody_revokes_for_another_nor_in_anothers_chat(told: Talk, connect: Connect):
    assert (await told.rest.post("/msg/revoke_msg", revocation(), user="bob"))["errCode"] == 1002
    assert (await told.rest.post("/msg/revoke_msg", revocation(user="cid"), user="cid"))["errCode"] == 1004


async def test_what_is_revoked_cannot_be_revoked_again(told: Talk):
    await revoke(told)
    assert (await told.rest.post("/msg/revoke_msg", revocation(), user="ann"))["errCode"] == 1404


async def test_a_quote_of_it_no_longer_has_its_text(told: Talk):
    quoted = {"seq": 2, "clientMsgID": "ann-m2", "contentType": 101, "textElem": {"content": "m2"}, "content": "m2"}
    content = json.dumps({"text": "see", "quoteMessage": quoted}).encode()
    await told.bob.send("ann", "quote", contentType=114, content=content)
    assert (await told.ann.by_seqs(CHAT, 4)).Msgs[0].content == content
    await revoke(told)
    (pulled,) = (await told.ann.by_seqs(CHAT, 4)).Msgs
    expected = {"seq": 2, "clientMsgID": "ann-m2", "contentType": 2101, "content": "{}"}
    assert json.loads(pulled.content) == {"text": "see", "quoteMessage": expected}
    asked = GetLastMessageReq(userID="ann", conversationIDs=[CHAT])
    last = GetLastMessageResp.FromString(await told.ann.ask(Identifier.GET_LAST_MESSAGE, asked.SerializeToString()))
    assert json.loads(last.msgs[CHAT].content)["quoteMessage"] == expected


async def test_a_sender_may_revoke_for_as_long_as_the_settings_say(start_server):
    rest = await start_server(messages={"revokeWithin": 60})
    await rest.register("ann", "bob")
    message = {"sendID": "ann", "recvID": "bob", "sessionType": 1, "contentType": 101, "content": {"content": "old"}}
    await rest.data("/msg/send_msg", message | {"sendTime": 1_700_000_000_000})
    await rest.data("/msg/send_msg", message)
    assert (await rest.post("/msg/revoke_msg", revocation(1), user="ann"))["errCode"] == 1002
    await rest.data("/msg/revoke_msg", revocation(2), user="ann")
    await rest.data("/msg/revoke_msg", revocation(1, "ann"))


async def test_the_business_server_is_told(start_server, business):
    rest = await start_server(callbacks={"url": business.url, "afterRevokeMsg": {"enable": True, "timeout": 2}})
    await rest.register("ann", "bob")
    message = {"sendID": "ann", "recvID": "bob", "sessionType": 1, "contentType": 101, "content": {"content": "x"}}
    await rest.data("/msg/send_msg", message)
    await rest.data("/msg/revoke_msg", revocation(1), user="ann")
    (told,) = await business.wait_for(1)
    command = "callbackBeforeAfterMsgCommand"
    assert told.json == {"callbackCommand": command, "conversationID": CHAT, "seq": 1, "userID": "ann"}


async def test_an_administrator_revokes_what_an_erased_user_wrote(talk: Talk):
    await talk.ann.send("bob", "kept")
    await talk.rest.data("/user/erase_user", {"userID": "ann", "messages": "keep"})
    await talk.rest.data("/msg/revoke_msg", {"conversationID": "si_ann_bob", "seq": 1, "userID": "ann"})
    assert (await talk.bob.notified_of(2101))["seq"] == 1
