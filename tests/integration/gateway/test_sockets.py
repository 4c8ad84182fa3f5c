"""What is pushed reaches real sockets: whole and in order, whatever each of them takes."""

import asyncio
import contextlib
import logging

from amity.wire.frames import Reply
from amity.wire.proto.sdkws_pb2 import MsgData, PushMessages
from tests.integration.gateway.raw import Raw
from tests.support.gateway_client import reply_of
from tests.support.lone_gateway import LoneGateway, token_of, until

CONVERSATION = "sg_group"


def query(user: str) -> dict[str, str]:
    return {"sendID": user, "token": token_of(user), "platformID": "7", "operationID": "op", "sdkType": "js"}


def body(content: bytes) -> bytes:
    return MsgData(content=content).SerializeToString()


def content(push: Reply) -> bytes:
    (message,) = PushMessages.FromString(push.data).msgs[CONVERSATION].Msgs
    return message.content


async def test_a_message_of_any_length_arrives_whole():
    lengths = (0, 100, 1000, 60_000, 65_535, 65_536, 3_000_000)
    async with LoneGateway() as lone, lone.client("alice") as core, lone.client("bob", codec="js", compression=True):
        for length in lengths:
            lone.push.message(["alice", "bob"], CONVERSATION, body(b"x" * length), "op")
        assert [len(content(await core.pushed())) for _ in lengths] == list(lengths)


async def test_who_reads_late_gets_everything_in_order():
    async with LoneGateway() as lone, Raw(lone.url, receives=4096) as late, lone.client("bob", codec="js") as bob:
        await late.upgrade(query("alice"))
        await late.head()
        (session,) = lone.sessions.of("alice")
        sent = 0
        while not session.is_blocked:  # until its socket takes no more, and has taken a part of a frame
            lone.push.message(["alice", "bob"], CONVERSATION, body(b"%d " % sent * 5000), "op")
            await bob.pushed()
            sent += 1
        for _ in range(5):
            lone.push.message(["alice", "bob"], CONVERSATION, body(b"%d " % sent * 5000), "op")
            await bob.pushed()
            sent += 1
        session.reply(session.encoding.write(Reply(1, msg_incr="last")))
        pushes = [reply_of((await late.frame())[1], "js") for _ in range(sent)]
        assert [content(push) for push in pushes] == [b"%d " % number * 5000 for number in range(sent)]
        assert reply_of((await late.frame())[1], "js").msg_incr == "last"
        await until(lambda: not session.is_blocked)
        lone.push.message(["alice"], CONVERSATION, body(b"after"), "op")
        assert content(reply_of((await late.frame())[1], "js")) == b"after"


async def test_who_has_gone_without_a_word_hurts_nobody_else(caplog):
    async with contextlib.AsyncExitStack() as stack:
        lone = await stack.enter_async_context(LoneGateway())
        users = [f"user-{number}" for number in range(50)]
        clients = [await stack.enter_async_context(lone.client(user, codec="js")) for user in users]
        for number, client in enumerate(clients):
            if number % 2:
                client.abort()
        await asyncio.sleep(0)  # the sockets are reset, and nobody has told the server's sessions
        for number in range(5):
            lone.push.message(users, CONVERSATION, body(b"%d" % number), "op")
        for client in clients[::2]:
            assert [content(await client.pushed()) for _ in range(5)] == [b"%d" % number for number in range(5)]
        await until(lambda: lone.sessions.count == 25)
        # Other tests may have set a level at which all that clients and servers do is logged.
        assert not [each for each in caplog.records if each.levelno >= logging.WARNING]


async def test_a_session_that_is_lost_writes_to_no_socket_of_that_number():
    async with LoneGateway() as lone, lone.client("alice") as alice:
        (session,) = lone.sessions.of("alice")
        alice.abort()
        await until(lambda: not lone.sessions.of("alice"))
        async with lone.client("bob") as bob:  # the system gives it the lowest free descriptor
            assert not session.send(b"to alice")
            session.reply(b"to alice")
            lone.push.message(["bob"], CONVERSATION, body(b"to bob"), "op")
            assert content(await bob.pushed()) == b"to bob"
            assert bob.pushes.empty()
