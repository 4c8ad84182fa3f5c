"""Clients of both kinds ask over the gateway of a whole server, and are told through it."""

import pytest

from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq
from tests.support.gateway_client import GatewayClient


@pytest.mark.parametrize("compression", [False, True])
@pytest.mark.parametrize("codec", ["go", "js"])
async def test_a_client_connects_asks_and_is_told_of_an_import(start_server, codec, compression):
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
