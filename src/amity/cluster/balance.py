"""Which of the shares of a piece of work a process keeps, and which it takes. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Balance:
    """``keep`` are those shares of a process that it keeps, ``take`` free ones that it takes."""

    keep: frozenset[int]
    take: frozenset[int]


def balance(process: str, processes: Collection[str], holders: Mapping[int, str], shares: int) -> Balance:
    """Return what a process keeps and takes of the shares from 0 to below ``shares``.

    ``processes`` are all that take part, this one among them; ``holders`` says who of them holds which share. If the
    shares cannot be divided evenly, those who hold most keep one more. If all look at the same state, one after the
    other, the shares are even once each has looked and given up its surplus, and then none moves.
    """
    held = Counter(holders.values())
    ranked = sorted(processes, key=lambda each: (-held[each], each))
    fewest, more = divmod(shares, len(ranked))
    most = fewest + (ranked.index(process) < more)
    own = sorted(share for share, holder in holders.items() if holder == process)
    free = [share for share in range(shares) if share not in holders]
    return Balance(frozenset(own[:most]), frozenset(free[: max(0, most - len(own))]))
