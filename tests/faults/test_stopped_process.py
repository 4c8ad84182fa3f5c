"""A process that is stopped in the middle of a transaction, as on a frozen machine, keeps nothing from others for long,
and writes nothing when it goes on."""

import asyncio
import signal
import time

import asyncpg

from amity.storage.postgres.limits import IDLE_SECONDS
from tests.faults.conftest import settings_for
from tests.support.business_server import BusinessServer
from tests.support.postgres import PostgresServer
from tests.support.rest import Rest
from tests.support.server_process import ServerProcess

_LOCK_ANN = "select 1 from users where user_id = 'ann' for update"
# A session that waits for a lock; one that has ended its statement in a transaction that is still open.
_WAITING = "exists (select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database())"
_IDLE = (
    "exists (select from pg_stat_activity where state = 'idle in transaction' and datname = current_database()"
    " and pid <> {own})"
)
_UNTIL = "do $$ begin while not ({}) loop perform pg_sleep(0.01), pg_stat_clear_snapshot(); end loop; end $$"


async def test_a_process_stopped_in_a_transaction_keeps_its_locks_for_seconds_and_writes_nothing_later(
    tmp_path, report
):
    (tmp_path / "other").mkdir()
    with PostgresServer() as postgres:
        url = postgres.create_database("amity")
        async with (
            BusinessServer() as business,
            ServerProcess(tmp_path, settings_for(url, business.url)) as stopped,
            ServerProcess(tmp_path / "other", settings_for(url, business.url)) as other,
            Rest(stopped.url) as at_stopped,
            Rest(other.url) as at_other,
        ):
            await at_other.register("ann", "bob", "cy")
            await at_stopped.friends("ann")  # it has its token
            holder, watcher = await asyncpg.connect(url), await asyncpg.connect(url)
            holding = holder.transaction()
            await holding.start()
            await holder.execute(_LOCK_ANN)
            given_up = asyncio.ensure_future(at_stopped.import_friends("ann", ["bob"]))
            await watcher.execute(_UNTIL.format(_WAITING), timeout=10)
            stopped.send(signal.SIGSTOP)
            await holding.rollback()
            # The lock is the stopped process' now.
            own = await watcher.fetchval("select pg_backend_pid()")
            await watcher.execute(_UNTIL.format(_IDLE.format(own=own)), timeout=10)

            began = time.monotonic()
            assert (await at_other.import_friends("ann", ["cy"]))["errCode"] == 0
            waited = time.monotonic() - began
            assert waited < IDLE_SECONDS + 2

            stopped.send(signal.SIGCONT)
            answer = await given_up
            assert answer["errCode"] == 90002
            assert "nothing was written" in answer["errDlt"]
            assert await at_other.friends("ann") == ["cy"]
            assert await at_stopped.friends("bob") == []
            assert (await at_stopped.import_friends("ann", ["bob"]))["errCode"] == 0
            assert await at_other.friends("ann") == ["bob", "cy"]
            await holder.close()
            await watcher.close()
            assert await stopped.terminate() == 0
            assert await other.terminate() == 0
    report(f"others waited {waited:.1f} s for the locks of a process that was stopped")
