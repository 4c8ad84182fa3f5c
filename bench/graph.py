"""Generate a friendship graph with the size and shape of a real one, for runs without a real one."""

import random
from pathlib import Path

PEOPLE = 4039
PAIRS = 88_234
_EACH = 22


def write(path: Path) -> None:
    """Write a graph as CSV, the same one every time, made by preferential attachment.

    It has as many people and pairs as ego-Facebook of the Stanford Network Analysis Project (McAuley and Leskovec,
    2012).
    """
    numbers = random.Random(20)
    ends = [0]
    pairs: list[tuple[int, int]] = []
    for newcomer in range(1, PEOPLE):
        found: set[int] = set()
        while len(found) < min(newcomer, _EACH):
            found.add(numbers.choice(ends))
        pairs += [(friend, newcomer) for friend in sorted(found)]
        ends += [*found, *([newcomer] * len(found))]
    kept = sorted(numbers.sample(pairs, PAIRS))
    lines = [f"g{owner},g{friend}\n" for owner, friend in kept]
    path.write_text("ownerUserID,friendUserID\n" + "".join(lines), encoding="utf-8")
