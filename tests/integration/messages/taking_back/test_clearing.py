"""Cleared conversations are empty and read, for who has cleared them."""

from typing import Any

import pytest

from amity.clock import SYSTEM_CLOCK
from amity.messages.taking_back import purging as purging_module
from amity.messages.taking_back.purging import Purging
from amity.storage import open_database
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Connect, Talk
from tests.support.fake_clock import FakeClock
from tests.support.stored_rows import stored_rows

CHAT = "si_ann_bob"
_CHAT = "(select timeline from timelines where form = 1)"
SELF, OTHER = {"IsSyncSelf": True}, {"IsSyncOther": True}
BOTH_WAYS = pytest.mark.parametrize(
    ("path", "named"),
    [("/msg/clear_conversation_msg", {"conversationIDs": [CHAT]}), ("/msg/user_clear_all_msg", {})],
)


@pytest.fixture
async def told(talk: Talk) -> Talk:
    """Three messages of Ann to Bob, and one of Cid to him."""
    for number in range(1, 4):
        await talk.ann.send("bob", f"m{number}")
    return talk


async def version(talk: Talk, user: str) -> int:
    body = {"userID": user, "versionID": "", "version": 0}
    return int((await talk.rest.data("/conversation/get_incremental_conversations", body))["version"])


@BOTH_WAYS
async def test_who_clears_sees_nothing_more_and_has_read_all(told: Talk, path, named):
    before = await version(told, "bob")
    await told.rest.data(path, {"userID": "bob", **named}, user="bob")
    assert await told.bob.pull(CHAT, 1, 9) is None
    assert await told.bob.read_and_max() == {CHAT: (3, 3)}
    assert len((await told.ann.pull(CHAT, 1, 9)).Msgs) == 3
    row = await told.rest.data("/conversation/get_conversation", {"ownerUserID": "bob", "conversationID": CHAT})
    assert row["conversation"]["minSeq"] == 4
    assert await version(told, "bob") == before + 1
    await told.ann.send("bob", "m4")
    assert [message.seq for message in (await told.bob.pull(CHAT, 1, 9)).Msgs] == [4]
    assert await told.bob.read_and_max() == {CHAT: (3, 4)}


@BOTH_WAYS
async def test_the_users_devices_hear_of_it(told: Talk, connect: Connect, path, named):
    tablet = await connect("bob", 8)
    await told.rest.data(path, {"userID": "bob", "deleteSyncOpt": SELF, **named}, user="bob")
    for device in (told.bob, tablet):
        conversation, message, detail = await device.notified()
        assert (conversation, message.contentType, message.seq) == ("n_bob_bob", 1703, 0)
        assert detail == {"userID": "bob", "conversationIDs": [CHAT]}
        conversation, message, detail = await device.notified()
        assert (conversation, message.contentType, message.seq) == ("n_bob_bob", 1300, 0)
        assert detail == {"userID": "bob", "conversationIDList": [CHAT]}


@BOTH_WAYS
async def test_the_users_other_devices_hear_of_it_in_any_case(told: Talk, connect: Connect, path, named):
    pc = await connect("bob", 3)
    tablet = await connect("bob", 8)
    cleared = await told.rest.post(path, {"userID": "bob", **named}, token=pc.client.token)
    assert cleared["errCode"] == 0
    conversation, message, detail = await tablet.notified()
    assert (conversation, message.contentType, message.seq) == ("n_bob_bob", 1703, 0)
    assert detail == {"userID": "bob", "conversationIDs": [CHAT]}
    for device in (tablet, pc):
        assert (await device.notified())[1].contentType == 1300


@BOTH_WAYS
async def test_only_administrators_clear_for_everybody(told: Talk, database_url, path, named):
    body = {"userID": "bob", "deleteSyncOpt": OTHER, **named}
    assert (await told.rest.post(path, body, user="bob"))["errCode"] == 1002
    assert len((await told.bob.pull(CHAT, 1, 9)).Msgs) == 3
    await told.rest.data(path, body)
    for person in (told.ann, told.bob):
        assert await person.pull(CHAT, 1, 9) is None
        assert await person.read_and_max() == {CHAT: (3, 3)}
        conversation, message, detail = await person.notified()
        assert (conversation, message.contentType, message.seq) == ("n_ann_bob", 1703, 0)
        assert detail["conversationIDs"] == [CHAT]
    # Only what tells a repeat is left of them.
    rows = await stored_rows(database_url, "select body from messages where seq <= 3 order by seq")
    assert not any(MsgData.FromString(bytes(row[0])).content for row in rows)
    again = await told.ann.send("bob", "m2")
    assert again.clientMsgID == "ann-m2"
    assert await told.bob.pull(CHAT, 1, 9) is None
    await told.ann.send("bob", "m4")
    assert [message.seq for message in (await told.bob.pull(CHAT, 1, 9)).Msgs] == [4]


@BOTH_WAYS
async def test_what_a_repeat_needs_is_removed_when_there_is_none_any_more(
    told: Talk, start_server: Any, database_url: str, path: str, named: dict[str, Any]
):
    await told.rest.data(path, {"userID": "bob", "deleteSyncOpt": OTHER, **named})
    await told.ann.send("bob", "m4")
    await start_server.stop()
    database = await open_database(database_url)
    clock = FakeClock(SYSTEM_CLOCK.now())
    left = []
    for hours in (1, 40, 1):
        clock.advance(hours * 3600)
        await Purging(database, clock=clock).sweep()
        rows = await database.fetch(f"select seq from messages where body <> cast('' as blob) and timeline = {_CHAT}")
        left.append(sorted(row[0] for row in rows))
    assert await database.fetch("select 1 from purges") == []
    await database.close()
    assert left == [[1, 2, 3, 4], [4], [4]]


@BOTH_WAYS
async def test_who_clears_does_not_wait_until_many_messages_are_removed(
    told: Talk,
    start_server: Any,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    named: dict[str, Any],
):
    monkeypatch.setattr(purging_module, "_AT_ONCE", 2)
    await told.rest.data(path, {"userID": "bob", "deleteSyncOpt": OTHER, **named})
    assert await told.ann.pull(CHAT, 1, 9) is None
    await start_server.stop()
    database = await open_database(database_url)

    async def contents() -> list[bool]:
        rows = await database.fetch(f"select body from messages where timeline = {_CHAT} order by seq")
        return [bool(MsgData.FromString(bytes(row[0])).content) for row in rows]

    assert await contents() == [False, False, True]
    await Purging(database).sweep()
    assert await contents() == [False, False, False]
    await database.close()


async def test_what_a_stopped_server_has_not_removed_is_removed_later(told: Talk, start_server: Any, database_url: str):
    await start_server.stop()
    database = await open_database(database_url)
    purging = Purging(database)
    (row,) = await database.fetch(f"select timeline from timelines where timeline = {_CHAT}")
    await database.write(lambda tx: purging.begin_at(tx, row[0], 3, 0))
    await purging.sweep()
    rows = await database.fetch(f"select body from messages where timeline = {_CHAT} order by seq")
    await database.close()
    assert [bool(MsgData.FromString(bytes(row[0])).content) for row in rows] == [False, False, True]


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/msg/clear_conversation_msg", {"userID": "bob"}, 1001),
        ("/msg/clear_conversation_msg", {"userID": "bob", "conversationIDs": ["si_bob_cid", "x"]}, 0),
        ("/msg/clear_conversation_msg", {"userID": "ann", "conversationIDs": [CHAT]}, 1002),
        ("/msg/clear_conversation_msg", {"userID": "", "conversationIDs": [CHAT]}, 1001),
        ("/msg/clear_conversation_msg", {"userID": "bob", "conversationIDs": ["x"] * 1001}, 1001),
        ("/msg/user_clear_all_msg", {"userID": "ann"}, 1002),
        ("/msg/user_clear_all_msg", {"userID": ""}, 1001),
    ],
)
async def test_what_cannot_be_cleared_stays(told: Talk, path, body, code):
    assert (await told.rest.post(path, body, user="bob"))["errCode"] == code
    for person in (told.ann, told.bob):
        assert len((await person.pull(CHAT, 1, 9)).Msgs) == 3
