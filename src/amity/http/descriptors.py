"""The limit of open connections: the process' file descriptors, less a reserve for its own needs.

Without the limit, an ``accept`` would fail for lack of a descriptor, and so would the database and callbacks.
"""

import resource
from typing import Final, Protocol

_RESERVED: Final = 512
"""Descriptors for the database, for callbacks (256 connections to each business server's host) and for files."""
_UNLIMITED: Final = 1 << 20


class Listener(Protocol):
    """A listener that shares the limit with others."""

    def __len__(self) -> int:
        """Return the number of its connections."""
        ...

    def idle_for(self) -> float | None:
        """Return the seconds for which its longest idle connection has not been served, or ``None`` if none is idle."""
        ...

    def make_room(self) -> None:
        """Close the longest idle connection."""
        ...


class Descriptors:
    """The connections of all listeners, and their common limit ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._listeners: list[Listener] = []

    def share(self, listener: Listener) -> None:
        """Count a listener's connections. Its idle ones may be closed to make room for another listener's."""
        self._listeners.append(listener)

    def has_room(self) -> bool:
        """Return whether one more connection leaves the reserve untouched."""
        return sum(map(len, self._listeners)) < self.most

    def make_room(self) -> bool:
        """Close the longest idle connection of any listener; return whether there was one.

        So a client that fills one listener with connections does not block the other.
        """
        idle: Listener | None = None
        longest = float("-inf")
        for listener in self._listeners:
            seconds = listener.idle_for()
            if seconds is not None and seconds > longest:
                idle, longest = listener, seconds
        if idle is None:
            return False
        idle.make_room()
        return True


def descriptors() -> Descriptors:
    """Raise the soft limit of open files to the hard one, and return the resulting limit of connections."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (ValueError, OSError):
            pass  # macOS refuses an unlimited soft limit; it stays
    if soft == resource.RLIM_INFINITY:
        soft = _UNLIMITED
    return Descriptors(max(16, soft - min(_RESERVED, soft // 2)))
