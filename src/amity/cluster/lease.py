"""Who delivers, where several processes share a PostgreSQL database: the one whose name is in the lease.

A lease has run out by the database's clock. If that is set back, the lease of a process that was killed would last for
as long as the step; so one that nobody has renewed for ``SECONDS`` by this process' own clock has run out as well.
"""

from amity.clock import Clock
from amity.cluster.members import new_name
from amity.storage import Database, Transaction

SECONDS = 6.0
"""How long a lease lasts: so long does delivery rest after a process was killed while another one waits."""
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
_LOOK = "select holder, until from leases where name = 'courier'"
_RELEASE = "delete from leases where name = 'courier' and holder = $1"


class Lease:
    """The right to deliver. On SQLite it is always there: one process has the file."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._shared = not database.exclusive
        self._holder = new_name()
        self._taken_at = float("-inf")
        self._others: tuple[str, int] = ("", 0)  # holder and end of the lease that another process has
        self._others_seen_at = float("-inf")

    @property
    def held(self) -> bool:
        """Whether nobody else can have it now."""
        return not self._shared or self._clock.monotonic() - self._taken_at < SECONDS

    async def take(self) -> bool:
        """Take the lease, or renew it when it is time; return whether it is held."""
        asked_at = self._clock.monotonic()
        if not self._shared or asked_at - self._taken_at < _RENEW_AFTER:
            return True
        stale = self._others if asked_at - self._others_seen_at > SECONDS else ("", 0)

        async def work(tx: Transaction) -> bool:
            return bool(await tx.fetch(_TAKE, self._holder, int(SECONDS * 1000), *stale))

        if await self._database.write(work):
            self._taken_at = asked_at
            self._others = ("", 0)
            return True
        self._taken_at = float("-inf")
        rows = await self._database.fetch(_LOOK)
        others = (rows[0][0], rows[0][1]) if rows else ("", 0)
        if others != self._others:
            self._others, self._others_seen_at = others, asked_at
        return False

    async def release(self) -> None:
        """Let another process go on at once."""
        if not self._shared or self._taken_at == float("-inf"):
            return

        async def work(tx: Transaction) -> None:
            await tx.fetch(_RELEASE, self._holder)

        self._taken_at = float("-inf")
        await self._database.write(work)
