"""Where callbacks may go: the guard that sees every address just before it is connected to.

A callback's URL is set by an operator, but its name is resolved by whoever runs the name server: without a guard,
a name that is pointed at a metadata service would have this server fetch from inside.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from amity.http.reply import AddressRefused
from amity.http.url import parse

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


# Sources: the IANA special-purpose address registries; the clouds' own documentation for the metadata services.
_NEVER: tuple[tuple[str, tuple[Network, ...]], ...] = (
    (
        "a cloud's metadata service",
        _networks(
            "169.254.169.254/32",  # most of them
            "100.100.100.200/32",  # Alibaba
            "168.63.129.16/32",  # Azure
            "192.0.0.192/32",  # Oracle
            "fd00:ec2::254/128",  # AWS
            "fd20:ce::254/128",  # Google
            "fd00:42::42/128",  # Scaleway
        ),
    ),
    ("link-local", _networks("169.254.0.0/16", "fe80::/10")),
    ("multicast", _networks("224.0.0.0/4", "ff00::/8")),
    ("unspecified", _networks("0.0.0.0/8", "::/128")),
    ("a tunnel", _networks("2001::/32")),  # Teredo
    ("reserved", _networks("192.0.0.0/24", "240.0.0.0/4", "100::/64", "2001::/23")),
)
_LOOPBACK = _networks("127.0.0.0/8", "::1/128")
_PRIVATE = _networks(
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",  # shared by a carrier's customers
    "198.18.0.0/15",  # benchmarks
    "192.0.2.0/24",  # documentation, as the next two
    "198.51.100.0/24",
    "203.0.113.0/24",
    "192.88.99.0/24",  # once the relays of 6to4
    "fc00::/7",
    "fec0::/10",  # once site-local
    "64:ff9b:1::/48",  # a network's own NAT64
    "2001:db8::/32",  # documentation, as the next one
    "3fff::/20",
    "5f00::/16",  # segment routing
)
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_IPV4_IN_LAST_BITS = _networks("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


class Guard:
    """An ``admit`` function of the HTTP client. Link-local, multicast, metadata and reserved addresses are refused
    always, private and loopback ones unless allowed; an IPv6 address that carries an IPv4 one is judged by both."""

    def __init__(self, *, allow_private: bool = False, allow_loopback: bool = False) -> None:
        self.allow_private = allow_private
        self.allow_loopback = allow_loopback

    def __call__(self, address: Address) -> None:
        """Raise ``AddressRefused``, saying what kind of address it is, unless it may be connected to."""
        if isinstance(address, IPv6Address):
            embedded = _embedded(address)
            if embedded is not None:
                self(embedded)
                if address.ipv4_mapped is not None or address in _NAT64:
                    return  # nothing but another spelling of the IPv4 address
        for kind, networks in _NEVER:
            if _within(address, networks):
                raise AddressRefused(kind)
        if _within(address, _LOOPBACK):
            if not self.allow_loopback:
                raise AddressRefused("loopback, and allowPrivate is off")
        elif _within(address, _PRIVATE):
            if not self.allow_private:
                raise AddressRefused("private, and allowPrivate is off")
        elif isinstance(address, IPv6Address) and address not in _GLOBAL_IPV6:
            raise AddressRefused("reserved")


def guard_for(url: str, allow_private: bool | None) -> Guard:
    """Return the guard of a callback's URL.

    ``allow_private`` is the setting. Where it is not set, loopback addresses are allowed exactly if the URL's own
    host is a literal loopback address (127.0.0.0/8, ::1) or ``localhost``, which RFC 6761 reserves for them: the
    operator wrote it, and no name server has a say in it. Raises ``ValueError`` for what is not a URL.
    """
    if allow_private is not None:
        return Guard(allow_private=allow_private, allow_loopback=allow_private)
    return Guard(allow_loopback=_is_loopback(parse(url).host))


def _is_loopback(host: str) -> bool:
    name = host.removesuffix(".")
    if name == "localhost":
        return True
    try:
        return _within(ip_address(name), _LOOPBACK)
    except ValueError:
        return False


def _within(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address in network for network in networks)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that packets to this one would end at: mapped, translated, 6to4 or ISATAP."""
    if address.sixtofour is not None:
        return address.sixtofour
    number = int(address)
    if _within(address, _IPV4_IN_LAST_BITS) or (number >> 32) & 0xFFFF_FFFF in _ISATAP:
        return IPv4Address(number & 0xFFFF_FFFF)
    return None
