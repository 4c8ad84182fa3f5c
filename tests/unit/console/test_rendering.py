"""What templates show of numbers."""

import pytest

from amity.console.rendering import moment


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (1_700_000_000_999, "2023-11-14T22:13:20Z"),
        (0, "1970-01-01T00:00:00Z"),
        (-(2**62), "1970-01-01T00:00:00Z"),
        (2**62, "9999-12-31T23:59:59Z"),
    ],
)
def test_a_moment_always_has_a_year(at, shown):
    assert moment(at) == shown
