"""The cookies of a request."""

import time

import pytest

from amity.console.cookies import read_cookies


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;a=2", {"a": "1"}),
        ("a=b=c", {"a": "b=c"}),
        ("", {"": ""}),
        ("; ;a", {"": "", "a": ""}),
    ],
)
def test_cookies_are_read_by_name(header, cookies):
    assert read_cookies(header) == cookies


def test_a_long_header_takes_no_time():
    started = time.monotonic()
    read_cookies('amity_console="' + "\\" * 1_000_000)
    assert time.monotonic() - started < 1
