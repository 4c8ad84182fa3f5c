"""What headers say of where a request comes from."""

import pytest

from amity.console.arrival import address_of, is_from_console, is_secure

NEAR, FAR = ("127.0.0.1", 1), ("203.0.113.9", 1)
OWN = {"host": "im.example:8443", "origin": "https://im.example:8443"}


@pytest.mark.parametrize(
    ("headers", "is_own"),
    [
        (OWN, True),
        (OWN | {"sec-fetch-site": "same-origin"}, True),
        (OWN | {"sec-fetch-site": "cross-site"}, False),
        (OWN | {"sec-fetch-site": "same-site"}, False),
        (OWN | {"sec-fetch-site": ""}, False),
        ({"host": "amity", "origin": "https://im.example", "sec-fetch-site": "same-origin"}, True),
        ({"host": "im.example", "origin": "https://im.example:8443"}, False),
        ({"host": "im.example", "origin": "null"}, False),
        ({"host": "", "origin": ""}, False),
        ({"host": "im.example"}, False),
        ({"host": "im.example", "origin": "https://im.example@evil.example"}, False),
        ({"host": "[::1]:80", "origin": "http://[::1]:80"}, True),
        ({"host": "x", "origin": "http://[::1"}, False),
        ({}, False),
    ],
)
def test_a_form_comes_from_the_console_if_the_browser_says_so(headers, is_own):
    assert is_from_console(headers) is is_own


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        (NEAR, "", "127.0.0.1"),
        (NEAR, "203.0.113.1", "203.0.113.1"),
        (NEAR, "made up, 203.0.113.1", "203.0.113.1"),
        (NEAR, "203.0.113.1, made up", "127.0.0.1"),
        (NEAR, "fe80::1%made up", "127.0.0.1"),
        (("10.1.2.3", 1), "2001:db8::1", "2001:db8::1"),
        (FAR, "203.0.113.1", "203.0.113.9"),
        (("::ffff:10.0.0.1", 1), "203.0.113.1", "203.0.113.1"),
        (("not an address", 1), "203.0.113.1", "not an address"),
        (None, "203.0.113.1", ""),
    ],
)
def test_the_address_is_what_a_proxy_nearby_says_last(client, forwarded, address):
    assert address_of(client, {"x-forwarded-for": forwarded} if forwarded else {}) == address


@pytest.mark.parametrize(
    ("client", "proto", "secure"),
    [
        (NEAR, "https", True),
        (NEAR, "HTTPS", True),
        (NEAR, "http", False),
        (NEAR, "https, http", False),
        (FAR, "https", False),
    ],
)
def test_tls_is_what_a_proxy_nearby_says(client, proto, secure):
    assert is_secure(client, {"x-forwarded-proto": proto}) is secure
    assert not is_secure(client, {})
