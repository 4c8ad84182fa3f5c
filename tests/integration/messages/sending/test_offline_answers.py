"""What the business server answers before a push to phones, and what the provider is told then."""

import asyncio
from typing import Any

import asyncpg
import pytest

from amity.clock import SYSTEM_CLOCK
from amity.delivery import offline
from tests.integration.messages.sending.test_callbacks import REFUSAL, Asked, of
from tests.integration.messages.sending.test_offline_push import PUSH, token
from tests.support.business_server import BusinessServer
from tests.support.stored_rows import stored_rows

ASK = "callbackBeforeOfflinePushCommand"
COUNTS = {"offlinePushInfo": {"title": "t", "iOSBadgeCount": True}}


@pytest.fixture
def asked(start_server: Any, business: BusinessServer) -> Asked:
    return Asked(start_server, business)


async def test_the_business_server_is_asked_first_and_its_answer_counts(asked, business):
    talk = await asked("beforeOfflinePush", "afterOfflinePush")
    await token(talk)
    business.then({"offlinePushInfo": {"title": "the app's"}})
    await talk.ann.send("cid", "hello")
    await business.wait_for(2)
    question, push = business.requests
    assert (question.json["callbackCommand"], push.json["callbackCommand"]) == (ASK, PUSH)
    assert (push.json["title"], push.json["desc"], push.json["seq"]) == ("the app's", "the app's", 1)
    assert push.json["receivers"][0]["devices"][0]["token"] == "cid's phone"


async def test_what_the_business_server_refuses_is_not_pushed(asked, business):
    talk = await asked("beforeOfflinePush", "afterOfflinePush")
    business.then(REFUSAL)
    await talk.ann.send("cid", "refused")
    await talk.ann.send("cid", "mark")
    await business.wait_for(3)
    assert [each.json["clientMsgID"] for each in of(business, PUSH)] == ["ann-mark"]


async def answered(asked: Asked, business: BusinessServer, *user_ids: str) -> dict[str, Any]:
    """Answer that a message from Ann to Cid is pushed to these users, and return what the provider is told of it."""
    talk = await asked("beforeOfflinePush", "afterOfflinePush")
    business.then({"userIDList": user_ids})
    await talk.ann.send("cid", "hello", **COUNTS)
    await business.wait_for(2)
    pushed: dict[str, Any] = business.requests[1].json
    return pushed


async def test_who_is_named_twice_is_pushed_to_once(asked, business):
    push = await answered(asked, business, "bob", "cid", "bob")
    assert [(each["userID"], each["badge"]) for each in push["receivers"]] == [("bob", 1), ("cid", 1)]


async def test_who_is_no_user_is_not_pushed_to_and_leaves_nothing(asked, business, database_url):
    push = await answered(asked, business, "nobody", "cid", "no\0body")
    assert [each["userID"] for each in push["receivers"]] == ["cid"]
    assert await stored_rows(database_url, "select user_id from app_badges") == [("cid",)]


async def test_no_more_users_than_may_be_named_are_pushed_to(asked, business, monkeypatch, caplog):
    monkeypatch.setattr(offline, "MOST_USERS", 1)
    push = await answered(asked, business, "cid", "cid", "bob")
    assert [each["userID"] for each in push["receivers"]] == ["cid"]
    assert "names 2 users: the first 1 are pushed to" in caplog.text


async def test_many_users_are_pushed_to_as_the_answer_says(asked, business):
    talk = await asked("beforeOfflinePush", "afterOfflinePush")
    many = [f"u{number:03}" for number in range(150)]
    await talk.rest.register(*many)
    business.then({"userIDList": many[::-1]})
    await talk.ann.send("cid", "hello", **COUNTS)
    await business.wait_for(2)
    receivers = business.requests[1].json["receivers"]
    assert [(each["userID"], each["badge"]) for each in receivers] == [(each, 1) for each in reversed(many)]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_is_asked_about_and_what_is_not_are_told_one_after_the_other(start_server, business, database_url):
    on = {"beforeOfflinePush": {"enable": True, "allowedTypes": ["110"]}, "afterOfflinePush": {"enable": True}}
    rest = await start_server(callbacks={"url": business.url, **on})
    await rest.register("ann", "cid")
    sent = {"sendID": "ann", "recvID": "cid", "contentType": 101, "sessionType": 1, "content": {"content": "hello"}}
    other: Any = await asyncpg.connect(database_url)
    try:
        transaction = other.transaction()
        await transaction.start()
        # As the transaction that tells of a message that was asked about.
        await other.execute("select pg_advisory_xact_lock(hashtextextended('push of si_ann_cid', 0))")
        sending = asyncio.create_task(rest.data("/msg/send_msg", sent))
        deadline = SYSTEM_CLOCK.monotonic() + 5
        while not await other.fetchval("select count(*) from pg_locks where not granted"):
            assert SYSTEM_CLOCK.monotonic() < deadline
            await asyncio.sleep(0.01)
        await transaction.commit()
        await sending
    finally:
        await other.close()


async def test_a_message_is_pushed_once_though_clients_are_asked_about(asked, business):
    talk = await asked("beforeOnlinePush", "afterOfflinePush")
    await talk.ann.send("cid", "hello")
    await talk.ann.send("cid", "mark")
    await business.wait_for(4)
    assert [each.json["clientMsgID"] for each in of(business, PUSH)] == ["ann-hello", "ann-mark"]
