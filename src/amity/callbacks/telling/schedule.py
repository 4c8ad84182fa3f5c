"""When a failed delivery is tried again. Pure."""

import email.utils
from collections.abc import Callable, Sequence

SPREAD = 0.2
"""How far a delay may lie from the setting, as a part of it: what failed together must not come back together."""
LONGEST_RETRY_AFTER = 36_000.0
"""Seconds up to which a receiver's ``Retry-After`` is respected."""
_LONGEST_NUMBER = 12  # digits; more is no number of seconds that anybody means, and long ones are slow to read


def next_delay(
    retries: Sequence[float], failures: int, retry_after: float, random: Callable[[], float]
) -> float | None:
    """Return the seconds until the next attempt, or ``None`` when there is none left.

    ``failures`` counts the attempts so far, this one included; ``random`` returns numbers from 0 to below 1. The
    receiver's ``retry_after`` (seconds) counts where it is longer than the schedule.
    """
    if failures > len(retries):
        return None
    delay = retries[failures - 1] * (1 - SPREAD + 2 * SPREAD * random())
    return max(delay, min(retry_after, LONGEST_RETRY_AFTER))


def longest_pause(retries: Sequence[float]) -> float:
    """Return the seconds beyond which ``next_delay`` puts no attempt, whatever a receiver asks for."""
    return max(LONGEST_RETRY_AFTER, *(delay * (1 + SPREAD) for delay in (0.0, *retries)))


def retry_after(header: str | None, now: float) -> float:
    """Return the seconds that a ``Retry-After`` header asks for: a number of them, or a date (RFC 9110, 10.2.3).

    0 where there is none, where it has passed, and where it is neither. ``now`` in seconds since 1970.
    """
    text = (header or "").strip()
    if not text:
        return 0.0
    if text.isascii() and text.isdigit():
        return float(text) if len(text) <= _LONGEST_NUMBER else LONGEST_RETRY_AFTER
    date = date_of(text)
    return 0.0 if date is None else max(0.0, date - now)


def date_of(header: str | None) -> float | None:
    """Return the time of a header that is a date, in seconds since 1970, or ``None`` where it is none."""
    try:
        return email.utils.parsedate_to_datetime(header or "").timestamp()
    except (ValueError, OverflowError):
        return None
