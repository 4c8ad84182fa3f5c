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
    """The connections of all listeners together, and their bound ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._counts: list[Callable[[], int]] = []

    def count(self, connections: Callable[[], int]) -> None:
        """Have a listener's connections counted: ``connections`` says how many it has."""
        self._counts.append(connections)

    def has_room(self) -> bool:
        """Return whether one connection more leaves the process what it needs for itself."""
        return sum([count() for count in self._counts]) < self.most


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
