"""Messages of which the server does not know whether they were stored, and two of one name that arrive together."""

import asyncio
from typing import Any

from amity.calls.call import Call
from amity.errors import Code, ImError
from amity.wire.proto.msg_pb2 import SendMsgResp
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.sending.test_order import Bench, bench

__all__ = ["bench"]


async def test_a_message_whose_commit_was_in_doubt_is_pushed_to_its_receiver(bench: Bench, monkeypatch):
    write = bench.database.write
    doubts = [True]

    async def doubtful(work: Any, *, rows: int = 1) -> Any:
        result = await write(work, rows=rows)
        if doubts:
            doubts.pop()
            raise ImError(Code.DATABASE, "the connection was lost during the commit")
        return result

    monkeypatch.setattr(bench.database, "write", doubtful)
    first, second = await asyncio.gather(bench.send("second"), bench.send("third"))
    assert [MsgData.FromString(each).clientMsgID for each in bench.push.messages] == ["first", "second", "third"]
    rows = await bench.database.fetch("select seq from messages order by seq")
    assert [row[0] for row in rows] == [1, 2, 3]
    assert first.clientMsgID != second.clientMsgID


async def test_two_messages_of_one_name_at_once_do_not_share_a_refusal(bench: Bench):
    async def send(receiver: str) -> SendMsgResp:
        message = MsgData(sendID="ann", recvID=receiver, clientMsgID="same", sessionType=1, contentType=101)
        message.content = b"{}"
        call = Call(operation_id=receiver, user_id="ann")
        return SendMsgResp.FromString(await bench.sending.send(call, message.SerializeToString()))

    await bench.choose(1)
    to_bob, to_ann = await asyncio.gather(send("bob"), send("ann"), return_exceptions=True)
    assert isinstance(to_bob, ImError)
    assert isinstance(to_ann, ImError)
    assert to_bob.detail == "recvID: message is not sent: bob receives none"
    assert to_ann.detail == "clientMsgID: same is that of a message of another conversation"
