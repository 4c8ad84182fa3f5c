"""Failed logins, and how long the next one has to wait: growing delays for each address, and one for every address from
which nobody has logged in while many fail.

The waiting is the caller's: a login that comes too early is refused, and the secret is not even compared. An address
from which somebody has logged in does not wait for the failures of others. Any other waits from its own first attempt
on, so that who comes back when it was told to is let in, however many others fail meanwhile. Each process counts for
itself.
"""

import ipaddress
import math
from collections import OrderedDict
from typing import Final, NamedTuple

from amity.clock import SYSTEM_CLOCK, Clock

FREE: Final = 3
"""Failures of an address after which the next attempt does not wait."""
LONGEST_DELAY: Final = 300.0
FREE_OF_ALL: Final = 50
LONGEST_DELAY_OF_ALL: Final = 5.0
FORGOTTEN_SECONDS: Final = 900.0
"""Failures are forgotten so long after the last one."""
MOST_ADDRESSES: Final = 10_000
MOST_KNOWN: Final = 1000


class _Failures(NamedTuple):
    number: int
    last: float

    def delay(self, now: float, free: int, longest: float) -> float:
        """Return the seconds between two attempts."""
        if self.number < free or now - self.last >= FORGOTTEN_SECONDS:
            return 0.0
        # The exponent is bounded: 2.0 ** 1024 is an error.
        return min(longest, 2.0 ** min(self.number - free, 30))

    def next(self, now: float) -> "_Failures":
        return _Failures(1 if now - self.last >= FORGOTTEN_SECONDS else self.number + 1, now)


_NONE: Final = _Failures(0, float("-inf"))


class Attempts:
    """The failures that this process remembers."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._monotonic = clock.monotonic
        self._by_address: OrderedDict[str, _Failures] = OrderedDict()
        self._of_all = _NONE
        self._begun: OrderedDict[str, float] = OrderedDict()
        """Since when an address from which nobody has logged in waits for the failures of others."""
        self._known: OrderedDict[str, None] = OrderedDict()

    def wait(self, address: str) -> int:
        """Return after how many seconds an address may try again; 0 is now."""
        now = self._monotonic()
        key = network_of(address)
        own = self._by_address.get(key, _NONE)
        until = own.last + own.delay(now, FREE, LONGEST_DELAY)
        delay = self._of_all.delay(now, FREE_OF_ALL, LONGEST_DELAY_OF_ALL)
        if delay and key not in self._known:
            until = max(until, self._since(key, now) + delay)
        return math.ceil(max(0.0, until - now))

    def _since(self, key: str, now: float) -> float:
        begun = self._begun.get(key, _NONE.last)
        if now - begun < FORGOTTEN_SECONDS:
            return begun
        self._begin(key, now)
        return now

    def _begin(self, key: str, now: float) -> None:
        self._begun.pop(key, None)
        self._begun[key] = now
        if len(self._begun) > MOST_ADDRESSES:
            self._begun.popitem(last=False)

    def failed(self, address: str) -> None:
        """Count a failed login."""
        now = self._monotonic()
        key = network_of(address)
        self._by_address[key] = self._by_address.pop(key, _NONE).next(now)
        self._of_all = self._of_all.next(now)
        self._begin(key, now)  # the next one waits from now on
        if len(self._by_address) > MOST_ADDRESSES:
            self._by_address.popitem(last=False)

    def succeeded(self, address: str) -> None:
        """Forget the failures of an address from which somebody has logged in."""
        key = network_of(address)
        self._by_address.pop(key, None)
        self._known.pop(key, None)
        self._known[key] = None
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def network_of(address: str) -> str:
    """Return whose failures count together: an IPv4 address, a /64 of IPv6, which one machine has, and all texts that
    are no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
