"""What a request says of where it comes from: its page, its client, and whether TLS protects it. Pure.

A proxy that ends TLS says so in ``X-Forwarded-Proto``, and whose request it is in ``X-Forwarded-For``. Both are
believed of a proxy on this machine or in its private network only, which others cannot pretend to be. Who is there and
pretends, has only its own cookie marked, and the failures of its own logins counted elsewhere: the limit on all logins
holds.
"""

import ipaddress
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

Headers = Mapping[str, str]
_NEAR: Final = tuple(
    map(
        ipaddress.ip_network,
        ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7"),
    )
)
"""This machine and private networks (RFC 1918, RFC 4193)."""


def is_from_console(headers: Headers) -> bool:
    """Return whether a POST was sent by a page of the server itself. A browser says so; nothing else may post."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin", "")
    try:
        netloc = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(netloc) and netloc == headers.get("host")


def address_of(client: tuple[str, int] | None, headers: Headers) -> str:
    """Return the address of a client: the connection's, or what the last proxy says."""
    direct = client[0] if client else ""
    if not _is_near(direct):
        return direct
    forwarded = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded if _is_address(forwarded) else direct


def is_secure(client: tuple[str, int] | None, headers: Headers) -> bool:
    """Return whether a proxy says that the client came by TLS."""
    near = client is None or _is_near(client[0])
    return near and headers.get("x-forwarded-proto", "").rpartition(",")[2].strip().lower() == "https"


def _is_address(text: str) -> bool:
    if "%" in text:
        # A zone of IPv6 may be any text of any length, and means something to the proxy's machine alone.
        return False
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_near(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in _NEAR)
