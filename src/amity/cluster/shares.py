"""Work that the processes on one PostgreSQL database divide among them: shares, each held by one process.

What is in which share follows from its key alone, and is the same in all processes and versions. Each process holds a
lease, and with it its shares. It looks at all of them every ``LOOK_SECONDS``: it renews its lease, ends processes whose
lease has expired, gives up what it has too much, and takes what is free. One process does that at a time, as it begins
with a row that it locks: the lease that has the name of the work. All share that lease. A version that had the work
alone takes it by the same name, so the work is either divided, or all that version's.

A lease expires by the database's clock, or if it was not renewed for its duration by the observing process' own clock,
because the database's may be set back. The holder stops to rely on its own lease after that time by its own clock.

States of this process, and what ends each:

- *alone*: no other process can have the database. All shares are its own.
- *outside*: it serves nothing. It has the common lease: *inside*.
- *inside*: its lease and its shares are in the database. Shares that it gives up are no longer served, and are held
  until what was under way has ended. Somebody else has the common lease, or its own was ended: *outside*.
"""

import logging
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from amity.clock import Clock
from amity.cluster.balance import balance
from amity.cluster.lease import SECONDS, take
from amity.cluster.members import new_name
from amity.storage import Database, Transaction

SHARES: Final = 64
LOOK_SECONDS: Final = 1.0
_ALL: Final = frozenset(range(SHARES))
_NONE: Final[frozenset[int]] = frozenset()
_NONE_ENDED: Final[frozenset[str]] = frozenset()
_TOGETHER: Final = "shares"
"""Holder of the common lease while the work is divided."""

_log = logging.getLogger(__name__)

_SELECT = (
    "select name, holder, until, until < SHARED_NOW from leases"
    " where name = $1 or name like $1 || '@%' or name like $1 || '/%'"
)
_SELECT_COMMON = "select holder from leases where name = $1"
_RENEW = (
    "insert into leases (name, holder, until) values ($1, $2, SHARED_NOW + $3)"
    " on conflict (name) do update set until = excluded.until"
)
_TAKE = (
    "insert into leases (name, holder, until) select value, $1, 0 from EACH_TEXT($2) where true"
    " on conflict (name) do update set holder = excluded.holder"
)
_GIVE_UP = "delete from leases where holder = $1 and name in (select value from EACH_TEXT($2))"
_END = "delete from leases where holder in (select value from EACH_TEXT($1))"
_END_ALL = "delete from leases where name like $1 || '@%' or name like $1 || '/%'"
_END_COMMON = (
    "delete from leases where name = $1 and holder = $2"
    " and not exists (select 1 from leases where name like $1 || '@%')"
)


def share_of(key: str) -> int:
    """Return the number of a key's share, from 0 to below ``SHARES``."""
    return zlib.crc32(key.encode()) % SHARES


@dataclass(slots=True)
class _Leases:
    """What is in the database: the common lease, the leases of processes, and the holders of shares."""

    common: tuple[str, int] = ("", 0)
    processes: dict[str, int] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    holders: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Look:
    """What came of a look: whether this process has the common lease, whether its own is still there, and then which
    shares it holds and serves."""

    found: _Leases
    has_common: bool = False
    is_inside: bool = False
    ended: frozenset[str] = _NONE_ENDED
    held: frozenset[int] = _NONE
    served: frozenset[int] = _NONE


class Shares:
    """The shares of this process in the work ``name``. On SQLite all are always its own.

    ``is_inside`` says whether it takes part in the division, ``served`` are the shares whose work it does, and
    ``others`` are the processes that take part beside this one.
    """

    def __init__(self, database: Database, name: str, clock: Clock) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._shared = not database.exclusive
        self._process = new_name()
        self._held = _NONE
        self._looked_at = self._renewed_at = self._alive_since = float("-inf")
        self._common: tuple[str, int] = ("", 0)
        self._seen: dict[tuple[str, int], float] = {}  # leases, and since when each is unchanged
        self.is_inside = not self._shared
        self.served = _NONE if self._shared else _ALL
        self.others: frozenset[str] = frozenset()

    @property
    def is_certain(self) -> bool:
        """Whether this process certainly holds its shares now."""
        return not self._shared or self._clock.monotonic() - self._renewed_at < SECONDS

    @property
    def leaving(self) -> bool:
        """Whether shares are held that are no longer served."""
        return self._held != self.served and self._shared

    def serves(self, key: str) -> bool:
        """Return whether the share of a key is served here."""
        return not self._shared or share_of(key) in self.served

    async def look(self, has_left: Callable[[], bool]) -> bool:
        """Renew the lease, and give up and take shares, if that is due.

        ``has_left`` says whether nothing of the shares that are no longer served is under way. Return whether what is
        served has changed: then nothing that was read before counts. Raises ``ImError``.
        """
        now = self._clock.monotonic()
        gives_up = self.leaving and has_left()
        if not self._shared or (now - self._looked_at < LOOK_SECONDS and not gives_up):
            return False
        since = now - self._renewed_at
        if SECONDS / 2 < since < float("inf"):
            # The database was away, for other processes too: they have a full lease to renew theirs.
            self._alive_since = now
        before = self.served
        look = await self._database.write(lambda tx: self._look(tx, now, gives_up=gives_up))
        self._looked_at = now
        self._note(look, now)
        return self.served != before

    async def release(self) -> None:
        """Give up all shares, so that others can take them at once. Raises ``ImError``."""
        if not self._shared or not self.is_inside:
            return

        process = self._process

        async def work(tx: Transaction) -> None:
            await take(tx, self._name, _TOGETHER, ("", 0))  # locks, as a look does
            await tx.fetch(_END, [process])
            await tx.fetch(_END_COMMON, self._name, _TOGETHER)

        self._forget()
        await self._database.write(work)

    def _note(self, look: _Look, now: float) -> None:
        found = look.found
        self._common = found.common
        leases = {*found.processes.items(), found.common}
        self._seen = {lease: self._seen.get(lease, now) for lease in leases}
        if not look.has_common or not look.is_inside:
            if self.is_inside:
                _log.warning(
                    "%s: others have taken the shares of this process, which did not renew its lease", self._name
                )
            self._forget()
            return
        for process in sorted(look.ended):
            _log.warning("%s: %s has not renewed its lease: its shares go to others", self._name, process)
        self.is_inside = True
        self._renewed_at = now
        self._held, self.served = look.held, look.served
        self.others = frozenset(found.processes) - {self._process}

    def _forget(self) -> None:
        """Be outside. Its name is new, so that nobody takes what it does next for what it did before."""
        self._process = new_name()
        self.is_inside = False
        self._held = self.served = _NONE
        self.others = frozenset()
        self._looked_at = self._renewed_at = float("-inf")

    def _stale(self, lease: tuple[str, int], now: float) -> bool:
        return now - max(self._seen.get(lease, now), self._alive_since) > SECONDS

    async def _look(self, tx: Transaction, now: float, *, gives_up: bool) -> _Look:
        stale = self._common if self._stale(self._common, now) else ("", 0)
        common = await tx.fetch(_SELECT_COMMON, self._name)
        has_common = await take(tx, self._name, _TOGETHER, stale)
        if has_common and not (common and common[0][0] == _TOGETHER):
            # Somebody may have had the work alone since: what processes remember of it does not count.
            await tx.fetch(_END_ALL, self._name)
        found = await self._read(tx)
        look = _Look(found, has_common)
        if not has_common or (self.is_inside and self._process not in found.processes):
            return look
        may_end = now - self._alive_since >= SECONDS
        ended = {
            process
            for process, until in found.processes.items()
            if (may_end and process in found.expired) or self._stale((process, until), now)
        } - {self._process}
        if ended:
            await tx.fetch(_END, sorted(ended))
            look.ended = frozenset(ended)
            found.processes = {process: until for process, until in found.processes.items() if process not in ended}
        await tx.fetch(_RENEW, f"{self._name}@{self._process}", self._process, int(SECONDS * 1000))
        found.processes.setdefault(self._process, 0)
        holders = {share: holder for share, holder in found.holders.items() if holder in found.processes}
        if gives_up:
            left = self._held - self.served
            await tx.fetch(_GIVE_UP, self._process, [self._row(share) for share in left])
            holders = {share: holder for share, holder in holders.items() if share not in left}
        due = balance(self._process, found.processes, holders, SHARES)
        if due.take:
            await tx.fetch(_TAKE, self._process, [self._row(share) for share in sorted(due.take)])
        look.is_inside = True
        look.held = due.take.union(share for share, holder in holders.items() if holder == self._process)
        look.served = due.keep | due.take
        return look

    async def _read(self, tx: Transaction) -> _Leases:
        found = _Leases()
        for name, holder, until, is_expired in await tx.fetch(_SELECT, self._name):
            if name == self._name:
                found.common = (holder, until)
            elif name.startswith(f"{self._name}@"):
                found.processes[holder] = until
                if is_expired:
                    found.expired.add(holder)
            else:
                found.holders[int(name.rpartition("/")[2])] = holder
        return found

    def _row(self, share: int) -> str:
        return f"{self._name}/{share}"
