"""Which logins a new login ends."""

from itertools import product
from typing import NamedTuple

import pytest

from amity.gateway.policy import crowded_out, displaced
from amity.wire.platforms import ADMIN, PLATFORMS, LoginPolicy


class Login(NamedTuple):
    platform_id: int
    token: str


EVERYWHERE = [Login(number, f"t{number}") for number in (1, 2, 3, 4, 5, 7, 8, 9)]
IOS, ANDROID, WINDOWS, MAC, WEB, LINUX, APAD, IPAD = EVERYWHERE


@pytest.mark.parametrize(
    ("policy", "newcomer", "going"),
    [
        (LoginPolicy.KEEP_ALL, 1, []),
        (LoginPolicy.ONE_PER_PLATFORM, 1, [IOS]),
        (LoginPolicy.ONE_PER_PLATFORM, 5, [WEB]),
        (LoginPolicy.ONE_PER_PLATFORM, 11, []),
        (LoginPolicy.ONE_PER_CLASS, 1, [IOS, ANDROID]),
        (LoginPolicy.ONE_PER_CLASS, 4, [WINDOWS, MAC, LINUX]),
        (LoginPolicy.ONE_PER_CLASS, 9, [APAD, IPAD]),
        (LoginPolicy.ONE_PER_CLASS, 5, [WEB]),
        (LoginPolicy.PC_AND_ONE_OTHER, 3, []),
        (LoginPolicy.PC_AND_ONE_OTHER, 1, [IOS, ANDROID, WEB, APAD, IPAD]),
        (LoginPolicy.PC_AND_ONE_OTHER, 5, [IOS, ANDROID, WEB, APAD, IPAD]),
    ],
)
def test_each_policy_ends_what_it_excludes(policy, newcomer, going):
    assert displaced(policy, Login(newcomer, "new"), EVERYWHERE) == going


@pytest.mark.parametrize(("policy", "platform"), list(product(LoginPolicy, PLATFORMS)))
def test_a_login_with_the_same_token_stays(policy, platform):
    assert displaced(policy, Login(platform, "same"), [Login(platform, "same")]) == []


@pytest.mark.parametrize("policy", LoginPolicy)
def test_administrators_logins_neither_end_others_nor_are_ended(policy):
    admin = Login(ADMIN, "a")
    assert displaced(policy, admin, [Login(ADMIN, "b"), IOS]) == []
    assert admin not in displaced(policy, Login(1, "new"), [admin, IOS])


def test_the_oldest_logins_on_a_platform_are_crowded_out():
    phones = [Login(1, str(number)) for number in range(5)]
    assert crowded_out(Login(1, "new"), [IPAD, *phones, WEB], most=3) == phones[:3]
    assert crowded_out(Login(1, "new"), phones, most=6) == []
    assert crowded_out(Login(1, "new"), phones, most=1) == phones
