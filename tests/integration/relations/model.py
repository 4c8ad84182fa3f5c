"""A model of the rules of relationships, without a database: the state that each action turns each state into."""

from collections.abc import Iterator
from dataclasses import dataclass, field

Pair = tuple[str, str]
ACTIONS = ("asks", "agrees", "refuses", "blocks", "unblocks", "deletes", "imports", "is imported for")


@dataclass
class Model:
    """Pairs ``(a, b)``: b is on a's list, a has blocked b, a's request to b with its result."""

    lists: set[Pair] = field(default_factory=set)
    blocks: set[Pair] = field(default_factory=set)
    requests: dict[Pair, int] = field(default_factory=dict)

    def act(self, action: str, user: str, other: str) -> int:
        """Apply an action of ``user`` to ``other``; return the ``errCode``, 0 for success."""
        ours, theirs = (user, other), (other, user)
        match action:
            case "asks":
                if self.blocks & {ours, theirs}:
                    return 1302
                if {ours, theirs} <= self.lists:
                    return 1304
                self.requests[ours] = 0
                if self.requests.get(theirs) == 0:
                    self._befriend(user, other)
            case "agrees" | "refuses":
                if theirs not in self.requests:
                    return 1004
                if self.requests[theirs] != 0:
                    return 1305
                self.requests[theirs] = -1
                if action == "agrees":
                    self.requests[theirs] = 0
                    self._befriend(user, other)
            case "blocks":
                if ours not in self.blocks:
                    self._settle(user, other, -1)
                self.blocks.add(ours)
            case "unblocks":
                self.blocks.discard(ours)
            case "deletes":
                self.lists.discard(ours)
            case "imports":
                if theirs in self.blocks:
                    return 1302
                self._befriend(user, other)
            case "is imported for":
                self._befriend(user, other)
        return 0

    def waiting(self) -> set[Pair]:
        return {pair for pair, result in self.requests.items() if result == 0}

    def _befriend(self, user: str, other: str) -> None:
        self.lists |= {(user, other), (other, user)}
        self._settle(user, other, 1)

    def _settle(self, user: str, other: str, result: int) -> None:
        for pair in ((user, other), (other, user)):
            if self.requests.get(pair) == 0:
                self.requests[pair] = result


def states() -> Iterator[tuple[str, str, str]]:
    """Return all states of a pair A and B: who is on whose list, who blocks whom, whose request waits."""
    for lists in ("nobody", "A", "B", "both"):
        for blocks in ("nobody", "A", "B", "both"):
            for asked in ("nobody", "A", "B"):
                if asked == "nobody" or (blocks == "nobody" and lists != "both"):
                    yield lists, blocks, asked
