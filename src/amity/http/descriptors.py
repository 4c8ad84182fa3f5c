"""How many connections the process may have open: its file descriptors, less those that it needs for itself.

Without that an accept fails for want of a descriptor, and so do the database, callbacks and everything else.
"""

import resource
from typing import Final, Protocol

_RESERVED: Final = 512
"""Descriptors for the database, for callbacks (256 connections to each business server's host) and for files."""
_UNLIMITED: Final = 1 << 20


class Sharing(Protocol):
    """A listener, as far as others know it that share with it."""

    def __len__(self) -> int:
        """Return how many connections it has."""
        ...

    def idle_for(self) -> float | None:
        """Return for how many seconds the one has not been served that would make room; ``None`` where none would."""
        ...

    def make_room(self) -> None:
        """End that one."""
        ...


class Descriptors:
    """The connections of all listeners together, and their bound ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._sharing: list[Sharing] = []

    def share(self, listener: Sharing) -> None:
        """Have a listener's connections counted, and those that are not served make room for others' as well."""
        self._sharing.append(listener)

    def has_room(self) -> bool:
        """Return whether one connection more leaves the process what it needs for itself."""
        return sum(map(len, self._sharing)) < self.most

    def make_room(self) -> bool:
        """End the connection, whosever it is, that has not been served for the longest; return whether there is one.

        So whoever fills one listener with connections keeps nobody from the other.
        """
        idle: Sharing | None = None
        longest = float("-inf")
        for listener in self._sharing:
            seconds = listener.idle_for()
            if seconds is not None and seconds > longest:
                idle, longest = listener, seconds
        if idle is None:
            return False
        idle.make_room()
        return True


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
