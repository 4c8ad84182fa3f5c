"""Messages of private chats: removed once they are read and their time is over, and not before."""

import asyncio
import json
from typing import Any

import pytest

from amity.clock import SYSTEM_CLOCK
from amity.messages.taking_back.burning import DEFAULT_SECONDS, Burning
from amity.messages.taking_back.destructing import SelfDestruct
from amity.messages.taking_back.periodic import CHECK_SECONDS
from amity.storage import open_database
from amity.wire.frames import Identifier
from amity.wire.proto.msg_pb2 import GetLastMessageReq, GetLastMessageResp
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Connect, Talk
from tests.support.fake_clock import FakeClock
from tests.support.recording_push import RecordingPush

CHAT = "si_ann_bob"


def private(seconds: int | None = 60) -> dict[str, Any]:
    """Return what a client sets of a message in a private chat."""
    info = {"isPrivateChat": True} | ({} if seconds is None else {"burnDuration": seconds})
    return {"options": {"notPrivate": False}, "attachedInfo": json.dumps(info)}


async def read(talk: Talk, user: str, seq: int) -> None:
    asked = {"userID": user, "conversationID": CHAT, "hasReadSeq": seq}
    await talk.rest.data("/msg/set_conversation_has_read_seq", asked, user=user)


@pytest.fixture
async def left_after(start_server: Any, database_url: str) -> Any:
    """Stops the server, and returns the texts that are left so many seconds from now; "" for what was removed."""

    async def left(*seconds: float) -> list[list[str]]:
        now = SYSTEM_CLOCK.now()
        await start_server.stop()
        database = await open_database(database_url)
        found = []
        for each in seconds:
            await Burning(database, FakeClock(now + each)).sweep()
            rows = await database.fetch("select body from messages order by timeline, seq")
            messages = [MsgData.FromString(bytes(row[0])) for row in rows]
            found.append([json.loads(each.content or b'{"content": ""}')["content"] for each in messages])
            assert all((each.status == 4) == (each.content == b"") for each in messages)
        await database.close()
        return found

    return left


async def test_it_is_removed_so_long_after_its_receiver_has_read_it_and_others_stay(talk: Talk, left_after: Any):
    await talk.ann.send("bob", "burns", **private(60))
    await talk.ann.send("bob", "stays")
    await talk.ann.send("bob", "unread", **private(60))
    await read(talk, "bob", 2)
    assert await left_after(58, 62, 10_000) == [["burns", "stays", "unread"], *[["", "stays", "unread"]] * 2]


async def test_its_sender_reading_it_lets_no_time_run(talk: Talk, left_after: Any):
    await talk.ann.send("bob", "m", **private(1))
    await talk.ann.send("bob", "again", **private(1))
    await talk.ann.send("ann", "own", **private(1))
    assert await left_after(100) == [["m", "again", "own"]]


async def test_who_answers_has_read_it(talk: Talk, left_after: Any):
    await talk.ann.send("bob", "burns", **private(60))
    await talk.bob.send("ann", "answer")
    assert await left_after(58, 62) == [["burns", "answer"], ["", "answer"]]


@pytest.mark.parametrize(
    ("path", "named"),
    [("/msg/clear_conversation_msg", {"conversationIDs": [CHAT]}), ("/msg/user_clear_all_msg", {})],
)
async def test_who_clears_the_chat_has_read_it(talk: Talk, left_after: Any, path: str, named: dict[str, Any]):
    await talk.ann.send("bob", "burns", **private(60))
    await talk.rest.data(path, {"userID": "bob", **named}, user="bob")
    assert await left_after(58, 62) == [["burns"], [""]]


async def test_it_is_removed_after_it_has_disappeared_for_its_receiver_unread(
    talk: Talk, database_url: str, left_after: Any
):
    await talk.ann.send("bob", "burns", **private(60))
    row = {"conversationID": CHAT, "conversationType": 1, "userID": "ann", "isMsgDestruct": True, "msgDestructTime": 1}
    await talk.rest.data("/conversation/set_conversations", {"userIDs": ["bob"], "conversation": row}, user="bob")
    assert await left_after(10_000) == [["burns"]]
    database = await open_database(database_url)
    push: Any = RecordingPush()
    await SelfDestruct(database, push, FakeClock(SYSTEM_CLOCK.now() + 10)).sweep()
    await database.close()
    assert await left_after(62, 80) == [["burns"], [""]]


async def test_reading_it_again_gives_it_no_more_time(talk: Talk, left_after: Any):
    await talk.ann.send("bob", "burns", **private(60))
    await talk.ann.send("bob", "stays")
    await read(talk, "bob", 1)
    await read(talk, "bob", 2)
    assert await left_after(62) == [["", "stays"]]


@pytest.mark.parametrize("fields", [private(None), private(0), private(-5), {"options": {"notPrivate": False}}])
async def test_a_message_that_says_no_time_has_that_of_clients(talk: Talk, left_after: Any, fields: dict[str, Any]):
    await talk.ann.send("bob", "burns", **fields)
    await read(talk, "bob", 1)
    assert await left_after(DEFAULT_SECONDS - 2, DEFAULT_SECONDS + 2) == [["burns"], [""]]


async def test_in_its_place_is_a_message_that_is_deleted_and_a_repeat_is_answered_with_the_first(
    talk: Talk, connect: Connect, start_server: Any, left_after: Any
):
    sent = await talk.ann.send("bob", "burns", **private(1))
    await read(talk, "bob", 1)
    await left_after(2)
    rest = await start_server()
    asked = {"userID": "bob", "seqRanges": [{"conversationID": CHAT, "begin": 1, "end": 1, "num": 1}]}
    (shown,) = (await rest.data("/msg/pull_msg_by_seq", asked, user="bob"))["msgs"][CHAT]["Msgs"]
    assert (shown["seq"], shown["status"], shown["content"], shown["attachedInfo"]) == (1, 4, "", "")
    again = Connect(rest, start_server.gateway_url, connect._stack)
    ann = await again("ann")
    repeated = await ann.send("bob", "burns", **private(1))
    assert (repeated.serverMsgID, repeated.sendTime) == (sent.serverMsgID, sent.sendTime)
    assert (await ann.read_and_max(CHAT))[CHAT] == (1, 1)


async def test_the_newest_message_and_the_overviews_skip_what_is_removed_for_both_users(
    talk: Talk, connect: Connect, start_server: Any, left_after: Any
):
    await talk.ann.send("bob", "stays")
    await talk.ann.send("bob", "burns", **private(1))
    await read(talk, "bob", 2)
    assert await left_after(2) == [["stays", ""]]
    rest = await start_server()
    again = Connect(rest, start_server.gateway_url, connect._stack)
    for user in ("ann", "bob"):
        asked = GetLastMessageReq(userID=user, conversationIDs=[CHAT]).SerializeToString()
        newest = GetLastMessageResp.FromString(await (await again(user)).ask(Identifier.GET_LAST_MESSAGE, asked))
        assert (newest.msgs[CHAT].seq, json.loads(newest.msgs[CHAT].content)) == (1, {"content": "stays"})
        answer = await rest.data("/jssdk/get_active_conversations", {"ownerUserID": user}, user=user)
        assert [each["lastMsg"]["seq"] for each in answer["conversations"]] == [1]
        page: dict[str, Any] = {
            "userID": user,
            "conversationIDs": [],
            "pagination": {"pageNumber": 1, "showNumber": 10},
        }
        answer = await rest.data("/conversation/get_sorted_conversation_list", page, user=user)
        (listed,) = answer["conversationElems"]
        assert json.loads(listed["msgInfo"]["content"]) == {"content": "stays"}


async def test_a_running_server_removes_it_by_itself(talk: Talk):
    await talk.ann.send("bob", "burns", **private(1))
    await read(talk, "bob", 1)
    deadline = SYSTEM_CLOCK.monotonic() + 1 + 3 * CHECK_SECONDS
    while (await talk.bob.by_seqs(CHAT, 1)).Msgs[0].status != 4:
        assert SYSTEM_CLOCK.monotonic() < deadline
        await asyncio.sleep(0.2)
