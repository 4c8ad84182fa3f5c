"""What becomes of a phone's push token where another login ends the phone's."""

from typing import Any

import pytest

from tests.integration.messages.sending.test_callbacks import Asked
from tests.support.business_server import BusinessServer
from tests.support.rest import Rest


@pytest.fixture
def asked(start_server: Any, business: BusinessServer) -> Asked:
    return Asked(start_server, business)


async def log_in(rest: Rest, platform: int) -> None:
    await rest.data("/auth/get_user_token", {"userID": "cid", "platformID": platform})


async def bring_token(rest: Rest, platform: int, token: str) -> None:
    body = {"platformID": platform, "fcmToken": token, "account": "cid", "expireTime": 0}
    await rest.data("/third/fcm_update_token", body)


@pytest.mark.parametrize(
    ("later", "left"),
    [(2, ["computer"]), (1, ["phone", "computer"])],
    ids=["on the same platform", "on another platform"],
)
async def test_a_login_that_ends_another_s_takes_its_push_token(asked, business, later, left):
    talk = await asked("afterOfflinePush")
    for platform, token in ((2, "phone"), (3, "computer")):
        await log_in(talk.rest, platform)
        await bring_token(talk.rest, platform, token)
    await log_in(talk.rest, later)
    await talk.ann.send("cid", "hello")
    await business.wait_for(1)
    (receiver,) = business.requests[0].json["receivers"]
    assert sorted(each["token"] for each in receiver["devices"]) == sorted(left)
