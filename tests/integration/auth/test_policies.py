"""Which tokens count beside each other, by the setting ``multiLogin``, on both databases."""

from typing import Any

import pytest

from amity.api.operation import Call
from amity.auth.models import ForceLogoutRequest, GetAdminTokenRequest, GetUserTokenRequest
from amity.auth.service import Auth
from amity.errors import ImError
from amity.settings import MultiLogin, Settings
from tests.support.rest import ADMIN, SECRET

CALL = Call(operation_id="test")
IOS, ANDROID, WINDOWS, WEB = 1, 2, 3, 5


@pytest.fixture
def kicked():
    return []


@pytest.fixture
def by_policy(database, world, kicked):
    """Makes what issues tokens by a policy."""

    def make(policy: Any, most: int = 30) -> Auth:
        settings = Settings(secret=SECRET, admins=[ADMIN], multi_login=MultiLogin(policy=policy, max_num_one_end=most))
        return Auth(settings, database, world, lambda: world.now, kick=lambda *whom: kicked.append(whom))

    return make


async def issue(auth, world, *platforms) -> list[str]:
    """Tokens of alice for these platforms, issued one after the other."""
    issued = []
    for platform in platforms:
        request = GetUserTokenRequest(user_id="alice", platform_id=platform)
        issued.append((await auth.get_user_token(CALL, request)).token)
        world.now += 10
    return issued


async def worth(auth, tokens) -> list[int]:
    codes = []
    for token in tokens:
        try:
            await auth.identify(token)
            codes.append(0)
        except ImError as error:
            codes.append(error.code)
    return codes


@pytest.mark.parametrize(
    ("policy", "platforms", "codes"),
    [
        (0, [IOS, IOS, WEB, IOS], [1506, 0, 0, 0]),
        (1, [IOS, WEB, IOS], [1506, 0, 0]),
        (4, [IOS, WEB, ANDROID], [1506, 0, 0]),
        (5, [WINDOWS, WEB, WINDOWS, IOS], [0, 1506, 0, 0]),
        (5, [WEB, WINDOWS], [0, 0]),
    ],
)
async def test_a_new_token_ends_those_that_its_policy_excludes(by_policy, world, policy, platforms, codes):
    auth = by_policy(policy, most=2)
    assert await worth(auth, await issue(auth, world, *platforms)) == codes


async def test_administrators_have_as_many_as_they_like(by_policy, world):
    auth = by_policy(1, most=1)
    request = GetAdminTokenRequest(secret=SECRET, user_id=ADMIN)
    several = [(await auth.get_admin_token(CALL, request)).token for _ in range(3)]
    assert await worth(auth, several) == [0, 0, 0]


async def test_all_tokens_of_a_platform_but_one_can_be_ended(by_policy, world):
    auth = by_policy(0)
    issued = await issue(auth, world, IOS, IOS, WEB, IOS)
    assert await worth(auth, issued) == [0, 0, 0, 0]
    await auth.invalidate_others("alice", IOS, issued[1])
    assert await worth(auth, issued) == [1506, 0, 0, 1506]
    await auth.invalidate_others("alice", WEB, issued[1])
    assert await worth(auth, issued) == [1506, 0, 1506, 1506]
    await auth.invalidate_others("nobody", IOS, "no token")


async def test_a_forced_logout_disconnects_when_the_tokens_have_ended(by_policy, world, kicked):
    auth = by_policy(1)
    (token,) = await issue(auth, world, IOS)
    await auth.force_logout(CALL, ForceLogoutRequest(user_id="alice", platform_id=IOS))
    assert kicked == [("alice", IOS)]
    assert await worth(auth, [token]) == [1506]
