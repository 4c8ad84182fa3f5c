"""What the app tells users by notifications of its own."""

import pytest

from tests.integration.messages.conftest import Connect, Talk

PATH, CHAT, NOTICES = "/msg/send_business_notification", "si_ann_bob", "n_ann_bob"
ORDER = {"key": "order", "data": '{"id":7}', "sendUserID": "ann", "recvUserID": "bob"}
DETAIL = {"key": "order", "data": '{"id":7}'}


@pytest.mark.parametrize("level", [{}, {"reliabilityLevel": None}, {"reliabilityLevel": 1}])
async def test_of_level_1_it_is_pushed_and_not_stored(talk: Talk, connect: Connect, level):
    answer = await talk.rest.data(PATH, ORDER | level)
    for person in (talk.ann, talk.bob):
        conversation, message, detail = await person.notified()
        assert (conversation, message.contentType, message.seq, detail) == (NOTICES, 2001, 0, DETAIL)
        assert answer == {
            "serverMsgID": message.serverMsgID,
            "clientMsgID": message.clientMsgID,
            "sendTime": message.sendTime,
        }
    assert await (await connect("bob", 8)).max_seqs() == {}


async def test_of_level_2_it_is_there_for_who_was_away(talk: Talk, connect: Connect):
    await talk.rest.data(PATH, ORDER | {"reliabilityLevel": 2})
    assert (await talk.bob.notified())[1].seq == 1
    tablet = await connect("bob", 8)
    assert await tablet.max_seqs() == {NOTICES: 1}
    (pulled,) = await tablet.pull_notices(NOTICES, 1, 1)
    assert (pulled.contentType, pulled.options["history"]) == (2001, True)


@pytest.mark.parametrize("level", [1, 2])
async def test_with_send_msg_it_is_a_message_of_the_chat_too(talk: Talk, connect: Connect, level):
    answer = await talk.rest.data(PATH, ORDER | {"reliabilityLevel": level, "sendMsg": True})
    for person in (talk.ann, talk.bob):
        conversation, message = await person.pushed()
        assert (conversation, message.contentType, message.seq) == (CHAT, 2001, 1)
        assert (message.clientMsgID, dict(message.options)) == (
            answer["clientMsgID"],
            {"offlinePush": False, "unreadCount": True},
        )
        assert (await person.notified())[0] == NOTICES
    tablet = await connect("bob", 8)
    assert await tablet.max_seqs() == {CHAT: 1} | ({NOTICES: 1} if level == 2 else {})
    assert [each.contentType for each in await tablet.pull_notices(NOTICES, 1, 1)] == [2001] * (level - 1)
    assert await talk.bob.read_and_max(CHAT) == {CHAT: (0, 1)}
    assert await talk.ann.read_and_max(CHAT) == {CHAT: (1, 1)}


async def test_its_message_and_what_is_stored_of_it_have_numbers_of_their_own(talk: Talk):
    await talk.rest.data(PATH, ORDER | {"reliabilityLevel": 2})
    for _ in range(3):
        await talk.rest.data(PATH, ORDER | {"sendMsg": True})
    await talk.rest.data(PATH, ORDER | {"reliabilityLevel": 2, "sendMsg": True})
    assert [(await talk.bob.notified())[1].seq for _ in range(5)] == [1, 0, 0, 0, 2]
    assert await talk.bob.max_seqs() == {CHAT: 4, NOTICES: 2}
    assert [message.seq for message in await talk.bob.pull_notices(NOTICES, 1, 2)] == [1, 2]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recvUserID": "ghost"}, 1004),
        ({"sendUserID": "ghost"}, 1004),
        ({"sendUserID": ""}, 1001),
        ({"recvUserID": ""}, 1001),
        ({"recvGroupID": "g"}, 1001),
        ({"recvUserID": "", "recvGroupID": "g"}, 1004),
        ({"reliabilityLevel": 3}, 1001),
        ({"key": "k" * 257}, 1001),
        ({"data": "d" * 49153}, 1001),
    ],
)
async def test_what_cannot_be_told_is_refused(talk: Talk, change, code):
    body = ORDER | {"reliabilityLevel": 2, "sendMsg": True} | change
    assert (await talk.rest.post(PATH, body))["errCode"] == code
    assert await talk.bob.max_seqs() == {}
