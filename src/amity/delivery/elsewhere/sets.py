"""Sets of users that one process names to others by numbers: the members of groups.

The ids of ten thousand members are 150 KB. They are told once to each process, and a message names them by a number.
"""

from collections import OrderedDict
from typing import Final

MOST_SETS: Final = 2_000
MOST_USERS: Final = 1_000_000
"""Users of all sets together that are kept of all other processes. Each of these keeps its share of as many."""


class _Named:
    __slots__ = ("known_to", "number", "of", "users")

    def __init__(self, number: int, users: frozenset[str], of: str) -> None:
        self.number = number
        self.users = users
        self.of = of
        self.known_to: set[str] = set()


class OwnSets:
    """The sets that this process names. Those that were named longest ago are forgotten."""

    def __init__(self, most_sets: int = MOST_SETS, most_users: int = MOST_USERS) -> None:
        self._most_sets = most_sets
        self._most_users = most_users
        self._named: OrderedDict[int, _Named] = OrderedDict()
        self._by_number: dict[int, _Named] = {}
        self._newest: dict[str, int] = {}
        self._replaced: list[tuple[int, set[str]]] = []
        self._users = 0
        self._last = 0

    def number(self, users: frozenset[str], of: str) -> int:
        """Return the number of a set. The same object has the same number until it is forgotten. A later set ``of`` the
        same conversation takes the place of an earlier one."""
        named = self._named.get(id(users))
        if named is None:
            self._last += 1
            named = _Named(self._last, users, of)  # which is held, so that no other set has its id
            if (earlier := self._by_number.get(self._newest.get(of, 0))) is not None:
                self._drop(earlier)
                self._replaced.append((earlier.number, earlier.known_to))
            self._newest[of] = named.number
            self._named[id(users)] = self._by_number[named.number] = named
            self._users += len(users)
        else:
            self._named.move_to_end(id(users))
        return named.number

    def is_known_to(self, number: int, process: str) -> bool:
        """Return whether a process was told a set. It counts as told from then on."""
        known_to = self._by_number[number].known_to
        if process in known_to:
            return True
        known_to.add(process)
        return False

    def users(self, number: int) -> frozenset[str] | None:
        """Return the users of a set, or ``None`` if it is forgotten."""
        named = self._by_number.get(number)
        return None if named is None else named.users

    def forget(self, processes: int = 1) -> list[tuple[int, set[str]]]:
        """Forget what is too much where so many processes name sets to each other; return the numbers of what was
        forgotten or replaced, and to whom they were told."""
        forgotten, self._replaced = self._replaced, []
        most_users = self._most_users // max(1, processes)
        while len(self._named) > 1 and (len(self._named) > self._most_sets or self._users > most_users):
            named = next(iter(self._named.values()))
            self._drop(named)
            forgotten.append((named.number, named.known_to))
        return forgotten

    def _drop(self, named: _Named) -> None:
        del self._named[id(named.users)]
        del self._by_number[named.number]
        self._users -= len(named.users)
        if self._newest.get(named.of) == named.number:
            del self._newest[named.of]


class OthersSets:
    """The sets that other processes name."""

    def __init__(self, most_users: int = MOST_USERS) -> None:
        self._most_users = most_users
        self._sets: OrderedDict[tuple[str, int], frozenset[str]] = OrderedDict()
        self._users = 0

    def define(self, process: str, number: int, users: frozenset[str]) -> None:
        """Keep a set of a process. Those that were named longest ago go if there are too many."""
        self.forget(process, number)
        self._sets[process, number] = users
        self._users += len(users)
        while self._users > self._most_users and len(self._sets) > 1:
            _, gone = self._sets.popitem(last=False)
            self._users -= len(gone)

    def get(self, process: str, number: int) -> frozenset[str] | None:
        """Return a set, or ``None`` if it is not known."""
        users = self._sets.get((process, number))
        if users is not None:
            self._sets.move_to_end((process, number))
        return users

    def forget(self, process: str, number: int) -> None:
        """Drop a set."""
        self._users -= len(self._sets.pop((process, number), ()))

    def forget_all_but(self, processes: frozenset[str]) -> None:
        """Drop the sets of processes that are no more."""
        for process, number in [key for key in self._sets if key[0] not in processes]:
            self.forget(process, number)
