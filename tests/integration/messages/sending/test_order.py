"""The order in which a message is checked: of several things that are wrong, the first is what the sender is told."""

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest

from amity.callbacks.asking.before import Before
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.callbacks.telling.outbox import Outbox
from amity.calls.call import Call
from amity.conversations import positions
from amity.delivery.delivering import Delivering
from amity.errors import ImError
from amity.messages.sending.limits import MessageLimits
from amity.messages.sending.service import Sending
from amity.messages.sending.writing import Writing
from amity.settings import Callbacks, Messages
from amity.storage import Database, open_database
from amity.timeline.service import Timelines
from amity.users import store
from amity.users.directory import Directory
from amity.users.models import User
from amity.wire.proto.msg_pb2 import SendMsgResp
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Connect, Refusal, Talk
from tests.support.recording_push import RecordingPush
from tests.support.rest import Rest

GOOD = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hi"}}


@pytest.fixture
async def rest(start_server: Any) -> Rest:
    server: Rest = await start_server(messages={"perMinute": 2, "friendVerify": True})
    return server


async def test_over_http_headers_come_first_then_the_body_the_caller_the_sender_and_the_receiver(talk: Talk):
    wrong = GOOD | {"sendID": "ghost", "recvID": "nobody"}
    admin, bob = await talk.rest.token("imAdmin"), await talk.rest.token("bob")

    async def post(body: object, token: str, **headers: str) -> tuple[int, str]:
        answer = (await talk.rest.raw("/msg/send_msg", body, token=token, headers=headers)).json()
        return answer["errCode"], answer["errDlt"]

    assert await post(b"{", "", operationID="") == (1001, "header must have operationID")
    assert await post(b"{", "") == (1001, "header must have token")
    assert (await post(b"{", "a.b.c"))[0] == 1503
    code, detail = await post(b"{", bob)
    assert (code, "admin" in detail) == (1001, False)
    assert await post(wrong, bob) == (1002, "user bob is not admin userID")
    assert await post(wrong | {"content": {}}, admin) == (1001, "content.content: is missing or empty")
    assert await post(wrong, admin) == (1004, "sendID: user not found: ghost")
    assert await post(GOOD | {"recvID": "nobody"}, admin) == (1004, "recvID: user not found: nobody")
    assert (await post(GOOD, admin))[0] == 1303


async def test_over_the_gateway_the_limit_comes_before_whoever_receives_and_lists_before_options(talk: Talk):
    await talk.rest.data("/friend/add_black", {"ownerUserID": "bob", "blackUserID": "ann", "ex": ""})
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "bob", "globalRecvMsgOpt": 1})

    async def refused(**fields: Any) -> str:
        with pytest.raises(Refusal) as caught:
            await talk.ann.send(fields.pop("recvID", "bob"), "hello", **fields)
        return str(caught.value)

    # What is wrong with the message itself does not count for the limit.
    assert (await refused(sendID="bob", content=b"", recvID="nobody")).startswith("1002 ")
    assert "contentType: 0 is no type of a chat" in await refused(contentType=0, sessionType=9, content=b"")
    assert "content is empty" in await refused(content=b"", sessionType=9)
    assert "sessionType: is 1 (single chats)" in await refused(sessionType=9, recvID="")
    assert "recvID is empty" in await refused(recvID="")
    assert (await refused()).startswith("1302 BlockedByPeer: recvID: bob has blacklisted ann")
    await talk.rest.data("/friend/remove_black", {"ownerUserID": "bob", "blackUserID": "ann"})
    assert (await refused()).startswith("1303 NotPeersFriend: recvID: ann is no friend of bob")
    assert (await refused(recvID="nobody")).startswith(
        "1358 MessagesLimitError: messages.perMinute: too many in a minute"
    )


async def test_a_friend_is_refused_by_the_receiver_s_option_last(talk: Talk):
    await talk.rest.import_friends("bob", ["ann"])
    await talk.rest.data("/user/set_global_msg_recv_opt", {"userID": "bob", "globalRecvMsgOpt": 1})
    with pytest.raises(Refusal) as refused:
        await talk.ann.send("bob", "hello")
    assert str(refused.value) == "1001 ArgsError: recvID: message is not sent: bob receives none"


@pytest.mark.parametrize(
    ("content_type", "off"),
    [
        (101, set()),
        (111, {"unreadCount", "offlinePush"}),
        (
            113,
            {
                "history",
                "persistent",
                "senderSync",
                "conversationUpdate",
                "senderConversationUpdate",
                "unreadCount",
                "offlinePush",
            },
        ),
    ],
)
@pytest.mark.parametrize("asked", [{}, {"unreadCount": True, "history": True, "isNotNotification": False}], ids=str)
async def test_a_type_has_its_switches_off_whether_or_not_the_client_sent_any(
    talk: Talk, connect: Connect, content_type, off, asked
):
    await talk.rest.import_friends("bob", ["ann"])
    await talk.ann.send("bob", "hello", contentType=content_type, options=asked)
    options = dict((await talk.bob.pushed())[1].options)
    assert {name for name, value in options.items() if not value} == off
    assert "isNotNotification" not in options


class Bench(NamedTuple):
    """Ann and Bob, who have a conversation, on a database without a server."""

    database: Database
    sending: Sending
    push: RecordingPush

    async def send(self, text: str) -> SendMsgResp:
        message = MsgData(sendID="ann", recvID="bob", clientMsgID=text, sessionType=1, contentType=101, content=b"{}")
        call = Call(operation_id=text, user_id="ann")
        answer = SendMsgResp.FromString(await self.sending.send(call, message.SerializeToString()))
        call.answered()
        return answer

    async def choose(self, option: int) -> None:
        await self.database.write(
            lambda tx: tx.fetch("update conversations set recv_msg_opt = $1 where owner_seq = 2", option)
        )


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    database = await open_database(database_url)
    await database.write(lambda tx: store.insert(tx, [User(user_id="ann"), User(user_id="bob")]))
    timelines, push = Timelines(database), RecordingPush()
    limits = MessageLimits(Messages())
    callbacks = Callbacks()
    before = Before(callbacks, Sender(callbacks), CallbackLog(database))
    writing = Writing(database, timelines, Outbox(callbacks))
    delivering = Delivering(push, before)
    sending = Sending(database, Directory(database), timelines, writing, delivering, push, before, [], limits=limits)
    made = Bench(database, sending, push)
    await made.send("first")
    assert await positions.read_seqs(database, 1, [1, 2]) == {1: 1, 2: 0}
    yield made
    await database.close()


async def test_who_receives_nothing_of_a_conversation_is_sent_nothing(bench: Bench):
    await bench.choose(1)
    with pytest.raises(ImError) as refused:
        await bench.send("second")
    assert (refused.value.code, refused.value.detail) == (1001, "recvID: message is not sent: bob receives none")


async def test_who_wants_a_conversation_quietly_gets_no_offline_push(bench: Bench):
    await bench.choose(2)
    await bench.send("second")
    rows = await bench.database.fetch("select body from messages order by seq")
    assert [dict(MsgData.FromString(bytes(row[0])).options) for row in rows] == [{}, {"offlinePush": False}]


async def test_a_repeat_of_who_is_not_welcome_any_more_gets_the_first_answer(bench: Bench):
    first = await bench.send("second")
    await bench.choose(1)
    assert await bench.send("second") == first
