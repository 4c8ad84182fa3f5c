"""Leases by name: the right of one process on a PostgreSQL database to do something for all.

A lease expires by the database's clock. If that clock is set back, the lease of a killed process would last longer by
as much. So a lease also expires if nobody has renewed it for ``SECONDS`` by the waiting process' own clock.
"""

import asyncio
import logging
from typing import Final

from amity.clock import Clock
from amity.cluster.members import new_name
from amity.storage import Database, Transaction
from amity.storage.outages import Outages

SECONDS: Final = 6.0
"""Duration of a lease. What its holder did pauses this long after the holder was killed."""
_RENEW_AFTER: Final = 2.0

# $4 and $5 are a lease that nobody renews.
_TAKE = (
    "insert into leases (name, holder, until)"
    " values ($1, $2, SHARED_NOW + $3)"
    " on conflict (name) do update set holder = excluded.holder, until = excluded.until"
    " where leases.holder = excluded.holder"
    " or leases.until < SHARED_NOW"
    " or (leases.holder = $4 and leases.until = $5)"
    " returning holder"
)
_SELECT = "select holder, until from leases where name = $1"
_RELEASE = "delete from leases where name = $1 and holder = $2"

_log = logging.getLogger(__name__)


async def take(tx: Transaction, name: str, holder: str, stale: tuple[str, int]) -> bool:
    """Take or renew a lease in a transaction, and return whether the holder has it. Until the transaction ends, nobody
    else takes it. ``stale`` is the holder and the end of a lease that was not renewed for ``SECONDS``."""
    return bool(await tx.fetch(_TAKE, name, holder, int(SECONDS * 1000), *stale))


class Lease:
    """The right to do what ``name`` says. On SQLite it is always held: one process has the file."""

    def __init__(self, database: Database, name: str, clock: Clock) -> None:
        self._database = database
        self._name = name
        self._clock = clock
        self._shared = not database.exclusive
        self._holder = new_name()
        self._taken_at = float("-inf")
        self._other_lease: tuple[str, int] = ("", 0)  # holder and end of another process' lease
        self._other_seen_at = float("-inf")

    @property
    def held(self) -> bool:
        """Whether this process certainly holds the lease now."""
        return not self._shared or self._clock.monotonic() - self._taken_at < SECONDS

    async def take(self) -> bool:
        """Take the lease, or renew it if that is due; return whether it is held. Raises ``ImError``."""
        asked_at = self._clock.monotonic()
        if not self._shared or asked_at - self._taken_at < _RENEW_AFTER:
            return True
        stale = self._other_lease if asked_at - self._other_seen_at > SECONDS else ("", 0)
        if await self._database.write(lambda tx: take(tx, self._name, self._holder, stale)):
            self._taken_at = asked_at
            self._other_lease = ("", 0)
            return True
        self._taken_at = float("-inf")
        rows = await self._database.fetch(_SELECT, self._name)
        other = (rows[0][0], rows[0][1]) if rows else ("", 0)
        if other != self._other_lease:
            self._other_lease, self._other_seen_at = other, asked_at
        return False

    async def keep(self) -> None:
        """Renew the lease while it is held, until this is cancelled."""
        outages = Outages(_log, f"the lease {self._name} cannot be renewed", f"the lease {self._name} was not renewed")
        never = asyncio.Event()
        while self._shared:
            await self._clock.wait(never, _RENEW_AFTER)
            if self.held:
                await outages.survive(self.take)

    async def release(self) -> None:
        """Give up the lease, so that another process can take it at once. Raises ``ImError``."""
        if not self._shared or self._taken_at == float("-inf"):
            return
        self._taken_at = float("-inf")
        await self._database.write(lambda tx: tx.fetch(_RELEASE, self._name, self._holder))
