"""Answers to messages by their key, and whether a call has sent."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.messages.conftest import Talk
from tests.support.rest import Rest


def path_of(**key: str) -> str:
    return "/msg/send_simple_msg?key=" + quote(base64.b64encode(json.dumps(key).encode()))


async def status(rest: Rest, operation: str, user: str = "imAdmin") -> int:
    headers = {"operationID": operation}
    data = await rest.data("/msg/check_msg_is_send_success", {}, user=user, headers=headers)
    return int(data["status"])


async def test_an_answer_goes_from_the_receiver_to_the_sender_with_its_stored_name(talk: Talk):
    asked = {"content": "hi", "ex": "x", "offlinePushInfo": {"title": "t"}}
    sent = await talk.rest.data(path_of(sendID="ann", recvID="bob"), asked)
    conversation, message = await talk.ann.pushed()
    assert (conversation, message.sendID, message.recvID) == ("si_ann_bob", "bob", "ann")
    assert json.loads(message.content) == {"content": "hi"}
    assert (message.contentType, message.msgFrom, message.senderPlatformID) == (118, 100, 10)
    assert (message.senderNickname, message.ex, message.offlinePushInfo.title) == ("bob", "x", "t")
    assert sent["serverMsgID"] == message.serverMsgID


async def test_who_was_written_to_may_answer_itself_and_nobody_else(talk: Talk):
    path = path_of(sendID="ann", recvID="bob")
    await talk.rest.data(path, {"content": "hi"}, user="bob")
    assert (await talk.ann.pushed())[1].seq == 1
    assert (await talk.rest.post(path, {"content": "hi"}, user="ann"))["errCode"] == 1002


@pytest.mark.parametrize(
    ("path", "body", "code", "text"),
    [
        ("/msg/send_simple_msg", {}, 1001, "key: missing key in query"),
        ("/msg/send_simple_msg?key=***", {}, 1001, "key: is not the base64"),
        ("/msg/send_simple_msg?key=eno%3D", {}, 1001, "key: is not the base64"),
        ("/msg/send_simple_msg?key=" + "a" * 4096, {}, 1001, "key: too long (limit 4096, got 4100)"),
        (path_of(recvID="bob"), {}, 1001, "key: has no recvID and sendID, and no groupID"),
        (path_of(sendID="ann", groupID="club"), {}, 1001, "sendID is empty"),
        (path_of(sendID="ann", groupID="club"), {"sendID": "bob"}, 1004, "groupID: group not found: club"),
        (path_of(sendID="ann", recvID="bob"), {"content": ""}, 1001, "content is empty"),
        (path_of(sendID="ann", recvID="ghost"), {}, 1004, "sendID: user not found: ghost"),
    ],
)
async def test_what_is_no_answer_is_refused(talk: Talk, path, body, code, text):
    refused = await talk.rest.post(path, {"content": "hi", **body})
    assert (refused["errCode"], refused["errDlt"][: len(text)]) == (code, text)
    assert await talk.bob.max_seqs() == {}


async def test_a_call_that_has_sent_is_known_by_its_operation_id(talk: Talk):
    message: dict[str, Any] = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1}
    message |= {"content": {"content": "hello"}}
    assert await status(talk.rest, "op-1") == 0
    await talk.rest.data("/msg/send_msg", message, headers={"operationID": "op-1"})
    await talk.rest.data("/msg/send_msg", message | {"isOnlineOnly": True}, headers={"operationID": "op-2"})
    await talk.rest.post("/msg/send_msg", message | {"recvID": "ghost"}, headers={"operationID": "op-3"})
    assert [await status(talk.rest, f"op-{number}") for number in (1, 2, 3)] == [2, 2, 0]


async def test_a_user_asks_for_its_own_calls_alone(talk: Talk):
    answer = {"content": "hi"}
    headers = {"operationID": "op-1"}
    await talk.rest.data(path_of(sendID="ann", recvID="bob"), answer, user="bob", headers=headers)
    assert [await status(talk.rest, "op-1", user) for user in ("bob", "ann", "imAdmin")] == [2, 0, 0]


async def test_a_call_that_is_repeated_with_its_key_sends_nothing_more(talk: Talk):
    message = {"sendID": "ann", "recvID": "bob", "contentType": 101, "sessionType": 1, "content": {"content": "hello"}}
    headers = {"Idempotency-Key": "order-1"}
    first = await talk.rest.data("/msg/send_msg", message, headers=headers)
    assert await talk.rest.data("/msg/send_msg", message, headers=headers) == first
    other = message | {"content": {"content": "another text"}}
    assert await talk.rest.data("/msg/send_msg", other, headers=headers) == first
    assert await talk.bob.max_seqs() == {"si_ann_bob": 1}
    refused = await talk.rest.post("/msg/send_msg", message | {"recvID": "cid"}, headers=headers)
    assert (refused["errCode"], refused["errDlt"].split(":")[0]) == (1001, "clientMsgID")
