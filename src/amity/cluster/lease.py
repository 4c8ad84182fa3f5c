"""The lease that decides which of the processes on a PostgreSQL database delivers events.

A lease expires by the database's clock. If that clock is set back, the lease of a killed process would last longer by
as much. So a lease also expires if nobody has renewed it for ``SECONDS`` by the waiting process' own clock.
"""

from amity.clock import Clock
from amity.cluster.members import new_name
from amity.storage import Database, Transaction

SECONDS = 6.0
"""Duration of a lease. Delivery pauses this long after the delivering process was killed."""
_RENEW_AFTER = 2.0

# $3 and $4 are a lease that nobody renews.
_TAKE = (
    "insert into leases (name, holder, until)"
    " values ('courier', $1, SHARED_NOW + $2)"
    " on conflict (name) do update set holder = excluded.holder, until = excluded.until"
    " where leases.holder = excluded.holder"
    " or leases.until < SHARED_NOW"
    " or (leases.holder = $3 and leases.until = $4)"
    " returning holder"
)
_SELECT = "select holder, until from leases where name = 'courier'"
_RELEASE = "delete from leases where name = 'courier' and holder = $1"


class Lease:
    """The right to deliver events. On SQLite it is always held: one process has the file."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
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
        """Take the lease, or renew it if that is due; return whether it is held."""
        asked_at = self._clock.monotonic()
        if not self._shared or asked_at - self._taken_at < _RENEW_AFTER:
            return True
        stale = self._other_lease if asked_at - self._other_seen_at > SECONDS else ("", 0)

        async def work(tx: Transaction) -> bool:
            return bool(await tx.fetch(_TAKE, self._holder, int(SECONDS * 1000), *stale))

        if await self._database.write(work):
            self._taken_at = asked_at
            self._other_lease = ("", 0)
            return True
        self._taken_at = float("-inf")
        rows = await self._database.fetch(_SELECT)
        other = (rows[0][0], rows[0][1]) if rows else ("", 0)
        if other != self._other_lease:
            self._other_lease, self._other_seen_at = other, asked_at
        return False

    async def release(self) -> None:
        """Give up the lease, so that another process can deliver at once."""
        if not self._shared or self._taken_at == float("-inf"):
            return

        async def work(tx: Transaction) -> None:
            await tx.fetch(_RELEASE, self._holder)

        self._taken_at = float("-inf")
        await self._database.write(work)
