"""Which addresses callbacks may go to."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amity.callbacks.addresses import Guard, guard_for
from amity.http.reply import AddressRefused

NEVER = [
    "169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%1", "fd00:ec2::254", "100.100.100.200", "168.63.129.16",
    "192.0.0.192", "fd20:ce::254", "224.0.0.1", "239.255.255.250", "ff02::1", "0.0.0.0", "0.1.2.3", "::", "240.0.0.1",
    "255.255.255.255", "::ffff:169.254.169.254", "::ffff:0:169.254.169.254", "::169.254.169.254", "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1", "2001:0:1234::1", "::ffff:0.0.0.0", "::ffff:255.255.255.255",
    "fe80::5efe:808:808", "4000::1", "100::1", "2001:2::1", "2001:20::1", "2001:db8:1::5efe:a9fe:a9fe",
]  # fmt: skip
PRIVATE = [
    "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "198.18.0.1", "fc00::1", "fd12:3456::1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "fec0::1", "192.0.2.1", "2001:db8::1",
]  # fmt: skip
LOOPBACK = ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"]
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "169.253.255.255", "2606:4700::1111", "2a00:1450:4001::1",
    "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1", "223.255.255.255",
]  # fmt: skip

STRICT = Guard()
LENIENT = Guard(allow_private=True, allow_loopback=True)


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_refused_whatever_is_allowed(address):
    for guard in (STRICT, LENIENT):
        with pytest.raises(AddressRefused):
            guard(ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_refused_unless_allowed(address):
    LENIENT(ip_address(address))
    for guard in (STRICT, Guard(allow_loopback=True)):
        with pytest.raises(AddressRefused, match="private"):
            guard(ip_address(address))


@pytest.mark.parametrize("address", LOOPBACK)
def test_loopback_addresses_are_refused_unless_allowed(address):
    LENIENT(ip_address(address))
    Guard(allow_loopback=True)(ip_address(address))
    for guard in (STRICT, Guard(allow_private=True)):
        with pytest.raises(AddressRefused, match="loopback"):
            guard(ip_address(address))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_admitted(address):
    STRICT(ip_address(address))


def admits(guard, address):
    try:
        guard(address)
    except AddressRefused:
        return False
    return True


@given(st.integers(2, 2**32 - 1).map(IPv4Address))  # ::1 is no disguise of 0.0.0.1
def test_no_disguise_of_an_ipv4_address_gets_further_than_the_address_itself(address):
    number = int(address)
    disguises = [
        0xFFFF << 32 | number,
        0xFFFF << 48 | number,
        number,
        0x64FF9B << 96 | number,
        0x64FF9B0001 << 80 | number,
        0x2002 << 112 | number << 80 | 1,
        0x2A00 << 112 | 0x5EFE << 32 | number,
    ]
    for guard in (STRICT, LENIENT, Guard(allow_loopback=True)):
        for disguise in disguises:
            assert admits(guard, address) or not admits(guard, IPv6Address(disguise))


@given(st.integers(0, 2**32 - 1).map(IPv4Address) | st.integers(0, 2**128 - 1).map(IPv6Address))
def test_every_address_that_the_strict_guard_admits_is_global(address):
    if admits(STRICT, address):
        assert not any((address.is_private, address.is_link_local, address.is_multicast, address.is_loopback))
        assert admits(LENIENT, address)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:10006/callbackExample",
        "http://127.9.9.9",
        "http://[::1]/x",
        "http://localhost:1/",
        "http://LOCALHOST",
    ],
)
def test_without_the_setting_a_literal_loopback_host_allows_loopback_and_nothing_else(url):
    guard = guard_for(url, None)
    assert guard.allow_loopback
    assert not guard.allow_private


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "http://10.0.0.1",
        "http://localhost.example.com",
        "http://2130706433",
        "http://127.1",
        "http://[::ffff:127.0.0.1]",
    ],
)
def test_without_the_setting_any_other_host_allows_neither(url):
    guard = guard_for(url, None)
    assert not guard.allow_loopback
    assert not guard.allow_private


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("url", ["http://127.0.0.1", "http://example.com"])
def test_the_setting_decides_over_both(url, allowed):
    guard = guard_for(url, allowed)
    assert guard.allow_loopback is guard.allow_private is allowed
