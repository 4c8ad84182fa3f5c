"""How many connections the process may have open: its file descriptors, less those that it needs for itself.

Without that an accept fails for want of a descriptor, and so do the database, callbacks and everything else.
"""

import resource
from typing import Final

_RESERVED: Final = 512
"""Descriptors for the database, for callbacks (256 connections to each business server's host) and for files."""


class Descriptors:
    """A count of the connections of all listeners, with a bound."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    def take(self) -> bool:
        """Count one connection more; return ``False`` where there is no room."""
        if self.taken >= self.most:
            return False
        self.taken += 1
        return True

    def release(self) -> None:
        """Count one connection less."""
        self.taken -= 1


def descriptors() -> Descriptors:
    """Raise the soft limit on open files to the hard one, and return how many connections that leaves room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (ValueError, OSError):
            pass  # macOS refuses an unlimited one; the soft limit stays
    if soft == resource.RLIM_INFINITY:
        soft = 1 << 20
    return Descriptors(max(16, soft - min(_RESERVED, soft // 2)))
