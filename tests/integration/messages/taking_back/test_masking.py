"""The text of what is taken back is taken out of its quotes in the database, and out of no others."""

import json
from typing import Any

import pytest

from amity.clock import SYSTEM_CLOCK
from amity.messages.taking_back.burning import Burning
from amity.messages.taking_back.masking import Masking
from amity.storage import open_database
from amity.timeline.quotes import name_of
from amity.timeline.retention import Retention
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Talk
from tests.support.fake_clock import FakeClock

CHAT = "si_ann_bob"
DAY = 86_400
QUOTED = [{"seq": 2}, {"clientMsgID": "ann-m2"}, {"seq": "2", "clientMsgID": "ann-m2"}]


def quote(text: str, **named: Any) -> dict[str, Any]:
    content = {"text": "see", "quoteMessage": {**named, "content": text}}
    return {"contentType": 114, "content": json.dumps(content).encode()}


@pytest.fixture
async def told(talk: Talk) -> Talk:
    """Three messages of Ann to Bob, the second of which burns."""
    await talk.ann.send("bob", "m1")
    await talk.ann.send("bob", "m2", options={"notPrivate": False}, attachedInfo='{"burnDuration": 600}')
    await talk.ann.send("bob", "m3")
    return talk


@pytest.fixture
async def left(start_server: Any, database_url: str) -> Any:
    """Stops the server, masks, and returns the messages that are in the database, by their ids."""

    async def masked(after: float = 0, keep_days: int = 0) -> dict[str, MsgData]:
        await start_server.stop()
        database = await open_database(database_url)
        clock = FakeClock(SYSTEM_CLOCK.now() + after)
        try:
            await Burning(database, clock).sweep()
            await Retention(database, keep_days, clock=clock).sweep()
            await Masking(database, clock).sweep()
            rows = await database.fetch("select body from messages order by timeline, seq")
            for table in ("quotes", "withdrawn_names"):
                assert not await database.fetch(f"select 1 from {table} where is_due = 1")
        finally:
            await database.close()
        messages = [MsgData.FromString(bytes(row[0])) for row in rows]
        return {message.clientMsgID: message for message in messages}

    return masked


async def revoke(talk: Talk) -> None:
    await talk.rest.data("/msg/revoke_msg", {"conversationID": CHAT, "seq": 2, "userID": "ann"}, user="ann")


async def delete_for_both(talk: Talk) -> None:
    body = {"conversationID": CHAT, "seqs": [2], "userID": "ann", "deleteSyncOpt": {"IsSyncOther": True}}
    await talk.rest.data("/msg/delete_msgs", body, user="ann")


async def delete_physically(talk: Talk) -> None:
    await talk.rest.data("/msg/delete_msg_phsical_by_seq", {"conversationID": CHAT, "seqs": [2]})


async def burn(talk: Talk) -> None:
    asked = {"userID": "bob", "conversationID": CHAT, "hasReadSeq": 2}
    await talk.rest.data("/msg/set_conversation_has_read_seq", asked, user="bob")


@pytest.mark.parametrize("take_back", [revoke, delete_for_both, delete_physically, burn])
@pytest.mark.parametrize("named", QUOTED)
async def test_the_text_is_gone_from_quotes(told: Talk, left: Any, take_back: Any, named: dict[str, Any]):
    await told.ann.send("bob", "quote", **quote("SECRET", **named))
    await told.ann.send("bob", "other", **quote("OTHER", seq=1, clientMsgID="ann-m1"))
    await take_back(told)
    found = await left(601)
    expected = {**named, "contentType": 2101, "content": "{}"}
    assert json.loads(found["ann-quote"].content) == {"text": "see", "quoteMessage": expected}
    assert b"OTHER" in found["ann-other"].content


async def test_of_any_number_of_quotes(told: Talk, left: Any):
    for number in range(60):  # Both send, as a user may not send all of them in a second.
        await told.ann.send("bob", f"a{number}", **quote("SECRET", seq=2))
        await told.bob.send("ann", f"b{number}", **quote("SECRET", seq=2))
    await revoke(told)
    assert not [each for each in (await left()).values() if b"SECRET" in each.content]


@pytest.mark.parametrize("named", QUOTED)
async def test_of_those_that_are_sent_later(told: Talk, left: Any, named: dict[str, Any]):
    await revoke(told)
    await told.bob.send("ann", "quote", **quote("SECRET", **named))
    await told.bob.send("ann", "other", **quote("OTHER", seq=1, clientMsgID="ann-m1"))
    found = await left()
    assert (b"SECRET" in found["bob-quote"].content, b"OTHER" in found["bob-other"].content) == (False, True)


async def test_a_quote_that_is_taken_back_itself_is_left_as_it_is(told: Talk, left: Any):
    await told.ann.send("bob", "quote", **quote("SECRET", seq=2))
    await revoke(told)
    body = {"conversationID": CHAT, "seqs": [4], "userID": "ann", "deleteSyncOpt": {"IsSyncOther": True}}
    await told.rest.data("/msg/delete_msgs", body, user="ann")
    found = (await left())["ann-quote"]
    assert (found.status, found.content) == (4, b"")


@pytest.mark.parametrize("named", QUOTED)
async def test_until_then_quotes_are_shown_without_it(told: Talk, named: dict[str, Any]):
    await told.bob.send("ann", "before", **quote("SECRET", **named))
    await revoke(told)
    await told.bob.send("ann", "after", **quote("SECRET", **named))
    await told.bob.send("ann", "other", **quote("OTHER", seq=1, clientMsgID="ann-m1"))
    pulled = {each.clientMsgID: each.content for each in (await told.ann.pull(CHAT, 1, 99)).Msgs}
    assert [b"SECRET" in pulled[each] for each in ("bob-before", "bob-after")] == [False, False]
    assert b"OTHER" in pulled["bob-other"]


async def test_the_name_of_a_member_may_be_written_with_escapes(told: Talk, left: Any):
    content = quote("SECRET", seq=2)["content"].replace(b"quoteMessage", b"quote\\u004dessage")
    await told.ann.send("bob", "quote", contentType=114, content=content)
    await revoke(told)
    assert b"SECRET" not in (await left())["ann-quote"].content


async def test_of_what_was_taken_back_the_name_stays_and_the_number_does_not(told: Talk, left: Any, database_url: str):
    await told.ann.send("bob", "quote", **quote("SECRET", seq=2, clientMsgID="ann-m2"))
    await revoke(told)
    await left()
    database = await open_database(database_url)
    rows = await database.fetch("select quoted, seq, is_due from withdrawn_names")
    assert [(row[0], row[1], row[2]) for row in rows] == [(name_of("ann-m2"), 2, 0)]
    await database.close()
