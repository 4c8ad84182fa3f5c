"""``Idempotency-Key``: the answer of a repeated call, and what is not done again."""

import asyncio

import pytest

from amity.calls.call import Call
from amity.calls.idempotency import Idempotency
from amity.relations.friends.models import ImportFriendResponse
from amity.storage import open_database
from tests.integration.conftest import import_callbacks
from tests.support.databases import ON_SQLITE_ALONE
from tests.support.fake_clock import FakeClock

KEY = {"Idempotency-Key": "order-1"}


async def imported(rest, friends, *, user="imAdmin", headers=KEY, owner="ann"):
    return await rest.post(
        "/friend/import_friend", {"ownerUserID": owner, "friendUserIDs": friends}, user=user, headers=headers
    )


@pytest.fixture
async def people(asked):
    await asked.register("ann", "bob", "cy")
    return asked


def asked_before(business):
    return len([each for each in business.requests if "BeforeImport" in each.path])


async def test_a_repeated_key_answers_what_the_first_call_answered_without_a_second_callback(people, business):
    first = await imported(people, ["bob"])
    assert first["data"]["imported"] == ["bob"]
    assert await imported(people, ["bob"]) == first
    assert asked_before(business) == 1


async def test_a_rejection_is_repeated_too(people, business):
    business.reaction = {"nextCode": 1, "errCode": 5001, "errMsg": "no", "errDlt": "why"}
    first = await imported(people, ["bob"])
    business.reaction = {}
    assert await imported(people, ["bob"]) == first
    assert first["errCode"] == 5001
    assert asked_before(business) == 1


async def test_the_same_key_with_another_body_is_refused(people):
    await imported(people, ["bob"])
    refused = await imported(people, ["cy"])
    assert refused["errCode"] == 1001
    assert "Idempotency-Key" in refused["errDlt"]
    assert await people.friends("ann") == ["bob"]


async def test_callers_do_not_share_keys(start_server, business):
    rest = await start_server(clientImport="open", callbacks=import_callbacks(business))
    await rest.register("ann", "bob")
    await imported(rest, ["bob"])
    assert (await imported(rest, ["bob"], user="ann"))["data"]["existing"] == ["bob"]


async def test_a_call_that_comes_while_the_first_is_under_way_waits_for_its_answer(people, business):
    answers = await asyncio.gather(*(imported(people, ["bob"]) for _ in range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["data"]["imported"] == ["bob"]
    assert asked_before(business) == 1


async def test_a_key_outlives_a_restart(start_server):
    first = await start_server()
    await first.register("ann", "bob")
    answer = await imported(first, ["bob"])
    await start_server.stop()
    second = await start_server()
    assert await imported(second, ["bob"]) == answer


@ON_SQLITE_ALONE
async def test_a_key_of_more_than_255_characters_is_refused(people):
    refused = await imported(people, ["bob"], headers={"Idempotency-Key": "k" * 256})
    assert refused["errCode"] == 1001


async def test_an_answer_of_a_time_when_the_clock_was_ahead_is_replaced_and_then_forgotten(database_url):
    clock = FakeClock()
    database = await open_database(database_url)
    idempotency = Idempotency(database, clock)
    call = Call(operation_id="op", user_id="imAdmin", is_admin=True, idempotency_key="key", body=b"{}")

    async def ask(*imported):
        async def run(remember):
            response = ImportFriendResponse(imported=list(imported), existing=[], skipped=[])
            await database.write(lambda tx: remember(tx, response))
            return response

        return (await idempotency.once(call, ImportFriendResponse, run)).imported

    clock.step(365 * 86400)
    ahead = clock.now_ms()
    assert await ask("ahead") == ["ahead"]
    clock.step(-365 * 86400)
    assert await ask("right") == ["right"]
    assert await ask("again") == ["right"]
    clock.step(-30)  # as far as the clocks of two processes may be apart
    assert await ask("again") == ["right"]
    await database.write(lambda tx: tx.fetch("update idempotency set created_at = $1", ahead))
    await idempotency.sweep()
    assert await database.fetch("select key from idempotency") == []
    await database.close()


async def test_new_keys_of_a_user_are_limited_per_hour_and_refusals_count(start_server):
    rest = await start_server(clientImport="open", limits={"idempotencyKeysPerHour": 3})
    await rest.register("ann", "bob")
    kept = [await imported(rest, ["nobody"], user="ann", headers={"Idempotency-Key": f"k{n}"}) for n in range(3)]
    assert {answer["errCode"] for answer in kept} == {1004}
    refused = await imported(rest, ["bob"], user="ann", headers={"Idempotency-Key": "k3"})
    assert (refused["errCode"], refused["errMsg"]) == (1356, "IdempotencyKeysLimitError")
    assert await rest.friends("ann") == []
    assert await imported(rest, ["nobody"], user="ann", headers={"Idempotency-Key": "k0"}) == kept[0]
    assert (await imported(rest, ["bob"], user="ann", headers={}))["errCode"] == 0
    for number in range(5):
        assert (await imported(rest, ["bob"], headers={"Idempotency-Key": f"a{number}"}))["errCode"] == 0


async def test_keys_of_calls_under_way_count_too(start_server, business):
    limits = {"idempotencyKeysPerHour": 3}
    rest = await start_server(clientImport="open", limits=limits, callbacks=import_callbacks(business))
    await rest.register("ann", "bob")
    await imported(rest, ["bob"], user="ann", headers={})  # so that there is a token already
    answers = await asyncio.gather(
        *(imported(rest, ["bob"], user="ann", headers={"Idempotency-Key": f"k{number}"}) for number in range(20))
    )
    codes = [answer["errCode"] for answer in answers]
    assert (codes.count(0), codes.count(1356)) == (3, 17)
    assert asked_before(business) == 1 + 3


async def test_a_refusal_that_is_kept_has_a_stated_length(start_server, database_url):
    rest = await start_server(clientImport="open")
    await rest.register("ann")
    first = await imported(rest, ["z" * 1_000_000], user="ann")
    assert len(first["errDlt"]) < 5000
    assert await imported(rest, ["z" * 1_000_000], user="ann") == first
