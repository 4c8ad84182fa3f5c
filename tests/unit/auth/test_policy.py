"""Which of a user's tokens a new one ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.auth.policy import Issued, ended
from amity.wire.platforms import ADMIN, LoginPolicy

IOS, ANDROID, WINDOWS, MAC, WEB, IPAD = 1, 2, 3, 4, 5, 9


def issued(*platforms: int) -> list[Issued]:
    return [Issued(f"{platform}-{number}", platform) for number, platform in enumerate(platforms)]


def gone(policy: LoginPolicy, new: int, *platforms: int, most: int = 30) -> list[str]:
    return [token.token_hash for token in ended(policy, new, issued(*platforms), most)]


def test_all_may_stay_up_to_a_number_on_each_platform():
    assert gone(LoginPolicy.KEEP_ALL, IOS, IOS, IOS, WEB, IOS, most=4) == []
    assert gone(LoginPolicy.KEEP_ALL, IOS, IOS, IOS, WEB, IOS, most=3) == ["1-0"]
    assert gone(LoginPolicy.KEEP_ALL, WEB, IOS, IOS, WEB, IOS, most=2) == ["1-0"]
    assert gone(LoginPolicy.KEEP_ALL, IOS, IOS, most=1) == ["1-0"]


def test_one_may_stay_on_each_other_platform():
    assert gone(LoginPolicy.ONE_PER_PLATFORM, IOS, IOS, WEB, ANDROID, WEB, IOS) == ["1-0", "5-1", "1-4"]


def test_one_may_stay_in_each_other_class():
    tokens = (IOS, WINDOWS, ANDROID, MAC, IPAD)
    assert gone(LoginPolicy.ONE_PER_CLASS, ANDROID, *tokens) == ["1-0", "3-1", "2-2"]
    assert gone(LoginPolicy.ONE_PER_CLASS, WEB, *tokens) == ["1-0", "3-1"]


def test_beside_a_new_one_for_a_phone_only_those_for_computers_stay():
    assert gone(LoginPolicy.PC_AND_ONE_OTHER, IOS, WINDOWS, WEB, MAC, ANDROID, WINDOWS) == ["5-1", "2-3"]


def test_beside_a_new_one_for_a_computer_one_other_stays_an_android_phone_s_first():
    assert gone(LoginPolicy.PC_AND_ONE_OTHER, MAC, WINDOWS, ANDROID, WEB, ANDROID, IOS) == ["2-1", "5-2", "1-4"]
    assert gone(LoginPolicy.PC_AND_ONE_OTHER, MAC, WINDOWS, WEB, IOS) == ["5-1"]


@pytest.mark.parametrize("policy", LoginPolicy)
def test_administrators_are_left_alone(policy):
    assert gone(policy, ADMIN, IOS, ADMIN, WEB) == []
    assert gone(policy, IOS, ADMIN, ADMIN, most=1) == []


@pytest.mark.parametrize("policy", LoginPolicy)
@pytest.mark.parametrize("platform", [0, -1, 12, 99])
def test_what_is_no_platform_keeps_no_token_beside_a_new_one(policy, platform):
    assert gone(policy, ANDROID, platform, WINDOWS, platform) == [f"{platform}-0", f"{platform}-2"]
    assert gone(policy, ADMIN, platform) == []


@given(
    st.sampled_from(LoginPolicy),
    st.integers(0, 12),
    st.lists(st.integers(0, 12), max_size=30),
    st.integers(1, 5),
)
def test_ended_tokens_are_existing_ones_and_leave_room_for_the_new_one(policy, new, platforms, most):
    before = issued(*platforms)
    going = ended(policy, new, before, most)
    left = [token.platform_id for token in before if token not in going]
    assert len(left) == len(before) - len(going)
    if new in range(1, 12) and new != ADMIN:
        assert left.count(new) < most
        assert ended(policy, new, [token for token in before if token not in going], most) == []
