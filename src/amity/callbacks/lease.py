"""Who delivers, where several processes share a PostgreSQL database: the one whose name is in the lease."""

import os
import secrets
import socket

from amity.callbacks.clock import Clock
from amity.storage import Database, Transaction

SECONDS = 6.0
"""How long a lease lasts: so long does delivery rest after a process was killed while another one waits."""
_RENEW_AFTER = 2.0

# The database's own clock: those of two machines differ.
_TAKE = (
    "insert into leases (name, holder, until)"
    " values ('courier', $1, (extract(epoch from clock_timestamp()) * 1000)::bigint + $2)"
    " on conflict (name) do update set holder = excluded.holder, until = excluded.until"
    " where leases.holder = excluded.holder"
    " or leases.until < (extract(epoch from clock_timestamp()) * 1000)::bigint"
    " returning holder"
)
_RELEASE = "delete from leases where name = 'courier' and holder = $1"


class Lease:
    """The right to deliver. On SQLite it is always there: one process has the file."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._shared = database.dialect == "postgres"
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._taken_at = float("-inf")

    @property
    def held(self) -> bool:
        """Whether nobody else can have it now."""
        return not self._shared or 0 <= self._clock.now() - self._taken_at < SECONDS

    async def take(self) -> bool:
        """Take the lease, or renew it when it is time; return whether it is held."""
        if not self._shared or (self.held and self._clock.now() - self._taken_at < _RENEW_AFTER):
            return True
        asked_at = self._clock.now()

        async def work(tx: Transaction) -> bool:
            return bool(await tx.fetch(_TAKE, self._holder, int(SECONDS * 1000)))

        if await self._database.write(work):
            self._taken_at = asked_at
            return True
        self._taken_at = float("-inf")
        return False

    async def release(self) -> None:
        """Let another process go on at once."""
        if not self._shared or self._taken_at == float("-inf"):
            return

        async def work(tx: Transaction) -> None:
            await tx.fetch(_RELEASE, self._holder)

        self._taken_at = float("-inf")
        await self._database.write(work)
