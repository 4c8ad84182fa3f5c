"""Requests of the token tests: without a token, for a token, about a token."""

from amity.auth import tokens
from amity.calls.call import Call
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


def signed(secret=SECRET, user=ADMIN, platform=10, now=1_800_000_000, expires=1_900_000_000) -> str:
    return tokens.sign(secret, user, platform, now, expires)
