"""How long a private message may be seen."""

import pytest

from amity.messages.taking_back.burning import DEFAULT_SECONDS, burn_seconds


def test_a_message_that_is_not_marked_is_not_private():
    assert burn_seconds({}, '{"isPrivateChat":true,"burnDuration":5}') is None
    assert burn_seconds({"notPrivate": True}, "") is None


@pytest.mark.parametrize(
    ("info", "seconds"),
    [
        ('{"burnDuration":5}', 5),
        ('{"burnDuration":99999999999999}', 2**31 - 1),
        ('{"burnDuration":"5"}', DEFAULT_SECONDS),
        ("[" * 60_000, DEFAULT_SECONDS),
        ("", DEFAULT_SECONDS),
    ],
)
def test_its_time_is_what_its_sender_says_within_bounds(info, seconds):
    assert burn_seconds({"notPrivate": False}, info) == seconds
