"""One notification to many clients, and many notifications at once, without delay for others."""

import asyncio
import contextlib
import json

from amity.relations.friends import notices
from amity.wire.frames import Identifier
from amity.wire.proto.sdkws_pb2 import PushMessages
from tests.support.lone_gateway import LoneGateway
from tests.support.loop_watch import LoopWatch

FRIENDS = [f"friend-{number}" for number in range(1000)]
MOST_OF_A_TURN = 0.02
"""Seconds. What may be sent in a turn takes 2 ms, all of it 30 to 45."""


async def test_an_import_of_a_thousand_connected_friends_is_pushed_in_many_turns_and_in_order():
    async with contextlib.AsyncExitStack() as stack:
        lone = await stack.enter_async_context(LoneGateway())
        clients = [lone.client(user, codec="js") for user in FRIENDS]
        for first in range(0, len(clients), 100):
            await asyncio.gather(*(stack.enter_async_context(each) for each in clients[first : first + 100]))
        watch = LoopWatch(most_computed=MOST_OF_A_TURN)
        with watch.watching():
            for number in range(3):
                # As after an answer. Nobody fetches meanwhile: JavaScript clients are told all the same.
                asyncio.get_running_loop().call_soon(notices.notify_imported, lone.push, "alice", FRIENDS, f"{number}")
            async with asyncio.timeout(20):
                heard = [[await client.pushes.get() for _ in range(3)] for client in clients]
        assert not watch.turns, "\n".join(map(str, watch.turns))
        for user, pushes in zip(FRIENDS, heard, strict=True):
            assert [push.operation_id for push in pushes] == ["0", "1", "2"]
            assert {push.identifier for push in pushes} == {Identifier.PUSH}
            (messages,) = PushMessages.FromString(pushes[0].data).notificationMsgs.values()
            detail = json.loads(json.loads(messages.Msgs[0].content)["detail"])
            assert detail["fromToUserID"] == {"fromUserID": "alice", "toUserID": user}
