"""When a push token expires, whatever the app means by its time."""

import pytest

from amity.devices.service import expiry_of

NOW = 1_767_225_600


@pytest.mark.parametrize(
    ("told", "expires_at"),
    [
        (0, 0),
        (-1, 0),
        (3600, (NOW + 3600) * 1000),
        (999_999_999, (NOW + 999_999_999) * 1000),
        (1_000_000_000, 1_000_000_000_000),
        (NOW + 60, (NOW + 60) * 1000),
        (99_999_999_999, 99_999_999_999_000),
        ((NOW + 60) * 1000, (NOW + 60) * 1000),
    ],
)
def test_seconds_from_now_and_times_are_told_apart_by_their_size(told, expires_at):
    assert expiry_of(told, NOW) == expires_at
