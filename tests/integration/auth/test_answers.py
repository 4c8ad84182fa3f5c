"""Exactly what OpenIM answers about tokens, case by case; no case depends on the database's engine."""

import jwt
import pytest

from tests.integration.auth.asking import admin_token, anyone, failure, judged, signed, user_token
from tests.support.rest import ADMIN, SECRET


@pytest.fixture
def database_url(sqlite_url):
    return sqlite_url


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
async def test_an_admin_token_is_for_administrators_only(rest, body, expected):
    assert await anyone(rest, "/auth/get_admin_token", body) == expected


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


@pytest.mark.parametrize("body", [{}, *({"platformID": platform} for platform in (0, None, -1, 12, 99, 2**31 - 1))])
async def test_an_invalid_platform_gets_no_token(rest, body):
    answer = await rest.post("/auth/get_user_token", {"userID": "alice", **body})
    detail = f"platformID: {body.get('platformID') or 0} is not a platform (allowed: 1 to 9, 11)"
    assert answer == failure(1001, "ArgsError", detail)


async def test_an_empty_token_to_parse_is_an_argument_error(rest):
    assert await anyone(rest, "/auth/parse_token", {}) == failure(1001, "ArgsError", "userID is empty")


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
async def test_an_invalid_logout_is_refused_before_the_permission_check(rest, body, detail):
    assert await rest.post("/auth/force_logout", body) == failure(1001, "ArgsError", detail)
    assert await rest.post("/auth/force_logout", body, user="alice") == failure(1001, "ArgsError", detail)


async def test_a_user_logs_nobody_out(rest):
    answer = await rest.post("/auth/force_logout", {"userID": "bob", "platformID": 5}, user="alice")
    assert answer == failure(1002, "NoPermissionError", "user alice is not admin userID")


async def test_an_unknown_user_is_logged_out_without_an_error(rest):
    assert await rest.post("/auth/force_logout", {"userID": "who", "platformID": 5}) == failure(0, "", "")
