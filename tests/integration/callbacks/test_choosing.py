"""Replaying and discarding several events, or all of a filter, over HTTP on a whole server."""

import asyncio

import pytest

from tests.integration.callbacks.post_office import DELETED, IMPORTED
from tests.support.behaviour import Answer
from tests.support.databases import ON_SQLITE_ALONE

PAGE = {"pagination": {"pageNumber": 1, "showNumber": 100}}
OWNERS = ("lena", "max", "kim")


@pytest.fixture
async def dead(start_server, business):
    """A server that has given up two kinds of events of three users each, and the ids by kind and user."""
    business.reaction = Answer({}, status=500)
    kinds = {"afterImportFriends": {"enable": True}, "afterDeleteFriend": {"enable": True}}
    rest = await start_server(callbacks={"url": business.url, "retries": [], **kinds})
    await rest.register(*OWNERS, "other")
    for owner in OWNERS:
        await rest.import_friends(owner, ["other"])
        await rest.data("/friend/delete_friend", {"ownerUserID": owner, "friendUserID": "other"})
    ids: dict[tuple[str, str], str] = {}
    async with asyncio.timeout(10):
        while len(ids) < 6:
            await asyncio.sleep(0.02)
            found = (await rest.data("/callback/list", {"state": "dead", **PAGE}))["events"]
            ids = {(each["callbackCommand"], each["ownerUserID"]): each["eventID"] for each in found}
    return rest, ids


async def left(rest):
    found = (await rest.data("/callback/list", PAGE))["events"]
    return {(each["callbackCommand"], each["ownerUserID"]) for each in found}


async def becomes(rest, expected):
    """Return when the outbox has these and no others."""
    async with asyncio.timeout(10):
        while await left(rest) != expected:  # noqa: ASYNC110 - only asking tells
            await asyncio.sleep(0.02)


async def test_the_chosen_are_delivered_and_unknown_ones_passed_over(dead, business):
    rest, ids = dead
    business.reaction = {}
    chosen = [ids[IMPORTED, "lena"], ids[DELETED, "max"], "evt_unknown", ids[IMPORTED, "lena"]]
    assert await rest.data("/callback/replay", {"eventIDs": chosen}) == {"replayed": 2}
    await becomes(rest, ids.keys() - {(IMPORTED, "lena"), (DELETED, "max")})


async def test_all_of_a_user_and_a_callback_are_delivered(dead, business):
    rest, _ids = dead
    business.reaction = {}
    asked = {"all": True, "state": "dead", "ownerUserID": "kim", "callbackCommand": DELETED}
    assert await rest.data("/callback/replay", asked) == {"replayed": 1}
    assert await rest.data("/callback/replay", {"all": True, "callbackCommand": IMPORTED}) == {"replayed": 3}
    assert await rest.data("/callback/replay", {"all": True, "state": "retrying"}) == {"replayed": 0}
    await becomes(rest, {(DELETED, "lena"), (DELETED, "max")})


async def test_the_chosen_are_discarded_and_unknown_ones_passed_over(dead):
    rest, ids = dead
    chosen = [ids[IMPORTED, "lena"], ids[DELETED, "max"], "evt_unknown", ids[IMPORTED, "lena"]]
    assert await rest.data("/callback/discard", {"eventIDs": chosen}) == {"discarded": 2}
    assert await left(rest) == ids.keys() - {(IMPORTED, "lena"), (DELETED, "max")}
    log = await rest.data("/callback/log", {"verdict": "discarded", **PAGE})
    assert sorted(each["eventID"] for each in log["entries"]) == sorted({chosen[0], chosen[1]})


async def test_all_dead_ones_of_a_user_or_a_callback_are_discarded(dead):
    rest, _ids = dead
    assert await rest.data("/callback/discard", {"allDead": True, "ownerUserID": "kim"}) == {"discarded": 2}
    assert await rest.data("/callback/discard", {"allDead": True, "callbackCommand": IMPORTED}) == {"discarded": 2}
    assert await left(rest) == {(DELETED, "lena"), (DELETED, "max")}
    assert await rest.data("/callback/discard", {"allDead": True}) == {"discarded": 2}


@ON_SQLITE_ALONE
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("replay", {"eventIDs": []}),
        ("replay", {"eventIDs": ["evt"], "all": True}),
        ("replay", {"eventIDs": ["evt"] * 101}),
        ("replay", {"eventIDs": ["x" * 257]}),
        ("replay", {"eventIDs": ["evt"], "ownerUserID": "lena"}),
        ("replay", {"eventID": "evt", "state": "dead"}),
        ("replay", {"all": True, "state": "pending"}),
        ("discard", {"eventIDs": []}),
        ("discard", {"eventIDs": ["evt"], "eventID": "evt"}),
        ("discard", {"eventIDs": ["evt"] * 101}),
        ("discard", {"eventIDs": ["evt"], "callbackCommand": IMPORTED}),
    ],
)
async def test_what_does_not_say_which_is_refused(rest, path, body):
    assert (await rest.post(f"/callback/{path}", body))["errCode"] == 1001
