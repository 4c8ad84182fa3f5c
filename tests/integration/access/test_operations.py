"""Every operation, asked by every caller: the table in this folder says what each gets.

An operation without a row fails here. Its row goes where those of its domain are.
"""

import pytest
from google.protobuf.json_format import ParseDict

from amity.wire.proto.jssdk_pb2 import GetActiveConversationsReq, GetConversationsReq
from amity.wire.proto.msg_pb2 import GetConversationsHasReadAndMaxSeqReq
from amity.wire.proto.sdkws_pb2 import GetMaxSeqReq, PullMessageBySeqsReq
from tests.integration.access.account_rows import AUTH, CALLBACKS, DEVICES, USERS
from tests.integration.access.group_rows import GROUPS
from tests.integration.access.matrix import ALICE, BOB
from tests.integration.access.relations_rows import BLACKS, FRIENDS, MOVING, REQUESTS
from tests.integration.access.timeline_rows import CONVERSATIONS, MESSAGES
from tests.support.devices import Devices

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROWS = {
    **AUTH,
    **USERS,
    **DEVICES,
    **CALLBACKS,
    **FRIENDS,
    **REQUESTS,
    **BLACKS,
    **MOVING,
    **CONVERSATIONS,
    **GROUPS,
    **MESSAGES,
}
PROTOBUF = "application/x-protobuf"
MESSAGES_OF = {
    "/msg/newest_seq": GetMaxSeqReq,
    "/msg/pull_msg_by_seq": PullMessageBySeqsReq,
    "/msg/get_conversations_has_read_and_max_seq": GetConversationsHasReadAndMaxSeqReq,
    "/jssdk/get_active_conversations": GetActiveConversationsReq,
    "/jssdk/get_conversations": GetConversationsReq,
}
OF_ONES_OWN = [path for path, row in ROWS.items() if row.expected.other == 1002 and row.expected.own != 1002]
LOOKALIKES = [
    "Alice",
    "ALICE",
    "alice ",
    " alice",
    "alice\u200b",
    "\uff41lice",
    "\u0430lice",
    "alice\n",
    "ali",
    "nobody",
]


async def test_every_operation_has_a_row(served):
    assert ROWS.keys() == (await served.operations()).keys()


async def test_the_document_asks_for_a_token_where_the_server_does(served):
    asking = {path for path, row in ROWS.items() if row.expected.no_token}
    assert {path for path, each in (await served.operations()).items() if each["security"]} == asking


async def test_every_column_has_a_caller(served):
    (columns,) = {row.expected._fields for row in ROWS.values()}
    assert list(served.callers) == list(columns)


@pytest.mark.parametrize("path", ROWS)
async def test_each_caller_gets_what_the_row_says(served, path):
    row = ROWS[path]
    answers = {name: await served.call(path, row, caller) for name, caller in served.callers.items()}
    assert {name: answer["errCode"] for name, answer in answers.items()} == row.expected._asdict(), answers


async def test_a_body_in_protobuf_gets_the_same(served):
    documented = await served.operations()
    assert {
        path for path, each in documented.items() if PROTOBUF in each["requestBody"]["content"]
    } == MESSAGES_OF.keys()
    for path, message in MESSAGES_OF.items():
        row, codes = ROWS[path], {}
        for name, caller in served.callers.items():
            body = ParseDict(row.body(caller.about, "new") if caller.about else {}, message())
            sent = {"Content-Type": PROTOBUF}
            answer = await served.rest.raw(path, body.SerializeToString(), token=caller.token, headers=sent)
            codes[name] = answer.json()["errCode"]
        assert codes == row.expected._asdict(), path


@pytest.mark.parametrize("path", [path for path, row in ROWS.items() if row.crossed])
async def test_a_user_who_stands_in_the_body_may_no_more_than_the_row_says(served, path):
    token = served.callers["own"].token
    answers = [(body, await served.ask(path, body, token)) for body, _ in ROWS[path].crossed]
    assert [(body, answer["errCode"]) for body, answer in answers] == list(ROWS[path].crossed), answers


@pytest.mark.parametrize("path", OF_ONES_OWN)
async def test_nobody_is_taken_for_the_caller_and_a_refusal_does_not_say_who_exists(served, path):
    row, token = ROWS[path], served.callers["own"].token
    refused = await served.ask(path, row.body(BOB, "new"), token)
    for name in LOOKALIKES:
        answer = await served.ask(path, row.body(name, "new"), token)
        assert answer == refused | {"errDlt": refused["errDlt"].replace(BOB, name)}


async def test_nobody_is_told_of_what_was_refused(served):
    async with Devices(served) as devices:
        bob = await devices.connect(served.rest, BOB)
        for path, row in ROWS.items():
            if row.expected.other == 1002:
                await served.ask(path, row.body(BOB, "new"), served.callers["other"].token)
            for body, code in row.crossed:
                if code:
                    await served.ask(path, body, served.callers["other"].token)
        assert await bob.received() == []
        await served.rest.import_friends(BOB, ["mallory"])
        assert [told.type for told in await bob.received()] == [1201]
    assert ALICE not in await served.rest.friends(BOB)
