"""Which logins a new login ends."""

from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.gateway.policy import crowded_out, displaced, ended_by
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


class Numbered(NamedTuple):
    """A login at some process; the database's clock orders them by ``number``."""

    number: int
    platform_id: int
    token: str


@st.composite
def interleavings(draw):
    """Logins at several processes, and in which order each becomes visible to others (first) and looks at them."""
    count = draw(st.integers(1, 6))
    logins = [
        Numbered(number, draw(st.sampled_from([1, 2, 3, 5, ADMIN])), draw(st.sampled_from("abc")))
        for number in range(count)
    ]
    return logins, draw(st.permutations([*logins, *logins]))


@pytest.mark.parametrize("policy", LoginPolicy)
@given(drawn=interleavings(), most=st.integers(1, 3))
def test_logins_in_any_order_end_as_the_policy_allows_and_the_newest_stays(policy, drawn, most):
    logins, steps = drawn
    visible, looked = set(), set()
    ended: set[Login] = set()
    for login in steps:
        if login not in visible:
            visible.add(login)
            continue
        looked.add(login)
        # One that is ended before it has looked is a row until it has: its client is still being let in.
        rows = sorted(each for each in visible if each not in ended or each not in looked or each == login)
        displaced_ones, crowded, by = ended_by(policy, login, rows, most)
        assert (by is None) is (login not in displaced_ones)
        ended.update(displaced_ones, crowded)
    left = [login for login in logins if login not in ended]
    assert logins[-1] in left
    assert all(not displaced(policy, newer, left[:at]) for at, newer in enumerate(left))
    assert all(sum(each.platform_id == number for each in left) <= most for number in PLATFORMS)


def test_a_login_that_a_newer_one_excludes_ends_itself_alone():
    old, late, newest = Numbered(1, 1, "a"), Numbered(2, 1, "b"), Numbered(3, 2, "c")
    ended = ended_by(LoginPolicy.ONE_PER_CLASS, late, [old, late, newest], most=5)
    assert ended == ([late], [], newest)
