"""Which tokens are valid together, by the setting ``multiLogin``, on both databases."""

from typing import Any

import pytest

from amity.auth import store
from amity.auth.models import ForceLogoutRequest, GetAdminTokenRequest, GetUserTokenRequest
from amity.auth.service import Auth
from amity.calls.call import Call
from amity.calls.token_hash import hash_of
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
        return Auth(settings, database, world, world.clock, kick=lambda *whom: kicked.append(whom))

    return make


async def issue(auth, world, *platforms) -> list[str]:
    """Tokens of alice for these platforms, issued one after the other."""
    issued = []
    for platform in platforms:
        request = GetUserTokenRequest(user_id="alice", platform_id=platform)
        issued.append((await auth.get_user_token(CALL, request)).token)
        world.clock.advance(10)
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
    await auth.invalidate_others("alice", IOS, hash_of(issued[1]))
    assert await worth(auth, issued) == [1506, 0, 0, 1506]
    await auth.invalidate_others("alice", WEB, hash_of(issued[1]))
    assert await worth(auth, issued) == [1506, 0, 1506, 1506]
    await auth.invalidate_others("nobody", IOS, "no token")


async def test_a_forced_logout_disconnects_when_the_tokens_have_ended(by_policy, world, kicked):
    auth = by_policy(1)
    (token,) = await issue(auth, world, IOS)
    await auth.force_logout(CALL, ForceLogoutRequest(user_id="alice", platform_id=IOS))
    assert kicked == [("alice", IOS)]
    assert await worth(auth, [token]) == [1506]


UNKNOWN = [0, -1, 12, 99]


async def before(auth, *platforms) -> list[str]:
    """Tokens of alice as earlier versions issued them, for anything."""
    return [(await auth._issue("alice", platform)).token for platform in platforms]


@pytest.mark.parametrize("platform", [IOS, 10, 11])
async def test_a_forced_logout_on_any_platform_ends_tokens_for_what_is_no_platform(by_policy, world, platform):
    auth = by_policy(0)
    others = await before(auth, *UNKNOWN)
    (web,) = await issue(auth, world, WEB)
    others += await before(auth, *UNKNOWN)
    await auth.force_logout(CALL, ForceLogoutRequest(user_id="alice", platform_id=platform))
    assert set(await worth(auth, others)) <= {1506, 1507}
    assert await worth(auth, [web]) == [0]


@pytest.mark.parametrize("policy", [0, 1, 4, 5])
async def test_a_newer_login_ends_tokens_for_what_is_no_platform(by_policy, world, policy):
    auth = by_policy(policy)
    others = await before(auth, *UNKNOWN)
    assert await worth(auth, others) == [0] * len(UNKNOWN)
    (web,) = await issue(auth, world, WEB)
    assert await worth(auth, [*others, web]) == [1506] * len(UNKNOWN) + [0]


async def test_a_login_that_kicks_others_ends_tokens_for_what_is_no_platform(by_policy, world):
    auth = by_policy(0)
    (web,) = await issue(auth, world, WEB)
    others = await before(auth, *UNKNOWN)
    await auth.invalidate_others("alice", WEB, hash_of(web))
    assert await worth(auth, [*others, web]) == [1506] * len(UNKNOWN) + [0]


async def test_an_administrators_token_ends_with_the_rights(by_policy, database, world):
    auth = by_policy(1)
    world.levels["boss"] = 2
    settings = Settings(secret=SECRET, admins=[ADMIN, "boss"])
    token = (
        await Auth(settings, database, world, world.clock).get_admin_token(
            CALL, GetAdminTokenRequest(secret=SECRET, user_id="boss")
        )
    ).token
    assert await worth(auth, [token]) == [1506]
    request = GetUserTokenRequest(user_id="boss", platform_id=WEB)
    assert await worth(auth, [(await auth.get_user_token(CALL, request)).token]) == [0]


async def test_a_token_for_a_platform_stays_a_users_when_the_user_becomes_an_administrator(by_policy, database, world):
    (phone,) = await issue(by_policy(1), world, ANDROID)
    now_admin = Auth(Settings(secret=SECRET, admins=[ADMIN, "alice"]), database, world, world.clock)
    identity = await now_admin.identify(phone)
    assert (identity.user_id, identity.platform_id, identity.is_admin) == ("alice", ANDROID, False)
    asked = GetAdminTokenRequest(secret=SECRET, user_id="alice")
    assert (await now_admin.identify((await now_admin.get_admin_token(CALL, asked)).token)).is_admin


async def test_a_token_of_a_time_when_the_clock_was_ahead_is_not_taken_and_can_be_ended(by_policy, world):
    auth = by_policy(0)
    year = 365 * 86400
    world.clock.step(year)
    (ahead,) = await issue(auth, world, IOS)
    world.clock.step(-year)
    (right,) = await issue(auth, world, IOS)
    assert await worth(auth, [ahead, right]) == [1505, 0]
    await auth.force_logout(CALL, ForceLogoutRequest(user_id="alice", platform_id=IOS))
    world.clock.step(year)
    assert await worth(auth, [ahead, right]) == [1506, 1501]


async def test_tokens_of_seconds_that_come_again_cost_no_walk_through_those_that_are_there(by_policy, world):
    auth = by_policy(1)
    request = GetAdminTokenRequest(secret=SECRET, user_id=ADMIN)
    inserts = []
    insert = store.insert

    async def counted(*args):
        inserts.append(args)
        return await insert(*args)

    before_the_step = {(await auth.get_admin_token(CALL, request)).token for _ in range(100)}
    auth._issuing = (0, {})  # as when the clock was elsewhere meanwhile
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "insert", counted)
        after = {(await auth.get_admin_token(CALL, request)).token for _ in range(20)}
    assert len(before_the_step | after) == 120
    assert len(inserts) < 80
