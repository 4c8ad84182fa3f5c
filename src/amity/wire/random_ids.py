"""Ids of messages that the server makes: 32 hex digits from the system's random numbers.

A call of the system for each costs as much as encoding the message, so that one call serves for many.
"""

import os
from typing import Final

_BYTES: Final = 16
_AT_ONCE: Final = 256
_ids: list[str] = []


def random_id() -> str:
    """Return 32 hex digits that nobody can guess."""
    if not _ids:
        drawn = os.urandom(_BYTES * _AT_ONCE)
        _ids.extend(drawn[start : start + _BYTES].hex() for start in range(0, len(drawn), _BYTES))
    return _ids.pop()
