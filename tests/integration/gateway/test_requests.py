"""Requests of both kinds of clients over the gateway, and their replies."""

import asyncio
import logging

import pytest
from picows import WSMsgType

from amity.caller import caller_id
from amity.errors import Code, ImError
from amity.logs import operation_id
from amity.wire.frames import Identifier, Reply, Request
from amity.wire.proto.sdkws_pb2 import (
    GetMaxSeqReq,
    SetAppBackgroundStatusReq,
    SubUserOnlineStatus,
    SubUserOnlineStatusTips,
)
from tests.support.gateway_client import GatewayClient, frame_of
from tests.support.lone_gateway import LoneGateway, until

FORMS = [(codec, compression) for codec in ("go", "js") for compression in (False, True)]


async def echo(call, data):
    return data


async def say_who(call, data):
    return f"{call.user_id} {call.platform_id} {call.operation_id} {operation_id.get()} {caller_id.get()}".encode()


@pytest.mark.parametrize(("codec", "compression"), FORMS)
async def test_a_client_connects_sends_a_request_and_is_notified_of_an_import(start_server, codec, compression):
    rest = await start_server()
    await rest.register("alice", "bob")
    token = await rest.token("alice")
    url = start_server.gateway_url
    async with GatewayClient(url, "alice", token, 7, codec=codec, compression=compression) as client:
        assert client.first == ({"errCode": 0, "errMsg": "", "errDlt": ""} if codec == "js" else None)
        reply = await client.request(Identifier.GET_MAX_SEQ, GetMaxSeqReq(userID="alice").SerializeToString())
        assert (reply.identifier, reply.err_code, reply.err_msg) == (Identifier.GET_MAX_SEQ, 0, "")
        await rest.import_friends("alice", ["bob"])
        assert (await client.pushed()).identifier == Identifier.PUSH


@pytest.mark.parametrize(("codec", "compression"), FORMS)
@pytest.mark.parametrize("size", [0, 1, 100, 9000, 30_000])
async def test_data_survives_a_round_trip_in_every_encoding(codec, compression, size):
    handlers = {Identifier.SEND_MSG: echo}
    async with LoneGateway(handlers) as lone, lone.client("alice", codec=codec, compression=compression) as client:
        data = bytes(range(256)) * (size // 256 + 1)
        reply = await client.request(Identifier.SEND_MSG, data[:size])
        assert (reply.err_code, reply.data) == (0, data[:size])


async def test_the_caller_is_known_to_handler_log_and_database():
    async with LoneGateway({Identifier.GET_MAX_SEQ: say_who}) as lone, lone.client("alice", 5) as client:
        reply = await client.request(Identifier.GET_MAX_SEQ)
        assert reply.data == f"alice 5 {reply.operation_id} {reply.operation_id} alice".encode()
        assert reply.operation_id.startswith("op-")


async def test_a_handlers_refusal_is_the_answer():
    async def refuse(call, data):
        raise ImError(Code.ARGS, "userID is empty")

    async def refuse_as_an_app(call, data):
        raise ImError(80_007, "the app's own detail", message="not today")

    handlers = {Identifier.SEND_MSG: refuse, Identifier.GET_MAX_SEQ: refuse_as_an_app}
    async with LoneGateway(handlers) as lone, lone.client("alice") as client:
        reply = await client.request(Identifier.SEND_MSG)
        assert (reply.err_code, reply.err_msg, reply.data) == (1001, "ArgsError: userID is empty", b"")
        reply = await client.request(Identifier.GET_MAX_SEQ)
        assert (reply.err_code, reply.err_msg) == (80_007, "not today")
        reply = await client.request(Identifier.PULL_BY_SEQS)
        text = "ArgsError: reqIdentifier: 1005 is not served by this version of amity"
        assert (reply.err_code, reply.err_msg) == (1001, text)


async def test_a_handler_that_fails_is_logged_and_answered(caplog):
    async def fail(call, data):
        raise RuntimeError("the test says so")

    async with LoneGateway({Identifier.SEND_MSG: fail}) as lone, lone.client("alice") as client:
        reply = await client.request(Identifier.SEND_MSG)
        assert reply.err_code == 500
        assert "the test says so" not in reply.err_msg
        (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
        assert record.exc_info
        assert (await client.request(Identifier.LOGOUT)).err_code == 0


async def test_requests_of_one_client_are_answered_in_order_and_do_not_delay_others():
    go_on = asyncio.Event()
    order = []

    async def slow(call, data):
        await go_on.wait()
        order.append(data)
        return data

    handlers = {Identifier.SEND_MSG: slow, Identifier.GET_MAX_SEQ: echo}
    async with LoneGateway(handlers) as lone, lone.client("alice") as alice, lone.client("bob") as bob:
        first = alice.ask(Identifier.SEND_MSG, b"1")
        others = [alice.ask(Identifier.SEND_MSG, b"2"), alice.ask(Identifier.GET_MAX_SEQ, b"3")]
        assert (await bob.request(Identifier.GET_MAX_SEQ, b"bob")).data == b"bob"
        alice.send_raw(b"beat", WSMsgType.PING)
        alice.send_raw(b'{"type":"ping"}', WSMsgType.TEXT)
        async with asyncio.timeout(5):
            assert await alice.pongs.get() == b"beat"
            assert await alice.texts.get() == b'{"type":"pong"}'
        assert not any(each.done() for each in (first, *others))
        go_on.set()
        assert [(await each).data for each in (first, *others)] == [b"1", b"2", b"3"]
        assert order == [b"1", b"2"]


async def test_a_logout_is_answered_and_then_closes_the_connection():
    async with LoneGateway() as lone:
        client = lone.client("alice")
        await client.connect()
        assert (await client.request(Identifier.LOGOUT)).err_code == 0
        assert await client.closed() == (1000, "logged out")
        assert lone.seen == [("opened", "alice", 7), ("closed", "alice", 7)]


async def test_a_client_reports_whether_it_is_in_the_background():
    async with LoneGateway() as lone, lone.client("alice", 1) as client:
        (session,) = lone.sessions.of("alice")
        for in_background in (True, False):
            data = SetAppBackgroundStatusReq(userID="alice", isBackground=in_background).SerializeToString()
            assert (await client.request(Identifier.SET_BACKGROUND, data)).err_code == 0
            assert session.is_background is in_background
        assert (await client.request(Identifier.SET_BACKGROUND, b"\xff")).err_code == 1001


async def test_a_client_watches_who_comes_online_and_goes_offline():
    async with LoneGateway() as lone, lone.client("alice", codec="js") as client:
        data = SubUserOnlineStatus(subscribeUserID=["bob"]).SerializeToString()
        reply = await client.request(Identifier.SUBSCRIBE_ONLINE, data)
        assert shown(reply) == [("bob", [])]
        async with lone.client("bob", 1):
            assert shown(await client.pushed()) == [("bob", [1])]
            async with lone.client("bob", 5):
                assert shown(await client.pushed()) == [("bob", [1, 5])]
            assert shown(await client.pushed()) == [("bob", [1])]
        assert shown(await client.pushed()) == [("bob", [])]


def shown(reply: Reply):
    assert reply.identifier == Identifier.SUBSCRIBE_ONLINE
    tips = SubUserOnlineStatusTips.FromString(reply.data)
    return [(each.userID, list(each.onlinePlatformIDs)) for each in tips.subscribers]


def request(identifier=1001, send_id="alice", operation="op", number="1", data=b""):
    return Request(identifier, send_id, operation, number, data)


@pytest.mark.parametrize(("codec", "compression"), FORMS)
@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (request(send_id="bob"), "DataError: sendID is not the user of this connection"),
        (request(send_id=""), "DataError: sendID is not the user of this connection"),
        (request(9999), "DataError: reqIdentifier 9999 is unknown"),
        (request(0), "DataError: reqIdentifier 0 is unknown"),
        (request(Identifier.PUSH), "DataError: reqIdentifier 2001 is not for clients to send"),
        (request(number="n" * 257), "DataError: msgIncr is longer than 256 characters"),
        (request(operation="o" * 257), "DataError: operationID is longer than 256 characters"),
        (request(operation="o\0p"), "DataError: operationID has a NUL in it"),
    ],
)
async def test_a_request_that_this_client_may_not_send_ends_its_connection(codec, compression, wrong, reason):
    async with LoneGateway() as lone, lone.client("carol") as bystander:
        client = lone.client("alice", codec=codec, compression=compression)
        await client.connect()
        client.send(frame_of(wrong, codec))
        assert await client.closed() == (3001, reason)
        await until(lambda: lone.sessions.count == 1)
        assert (await bystander.request(Identifier.LOGOUT)).err_code == 0


async def test_requests_before_an_invalid_one_are_still_answered():
    async with LoneGateway({Identifier.SEND_MSG: echo}) as lone:
        client = lone.client("alice")
        await client.connect()
        fine = client.ask(Identifier.SEND_MSG, b"1")
        client.send(b"garbage")
        lost = client.ask(Identifier.SEND_MSG, b"2")
        assert (await fine).data == b"1"
        assert (await client.closed())[0] == 3001
        assert lost.exception() is not None
