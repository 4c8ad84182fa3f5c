"""Zachary's karate club: the data that ships with amity, and the result that the example's rule must give.

The rule is implemented here a second time, from the data, so that the demo really checks the servers.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import as_file, files
from pathlib import Path

_DATA = files("amity.cli") / "data"
SUSPENDED = "karate25"

ALLOWED, MODIFIED, REJECTED = "allowed", "modified", "rejected"


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the club and the side that it took when the club split."""

    user_id: str
    nickname: str
    side: str


@contextmanager
def friendship_file() -> Iterator[Path]:
    """Give the path of ``karate.csv`` on disk, even if the package is in an archive."""
    with as_file(_DATA / "karate.csv") as path:
        yield path


class Club:
    """The members, and the friends that the file requests for each owner, in its order."""

    def __init__(self) -> None:
        with (_DATA / "karate-members.csv").open(encoding="utf-8") as file:
            self.members = {
                row["userID"]: Member(row["userID"], row["nickname"], row["side"]) for row in csv.DictReader(file)
            }
        self.asked: dict[str, list[str]] = {}
        with (_DATA / "karate.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                self.asked.setdefault(row["ownerUserID"], []).append(row["friendUserID"])

    @property
    def ties(self) -> int:
        return sum(len(friends) for friends in self.asked.values())

    def granted(self, owner: str) -> list[str]:
        """Return the requested friends whom the rule lets an owner import."""
        if owner == SUSPENDED:
            return []
        side = self.members[owner].side
        return [friend for friend in self.asked[owner] if self.members[friend].side == side]

    def verdict(self, owner: str) -> str:
        """Return the rule's verdict on an owner's import: allowed, modified or rejected."""
        granted = self.granted(owner)
        if not granted:
            return REJECTED
        return ALLOWED if granted == self.asked[owner] else MODIFIED

    @cached_property
    def friends(self) -> dict[str, set[str]]:
        """Return everybody's expected friend list after all imports."""
        lists: dict[str, set[str]] = {user_id: set() for user_id in self.members}
        for owner in self.asked:
            for friend in self.granted(owner):
                lists[owner].add(friend)
                lists[friend].add(owner)
        return lists

    def count(self, verdict: str) -> int:
        """Return how many imports end with a verdict."""
        return sum(self.verdict(owner) == verdict for owner in self.asked)

    def example(self, verdict: str) -> str:
        """Return the owner of the shortest import (of two friends or more) that ends with a verdict."""
        return min(
            (owner for owner in self.asked if self.verdict(owner) == verdict and len(self.asked[owner]) > 1),
            key=lambda owner: (len(self.asked[owner]), owner),
        )
