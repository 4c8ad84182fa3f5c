"""Getting tokens, reading them, ending them: exactly as OpenIM answers, on both databases."""

import asyncio

import jwt
import pytest

from amity.api.operation import Call
from amity.auth import service, store, tokens
from amity.auth.models import GetAdminTokenRequest
from amity.auth.service import Auth
from amity.errors import ImError
from amity.settings import Settings
from tests.support.rest import ADMIN, SECRET

DAYS_90 = 90 * 86400
CALL = Call(operation_id="test")


def failure(code: int, name: str, detail: str) -> dict:
    return {"errCode": code, "errMsg": name, "errDlt": detail}


async def anyone(rest, path, body):
    return (await rest.raw(path, body)).json()


async def admin_token(rest):
    """A new one each time."""
    answer = await anyone(rest, "/auth/get_admin_token", {"secret": SECRET, "userID": ADMIN})
    return answer["data"]["token"]


async def user_token(rest, user: str, platform: int = 5):
    return (await rest.data("/auth/get_user_token", {"userID": user, "platformID": platform}))["token"]


async def judged(rest, token):
    return (await anyone(rest, "/auth/parse_token", {"token": token}))["errCode"]


# get_admin_token -------------------------------------------------------------------------------------------------


async def test_an_administrator_who_knows_the_secret_gets_a_token(rest, world):
    answer = await anyone(rest, "/auth/get_admin_token", {"secret": SECRET, "userID": ADMIN})
    assert list(answer["data"]) == ["token", "expireTimeSeconds"]
    assert answer["data"]["expireTimeSeconds"] == DAYS_90
    claims = jwt.decode(answer["data"]["token"], options={"verify_signature": False})
    now = int(world.now)
    assert claims == {"UserID": ADMIN, "PlatformID": 10, "exp": now + DAYS_90, "iat": now - 5}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"secret": "wrong", "userID": ADMIN}, failure(1002, "NoPermissionError", "secret invalid")),
        ({"secret": SECRET[:-1], "userID": ADMIN}, failure(1002, "NoPermissionError", "secret invalid")),
        ({"secret": "ungültig", "userID": ADMIN}, failure(1002, "NoPermissionError", "secret invalid")),
        ({"userID": ADMIN}, failure(1002, "NoPermissionError", "secret invalid")),
        ({"secret": SECRET}, failure(1001, "ArgsError", "userID is empty")),
        ({"secret": "wrong"}, failure(1001, "ArgsError", "userID is empty")),
        (
            {"secret": SECRET, "userID": "someone"},
            failure(1001, "ArgsError", f"userID is error., userID=someone, adminUserID=[{ADMIN} nobodyYet]"),
        ),
        ({"secret": SECRET, "userID": "nobodyYet"}, failure(1004, "RecordNotFoundError", "user not found")),
    ],
)
async def test_who_is_no_administrator_gets_no_admin_token(rest, body, expected):
    assert await anyone(rest, "/auth/get_admin_token", body) == expected


async def test_admin_tokens_stay_valid_side_by_side(rest):
    several = [await admin_token(rest) for _ in range(5)]
    assert len(set(several)) == 5
    assert [await judged(rest, token) for token in several] == [0] * 5


async def test_tokens_asked_for_at_once_are_all_different_and_all_valid(rest):
    several = await asyncio.gather(*(admin_token(rest) for _ in range(20)))
    assert len(set(several)) == 20
    assert {await judged(rest, token) for token in several} == {0}


async def test_a_server_without_a_secret_is_not_built(database, world):
    with pytest.raises(ValueError, match="secret"):
        Auth(Settings(secret=""), database, world)


# get_user_token --------------------------------------------------------------------------------------------------


async def test_an_administrator_gets_a_token_for_a_user(rest, world):
    data = await rest.data("/auth/get_user_token", {"userID": "alice", "platformID": 5})
    assert data["expireTimeSeconds"] == DAYS_90
    answer = await anyone(rest, "/auth/parse_token", {"token": data["token"]})
    assert answer["data"] == {"userID": "alice", "platformID": 5, "expireTimeSeconds": int(world.now) + DAYS_90}
    assert list(answer["data"]) == ["userID", "platformID", "expireTimeSeconds"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"userID": "alice", "platformID": 10},
            failure(1002, "NoPermissionError", "platformID invalid. platformID must not be adminPlatformID"),
        ),
        ({"userID": ADMIN, "platformID": 1}, failure(1002, "NoPermissionError", "don't get Admin token")),
        ({"userID": "who", "platformID": 1}, failure(1004, "RecordNotFoundError", "record not found")),
        ({"userID": "", "platformID": 1}, failure(1004, "RecordNotFoundError", "record not found")),
        ({}, failure(1004, "RecordNotFoundError", "record not found")),
        ({"userID": "news", "platformID": 1}, failure(1001, "ArgsError", "app account can`t get token")),
    ],
)
async def test_some_get_no_user_token(rest, body, expected):
    assert await rest.post("/auth/get_user_token", body) == expected


async def test_a_user_gets_no_tokens_for_others(rest):
    token = await user_token(rest, "alice")
    answer = await rest.post("/auth/get_user_token", {"userID": "bob", "platformID": 1}, token=token)
    assert answer == failure(1002, "NoPermissionError", "user alice is not admin userID")


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
    neighbour = Auth(Settings(secret=SECRET, admins=[ADMIN]), database, world, lambda: world.now)
    request = GetAdminTokenRequest(secret=SECRET, user_id=ADMIN)
    first = await auth.get_admin_token(CALL, request)
    second = await neighbour.get_admin_token(CALL, request)
    assert first.token != second.token
    assert [await judged(rest, token) for token in (first.token, second.token)] == [0, 0]


@pytest.mark.parametrize("platform", [0, -1, 12, 99])
async def test_platforms_that_openim_does_not_know_get_tokens_that_nobody_kicks(rest, platform):
    several = [await user_token(rest, "alice", platform) for _ in range(2)]
    assert [await judged(rest, token) for token in several] == [0, 0]


# parse_token and every other use ---------------------------------------------------------------------------------


async def test_an_empty_token_to_parse_is_an_argument_error(rest):
    assert await anyone(rest, "/auth/parse_token", {}) == failure(1001, "ArgsError", "userID is empty")


def signed(secret=SECRET, user=ADMIN, platform=10, now=1_800_000_000, expires=1_900_000_000) -> str:
    return tokens.sign(secret, user, platform, now, expires)


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("garbage", (1503, "TokenMalformedError")),
        (signed(secret="another secret"), (1505, "TokenUnknownError")),
        (
            jwt.encode({"UserID": ADMIN, "PlatformID": 10, "exp": 1_900_000_000}, "", "none"),
            (1505, "TokenUnknownError"),
        ),
        (signed(expires=1_799_999_999), (1501, "TokenExpiredError")),
        (signed(), (1507, "TokenNotExistError")),
    ],
)
async def test_a_token_that_is_not_good_is_refused_everywhere(rest, token, expected):
    answers = [
        await anyone(rest, "/auth/parse_token", {"token": token}),
        await rest.post("/auth/get_user_token", {"userID": "alice", "platformID": 5}, token=token),
        await rest.post("/nowhere", {}, token=token),
    ]
    for answer in answers:
        assert (answer["errCode"], answer["errMsg"]) == expected
        assert "data" not in answer


async def test_a_token_expires_while_it_is_in_use(rest, world):
    token = await admin_token(rest)
    world.now += DAYS_90 - 1
    assert await judged(rest, token) == 0
    world.now += 1
    assert await judged(rest, token) == 1501


async def test_a_token_ends_for_a_process_that_has_seen_it_before(rest, database):
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
    assert [tuple(row) for row in rows] == [(tokens.hash_of(token), ADMIN)]


async def test_what_is_remembered_of_tokens_is_bounded(auth, monkeypatch):
    monkeypatch.setattr(service, "_MOST_VERIFIED", 3)
    request = GetAdminTokenRequest(secret=SECRET, user_id=ADMIN)
    several = [(await auth.get_admin_token(CALL, request)).token for _ in range(5)]
    for token in several:
        assert (await auth.identify(token)).is_admin
    assert list(auth._verified) == several[2:]
    assert (await auth.identify(several[2])).user_id == ADMIN
    assert list(auth._verified) == [several[3], several[4], several[2]]


# force_logout ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", range(1, 12))
async def test_an_administrator_ends_the_tokens_of_any_platform(rest, platform):
    user = ADMIN if platform == 10 else "alice"
    token = await (admin_token(rest) if platform == 10 else user_token(rest, user, platform))
    other = await user_token(rest, "bob", 5)
    assert await rest.post("/auth/force_logout", {"userID": user, "platformID": platform}) == failure(0, "", "")
    assert [await judged(rest, each) for each in (token, other)] == [1506, 0]


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"platformID": 5}, "userID is empty"),
        ({}, "userID is empty"),
        ({"userID": "alice"}, "platformID is invalidate"),
        ({"userID": "alice", "platformID": 12}, "platformID is invalidate"),
        ({"userID": "alice", "platformID": -1}, "platformID is invalidate"),
    ],
)
async def test_a_bad_logout_is_refused_before_it_is_asked_who_calls(rest, body, detail):
    assert await rest.post("/auth/force_logout", body) == failure(1001, "ArgsError", detail)
    assert await rest.post("/auth/force_logout", body, user="alice") == failure(1001, "ArgsError", detail)


async def test_a_user_logs_nobody_out(rest):
    answer = await rest.post("/auth/force_logout", {"userID": "bob", "platformID": 5}, user="alice")
    assert answer == failure(1002, "NoPermissionError", "user alice is not admin userID")


async def test_whom_nobody_knows_is_logged_out_without_complaint(rest):
    assert await rest.post("/auth/force_logout", {"userID": "who", "platformID": 5}) == failure(0, "", "")


# sweep -----------------------------------------------------------------------------------------------------------


async def test_expired_tokens_are_swept_in_batches(rest, auth, database, world, monkeypatch):
    monkeypatch.setattr(service, "_SWEPT_AT_ONCE", 2)
    for _ in range(5):
        await admin_token(rest)
    assert await auth.sweep() == 0
    world.now += 86400
    kept = await admin_token(rest)
    world.now += DAYS_90 - 86400
    assert await auth.sweep() == 5
    assert await judged(rest, kept) == 0
    assert await auth.sweep() == 0


async def test_an_administrator_keeps_the_newest_tokens_only(rest, auth, world, monkeypatch):
    monkeypatch.setattr(service, "_MOST_ADMIN_TOKENS", 3)
    several = []
    for _ in range(5):
        several.append(await admin_token(rest))
        world.now += 10
    user = await user_token(rest, "alice")  # asks for an administrator's token first: the sixth
    assert await auth.sweep() == 3
    assert [await judged(rest, token) for token in several] == [1507, 1507, 1507, 0, 0]
    assert await judged(rest, user) == 0


async def test_a_database_that_fails_is_no_reason_to_trust_a_token(auth, database):
    await database.close()
    with pytest.raises(ImError) as caught:
        await auth.identify(signed())
    assert caught.value.code == 90002
