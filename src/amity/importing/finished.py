"""What became of a batch of pairs, and of all batches so far."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec


class Skip(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A friend who was not imported: the server's code and its name (0 and "" if there is none), and the reason."""

    friend: str
    code: int
    message: str
    reason: str


class Finished(msgspec.Struct, kw_only=True, omit_defaults=True, rename={"number": "n"}):
    """The result of a batch of pairs in numbers, and its skipped friends. ``owner`` is set if any were skipped."""

    number: int
    imported: int = 0
    existing: int = 0
    added: int = 0
    owner: str = ""
    skipped: list[Skip] = []


@dataclass(slots=True)
class Totals:
    """The results of the pairs so far. ``added`` counts friends whom the business server added to a list."""

    batches: int = 0
    imported: int = 0
    existing: int = 0
    added: int = 0
    skipped: int = 0
    by_reason: Counter[tuple[int, str]] = field(default_factory=Counter)

    def add(self, entry: Finished) -> None:
        """Count a finished batch."""
        self.batches += 1
        self.imported += entry.imported
        self.existing += entry.existing
        self.added += entry.added
        self.skipped += len(entry.skipped)
        for skip in entry.skipped:
            self.by_reason[skip.code, skip.message or skip.reason] += 1
