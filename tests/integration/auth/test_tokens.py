"""The life of tokens, from their issue to their sweep, on both databases."""

import asyncio

import jwt
import pytest

from amity.auth import service, store
from amity.auth.models import GetAdminTokenRequest
from amity.auth.service import Auth
from amity.calls.token_hash import hash_of
from amity.errors import ImError
from amity.settings import Settings
from tests.integration.auth.asking import CALL, DAYS_90, admin_token, anyone, judged, signed, user_token
from tests.support.rest import ADMIN, SECRET


async def test_an_administrator_who_knows_the_secret_gets_a_token(rest, world):
    answer = await anyone(rest, "/auth/get_admin_token", {"secret": SECRET, "userID": ADMIN})
    assert list(answer["data"]) == ["token", "expireTimeSeconds"]
    assert answer["data"]["expireTimeSeconds"] == DAYS_90
    claims = jwt.decode(answer["data"]["token"], options={"verify_signature": False})
    now = int(world.clock.now())
    assert claims == {"UserID": ADMIN, "PlatformID": 10, "exp": now + DAYS_90, "iat": now - 5}


async def test_admin_tokens_stay_valid_side_by_side(rest):
    several = [await admin_token(rest) for _ in range(5)]
    assert len(set(several)) == 5
    assert [await judged(rest, token) for token in several] == [0] * 5


async def test_tokens_asked_for_at_once_are_all_different_and_all_valid(rest):
    several = await asyncio.gather(*(admin_token(rest) for _ in range(20)))
    assert len(set(several)) == 20
    assert {await judged(rest, token) for token in several} == {0}


async def test_the_valid_tokens_of_a_user_are_counted_by_platform(rest, world):
    for platform in (5, 1, 5):
        await user_token(rest, "alice", platform)
    answer = await rest.data("/auth/count_tokens", {"userID": "alice"})
    assert [(each["platformID"], each["count"]) for each in answer["platforms"]] == [(1, 1), (5, 1)]
    ends = answer["platforms"][0]["expireTime"]
    assert 0 <= int(world.clock.now()) + DAYS_90 - ends // 1000 <= 10
    await rest.data("/auth/force_logout", {"userID": "alice", "platformID": 5})
    answer = await rest.data("/auth/count_tokens", {"userID": "alice"})
    assert [each["platformID"] for each in answer["platforms"]] == [1]
    assert (await rest.data("/auth/count_tokens", {"userID": "nobody"}))["platforms"] == []


async def test_a_server_without_a_secret_is_not_built(database, world):
    with pytest.raises(ValueError, match="secret"):
        Auth(Settings(secret=""), database, world)


async def test_an_administrator_gets_a_token_for_a_user(rest, world):
    data = await rest.data("/auth/get_user_token", {"userID": "alice", "platformID": 5})
    assert data["expireTimeSeconds"] == DAYS_90
    answer = await anyone(rest, "/auth/parse_token", {"token": data["token"]})
    assert answer["data"] == {"userID": "alice", "platformID": 5, "expireTimeSeconds": int(world.clock.now()) + DAYS_90}
    assert list(answer["data"]) == ["userID", "platformID", "expireTimeSeconds"]


async def test_a_new_login_kicks_the_older_one_of_the_same_platform_only(rest):
    first = await user_token(rest, "alice", 5)
    elsewhere = await user_token(rest, "alice", 2)
    other = await user_token(rest, "bob", 5)
    second = await user_token(rest, "alice", 5)
    assert [await judged(rest, token) for token in (first, elsewhere, other, second)] == [1506, 0, 0, 0]


async def test_a_kicked_token_is_forgotten_at_the_next_login(rest):
    tokens_in_turn = [await user_token(rest, "alice") for _ in range(3)]
    assert [await judged(rest, token) for token in tokens_in_turn] == [1507, 1506, 0]


async def test_a_token_that_was_kicked_within_a_second_does_not_come_to_life_again(rest):
    tokens_in_turn = [await user_token(rest, "alice") for _ in range(6)]
    assert len(set(tokens_in_turn)) == 6
    await rest.data("/auth/force_logout", {"userID": "alice", "platformID": 5})
    again = await user_token(rest, "alice")
    assert again not in tokens_in_turn


async def test_logins_at_once_leave_one_token_valid(rest):
    several = await asyncio.gather(*(user_token(rest, "alice") for _ in range(10)))
    assert sorted([await judged(rest, token) for token in several])[:2] == [0, 1506]


async def test_two_processes_on_one_database_issue_different_tokens(rest, database, world, auth):
    neighbour = Auth(Settings(secret=SECRET, admins=[ADMIN]), database, world, world.clock)
    request = GetAdminTokenRequest(secret=SECRET, user_id=ADMIN)
    first = await auth.get_admin_token(CALL, request)
    second = await neighbour.get_admin_token(CALL, request)
    assert first.token != second.token
    assert [await judged(rest, token) for token in (first.token, second.token)] == [0, 0]


async def test_parsing_a_token_returns_its_user_and_expiry(rest, auth, world):
    assert (await auth.identify(await user_token(rest, "alice"))).expires == int(world.clock.now()) + DAYS_90


async def test_a_token_expires_while_it_is_in_use(rest, world):
    token = await admin_token(rest)
    world.clock.advance(DAYS_90 - 1)
    assert await judged(rest, token) == 0
    world.clock.advance(1)
    assert await judged(rest, token) == 1501


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # a SQLite file has one process
async def test_a_token_that_another_process_ends_is_ended_here(rest, database):
    token = await user_token(rest, "alice")
    assert await judged(rest, token) == 0

    async def elsewhere(tx):
        await store.kick(tx, "alice", 5)

    await database.write(elsewhere)
    assert await judged(rest, token) == 1506


async def test_a_state_that_is_not_known_is_refused(rest, database):
    token = await user_token(rest, "alice")

    async def elsewhere(tx):
        await tx.fetch("update tokens set state = 3")

    await database.write(elsewhere)
    assert await judged(rest, token) == 1505


async def test_no_token_is_stored_in_readable_form(rest, database):
    token = await admin_token(rest)
    rows = await database.fetch("select token_hash, user_id from tokens")
    assert [tuple(row) for row in rows] == [(hash_of(token), ADMIN)]


async def test_the_cache_of_tokens_is_bounded(auth, monkeypatch):
    monkeypatch.setattr(service, "_MOST_VERIFIED", 3)
    request = GetAdminTokenRequest(secret=SECRET, user_id=ADMIN)
    several = [(await auth.get_admin_token(CALL, request)).token for _ in range(5)]
    for token in several:
        assert (await auth.identify(token)).is_admin
    assert list(auth._verified) == several[2:]
    assert (await auth.identify(several[2])).user_id == ADMIN
    assert list(auth._verified) == [several[3], several[4], several[2]]


async def test_expired_tokens_are_swept_in_batches(rest, auth, database, world, monkeypatch):
    monkeypatch.setattr(service, "_SWEPT_AT_ONCE", 2)
    for _ in range(5):
        await admin_token(rest)
    assert await auth.sweep() == 0
    world.clock.advance(86400)
    kept = await admin_token(rest)
    world.clock.advance(DAYS_90 - 86400)
    assert await auth.sweep() == 5
    assert await judged(rest, kept) == 0
    assert await auth.sweep() == 0


async def test_an_administrator_keeps_the_newest_tokens_only(rest, auth, world, monkeypatch):
    monkeypatch.setattr(service, "_MOST_ADMIN_TOKENS", 3)
    several = []
    for _ in range(5):
        several.append(await admin_token(rest))
        world.clock.advance(10)
    user = await user_token(rest, "alice")  # asks for an administrator's token first: the sixth
    assert await auth.sweep() == 3
    assert [await judged(rest, token) for token in several] == [1507, 1507, 1507, 0, 0]
    assert await judged(rest, user) == 0


async def test_a_database_that_fails_is_no_reason_to_trust_a_token(auth, database):
    await database.close()
    with pytest.raises(ImError) as caught:
        await auth.identify(signed())
    assert caught.value.code == 90002


async def test_a_token_that_was_used_is_ended_by_a_newer_login_and_by_a_forced_logout(rest):
    first = await user_token(rest, "alice")
    assert await judged(rest, first) == 0
    second = await user_token(rest, "alice")
    assert [await judged(rest, token) for token in (first, second)] == [1506, 0]
    await rest.data("/auth/force_logout", {"userID": "alice", "platformID": 5})
    assert await judged(rest, second) == 1506
