"""How many connections the process may have open: its file descriptors, less those that it needs for itself.

Without that an accept fails for want of a descriptor, and so do the database, callbacks and everything else.
"""

import resource
from collections.abc import Callable
from typing import Final

_RESERVED: Final = 512
"""Descriptors for the database, for callbacks (256 connections to each business server's host) and for files."""
_UNLIMITED: Final = 1 << 20


class Descriptors:
    """The connections of all listeners together, and their bound ``most``. One listener has up to three quarters, so
    that whoever fills one of them leaves room in the other."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counts: list[Callable[[], int]] = []

    def listener(self, connections: Callable[[], int]) -> Callable[[], bool]:
        """Have a listener's connections counted: ``connections`` says how many it has.

        Returns what says whether one more leaves the process, and the other listeners, what they need.
        """
        self._counts.append(connections)
        own = self.most - self.most // 4

        def has_room() -> bool:
            return connections() < own and sum([count() for count in self._counts]) < self.most

        return has_room


def descriptors() -> Descriptors:
    """Raise the soft limit on open files to the hard one, and return how many connections that leaves room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (ValueError, OSError):
            pass  # macOS refuses an unlimited one: the soft limit stays
    if soft == resource.RLIM_INFINITY:
        soft = _UNLIMITED
    return Descriptors(max(16, soft - min(_RESERVED, soft // 2)))
