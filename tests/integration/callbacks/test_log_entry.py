"""The rule that decided about a callback, with what was sent and answered, over HTTP on a whole server."""

import asyncio

import pytest

from amity.callbacks.rules import Rule
from tests.integration.conftest import import_callbacks
from tests.support.behaviour import Answer, HangUp
from tests.support.databases import ON_SQLITE_ALONE

PAGE = {"pagination": {"pageNumber": 1, "showNumber": 50}}
SENT = '{"callbackCommand":"callbackBeforeImportFriendsCommand","ownerUserID":"lena","friendUserIDs":["max"]}'


@pytest.fixture
async def friends(start_server, business):
    rest = await start_server(callbacks=import_callbacks(business))
    await rest.register("lena", "max", "kim")
    return rest


async def newest(rest, **wanted):
    """Return the newest entry that fits, as soon as there is one."""
    async with asyncio.timeout(10):
        while not (found := (await rest.data("/callback/log", {**PAGE, **wanted}))["entries"]):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return await rest.data("/callback/log_entry", {"seq": found[0]["seq"]})


@pytest.mark.parametrize(
    ("reaction", "verdict", "rule", "answer"),
    [
        ({"nextCode": 0}, "approved", Rule.APPROVED, '{"nextCode": 0}'),
        ({"friendUserIDs": []}, "modified", Rule.REPLACED, '{"friendUserIDs": []}'),
        ({"nextCode": 1}, "rejected", Rule.NEXT_CODE_1, '{"nextCode": 1}'),
        ({"actionCode": 1}, "failed", Rule.ACTION_CODE, '{"actionCode": 1}'),
        ({"nextCode": 2}, "failed", Rule.NEXT_CODE, '{"nextCode": 2}'),
        ({"friendUserIDs": 1}, "failed", Rule.FIELD, '{"friendUserIDs": 1}'),
        ({"friendUserIDs": ["nobody"]}, "failed", Rule.IMPOSSIBLE, '{"friendUserIDs": ["nobody"]}'),
        (Answer(b"OK"), "failed", Rule.NOT_JSON, "OK"),
        (Answer(b""), "failed", Rule.EMPTY, ""),
        (Answer(b"<b>no</b>", status=404), "failed", Rule.STATUS, "<b>no</b>"),
        (HangUp(), "failed", Rule.NO_ANSWER, ""),
    ],
)
async def test_an_entry_says_which_rule_decided_about_which_answer(friends, business, reaction, verdict, rule, answer):
    business.reaction = reaction
    await friends.post("/friend/import_friend", {"ownerUserID": "lena", "friendUserIDs": ["max"]})
    found = await newest(friends, callbackCommand="callbackBeforeImportFriendsCommand")
    assert (found["entry"]["verdict"], found["entry"]["rule"]) == (verdict, rule)
    assert (found["request"], found["requestBytes"]) == (SENT, len(SENT))
    assert (found["answer"], found["answerBytes"]) == (answer, len(answer))


async def test_a_callback_that_is_left_alone_says_so(friends, business):
    business.reaction = Answer({}, status=500)
    for _ in range(11):
        await friends.post("/friend/import_friend", {"ownerUserID": "lena", "friendUserIDs": ["max"]})
    found = await newest(friends, callbackCommand="callbackBeforeImportFriendsCommand")
    assert (found["entry"]["rule"], found["answerBytes"]) == (Rule.LEFT_ALONE, 0)


@pytest.mark.parametrize(
    ("reaction", "verdict", "rule"),
    [
        (Answer({}, status=204), "delivered", Rule.DELIVERED),
        (Answer({"sorry": True}, status=500), "retrying", Rule.NOT_DELIVERED),
        (HangUp(), "retrying", Rule.UNREACHED),
    ],
)
async def test_an_attempt_to_deliver_says_which_rule_decided(friends, business, reaction, verdict, rule):
    business.then({}, reaction, reaction)  # over a kept connection it is sent once more
    await friends.import_friends("lena", ["max"])
    found = await newest(friends, callbackCommand="callbackAfterImportFriendsCommand")
    assert (found["entry"]["verdict"], found["entry"]["rule"]) == (verdict, rule)
    assert '"callbackAfterImportFriendsCommand"' in found["request"]


async def test_the_log_is_read_on_from_an_entry_and_back_from_one(friends, business):
    business.reaction = {"nextCode": 1}
    for _ in range(3):
        await friends.post("/friend/import_friend", {"ownerUserID": "lena", "friendUserIDs": ["max"]})
    first, second, third = [each["seq"] for each in (await friends.data("/callback/log", PAGE))["entries"]][::-1]
    after = await friends.data("/callback/log", {**PAGE, "after": first})
    assert [each["seq"] for each in after["entries"]] == [third, second]
    before = await friends.data("/callback/log", {**PAGE, "before": third, "after": first, "verdict": "rejected"})
    assert ([each["seq"] for each in before["entries"]], before["total"]) == ([second], 1)


@ON_SQLITE_ALONE
async def test_an_entry_that_is_not_there_is_1004(friends):
    for seq in (0, -1, 1 << 62):
        assert (await friends.post("/callback/log_entry", {"seq": seq}))["errCode"] == 1004


@ON_SQLITE_ALONE
async def test_no_bodies_are_kept_where_the_settings_say_so(start_server, business):
    rest = await start_server(callbacks={**import_callbacks(business), "bodyHours": 0})
    await rest.register("lena", "max")
    await rest.import_friends("lena", ["max"])
    found = await newest(rest, verdict="approved")
    assert (found["request"], found["answer"], found["requestBytes"]) == ("", "", len(SENT))
