"""What two transactions take back at the same time stays gone. On SQLite they do not overlap."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from amity.clock import SYSTEM_CLOCK
from amity.messages import forms
from amity.messages.taking_back.masking import Masking
from amity.storage import open_database
from amity.wire.proto.sdkws_pb2 import MsgData
from tests.integration.messages.conftest import Club, Talk

CHAT = "si_ann_bob"

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


async def somebody_waits(connection: asyncpg.Connection, count: int = 1) -> None:
    """Return once so many transactions wait for the locks of others."""
    deadline = SYSTEM_CLOCK.monotonic() + 5
    while await connection.fetchval("select count(distinct pid) from pg_locks where not granted") < count:
        assert SYSTEM_CLOCK.monotonic() < deadline
        await asyncio.sleep(0.01)


async def test_who_makes_chats_private_locks_them_in_the_order_of_all_others(talk: Talk, database_url: str):
    # The chat of the second pair has the smaller number.
    for sender in ("bob", "ann"):
        message = {"sendID": sender, "recvID": "cid", "sessionType": 1, "contentType": 101, "content": {"content": "x"}}
        await talk.rest.data("/msg/send_msg", message)
    row = {"conversationID": "", "conversationType": 1, "userID": "cid", "isPrivateChat": True}
    other: Any = await asyncpg.connect(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        lock = "select timeline from timelines where form = 1 order by timeline limit 1 offset {} for update nowait"
        await other.execute(lock.format(0))
        body = {"userIDs": ["ann", "bob"], "conversation": row}
        setting = asyncio.create_task(talk.rest.data("/conversation/set_conversations", body))
        await somebody_waits(other)
        await other.execute(lock.format(1))
        await transaction.commit()
        await setting
    finally:
        await other.close()


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/msg/revoke_msg", {"seq": 1}),
        ("/msg/delete_msgs", {"seqs": [1], "deleteSyncOpt": {"IsSyncOther": True}}),
    ],
)
@pytest.mark.parametrize("notices_are_first", [True, False])
async def test_who_takes_back_a_message_locks_timelines_before_it_in_the_order_of_all_others(
    talk: Talk, database_url: str, path: str, named: dict[str, Any], notices_are_first: bool
):
    async def notify() -> None:
        notification = {"key": "k", "data": "d", "sendUserID": "ann", "recvUserID": "bob"}
        await talk.rest.data("/msg/send_business_notification", {**notification, "reliabilityLevel": 2})

    if notices_are_first:
        await notify()
    await talk.ann.send("bob", "m1")
    if not notices_are_first:
        await notify()
    other: Any = await asyncpg.connect(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        # As who deletes what is too old: both timelines, then their messages.
        lock = "select timeline from timelines order by timeline limit 1 offset {} for update nowait"
        await other.execute(lock.format(0))
        asked = asyncio.create_task(talk.rest.data(path, {"conversationID": CHAT, "userID": "ann", **named}))
        await somebody_waits(other)
        await other.execute(lock.format(1))
        await other.execute("select 1 from messages for update nowait")
        await transaction.commit()
        await asked
    finally:
        await other.close()


@pytest.mark.parametrize("is_told", [True, False])
async def test_what_the_two_users_have_read_is_told_in_the_order_of_its_commits(
    start_server: Any, business: Any, database_url: str, is_told: bool
):
    events = {"afterSingleMsgRead": {"enable": is_told, "timeout": 2}}
    rest = await start_server(callbacks={"url": business.url, **events})
    await rest.register("ann", "bob")
    message = {"sendID": "ann", "recvID": "bob", "sessionType": 1, "contentType": 101, "content": {"content": "x"}}
    await rest.data("/msg/send_msg", message)
    other: Any = await asyncpg.connect(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        # As a transaction of Ann that has recorded an event.
        await other.execute("select 1 from users where user_id = 'ann' for no key update")
        mark = {"conversationID": CHAT, "userID": "bob", "hasReadSeq": 1, "seqs": []}
        reading = asyncio.create_task(rest.data("/msg/mark_conversation_as_read", mark, user="bob"))
        if is_told:
            await somebody_waits(other)
            assert not reading.done()
            await transaction.commit()
        await reading
    finally:
        await other.close()
    if is_told:
        (told,) = await business.wait_for(1)
        assert told.json["userID"] == "bob"


async def test_masking_a_quote_does_not_bring_back_a_text_that_is_taken_away_meanwhile(talk: Talk, database_url: str):
    await talk.ann.send("bob", "m1")
    quote = {"text": "SECRET", "quoteMessage": {"seq": 1, "clientMsgID": "ann-m1", "content": "m1"}}
    await talk.bob.send("ann", "quote", contentType=114, content=json.dumps(quote).encode())
    other: Any = await asyncpg.connect(database_url)
    database = await open_database(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        body = await other.fetchval("select body from messages where seq = 2 for update")
        emptied = forms.deleted(MsgData.FromString(body))
        await other.execute("update messages set body = $1 where seq = 2", emptied)
        # Who revokes waits for no quote, and both users hear of it.
        asked = {"conversationID": CHAT, "seq": 1, "userID": "ann"}
        await talk.rest.data("/msg/revoke_msg", asked, user="ann")
        assert (await talk.bob.notified_of(2101))["seq"] == 1
        masking = asyncio.create_task(Masking(database).sweep())
        await somebody_waits(other)
        await transaction.commit()
        await masking
        assert await other.fetchval("select body from messages where seq = 2") == emptied
    finally:
        await other.close()
        await database.close()


@pytest.mark.parametrize("is_notice", [False, True])
async def test_a_message_of_a_group_is_not_lost_to_who_deletes_the_conversation_meanwhile(
    club: Club, database_url: str, is_notice: bool
):
    async def write() -> None:
        if is_notice:
            await club.do("mute_group")
        else:
            await club.ann.write("club", "late")

    other: Any = await asyncpg.connect(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("select user_seq from users where user_id = 'ann' for update")
        writing = asyncio.create_task(write())
        await somebody_waits(other)
        # The message has looked already who has deleted the conversation.
        body = {"ownerUserID": "bob", "conversationIDs": ["sg_club"]}
        deleting = asyncio.create_task(club.rest.data("/conversation/delete_conversations", body, user="bob"))
        await somebody_waits(other, 2)
        await transaction.commit()
        await asyncio.gather(writing, deleting)
    finally:
        await other.close()


async def test_who_left_clears_what_it_saw_though_somebody_writes_meanwhile(club: Club, database_url: str):
    await club.do("quit_group", user="bob")
    left = (await club.ann.max_seqs())["sg_club"]
    body = {"conversationIDs": ["sg_club"], "userID": "bob"}
    other: Any = await asyncpg.connect(database_url)
    try:
        async with other.transaction():
            await other.execute("select user_seq from users where user_id = 'bob' for update")
            clearing = asyncio.create_task(club.rest.data("/msg/clear_conversation_msg", body, user="bob"))
            await somebody_waits(other)
            await club.ann.write("club", "meanwhile")
        await clearing
    finally:
        await other.close()
    await club.do("invite_user_to_group", invitedUserIDs=["bob"])
    pulled = await club.bob.pull("sg_club", 1, 99)
    assert [each.seq for each in pulled.Msgs if each.status < 4] == [left + 1, left + 2]
