"""Running a server or a relay until it is told to stop, and deleting expired rows meanwhile.

Of several processes on one database one deletes them: the one that has the lease ``sweeps``, which it keeps while it
runs. Each of the others asks for the lease at its own next round, so one sweeps soon after that process has ended.
"""

import asyncio
import contextlib
import gc
import logging
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from amity.cluster.lease import Lease
from amity.errors import ImError

_log = logging.getLogger("amity.app")
FIRST_SWEEP_SECONDS = 5
"""How long after the start the first sweep comes: a server that is restarted often also works off what is due."""
SWEEP_SECONDS = 600
Sweep = Callable[[], Awaitable[object]]


class Whole(Protocol):
    """What is run: started once, then stopped once."""

    async def start(self) -> None:
        """Start. What it has opened is closed if it fails or is cancelled."""
        ...

    async def stop(self) -> None:
        """Finish what was accepted, and close everything."""
        ...

    def announce(self) -> None:
        """Log where it listens."""
        ...


async def run_until_stopped(whole: Whole, while_running: contextlib.AbstractContextManager[None] | None = None) -> None:
    """Run until SIGTERM or SIGINT, also if the signal arrives during the start.

    ``while_running`` is entered after the start, and left at the end. Raises what ``start`` raises.
    """
    stop_requested = asyncio.Event()
    loop = asyncio.get_running_loop()
    if threading.current_thread() is threading.main_thread():  # other threads receive no signals
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop_requested.set)
    if await _started(whole, stop_requested):
        try:
            with while_running or contextlib.nullcontext():
                await _run(whole, stop_requested)
        finally:
            await whole.stop()
    _log.info("stopped")


async def _started(whole: Whole, stop_requested: asyncio.Event) -> bool:
    """Start it; return whether it runs. It does not if a stop is requested during the start."""
    starting = asyncio.ensure_future(whole.start())
    stopping = asyncio.ensure_future(stop_requested.wait())
    try:
        await asyncio.wait((starting, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not starting.done():
            _log.info("stopping before it has started")
            starting.cancel()
        # The cancelled start closes what it has opened, also if this caller is cancelled.
        await asyncio.wait((starting,))
    if starting.cancelled():
        return False
    starting.result()
    return True


async def _run(whole: Whole, stop_requested: asyncio.Event) -> None:
    # The objects that exist now stay until the end. The collector need not visit them again, nor run as often as in a
    # small program.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    # This comes last, because a program that reads it may stop the server at once.
    whole.announce()
    await stop_requested.wait()
    _log.info("stopping: finishing what was accepted")


@contextlib.asynccontextmanager
async def sweeping(sweeps: Sequence[Sweep], lease: Lease) -> AsyncIterator[None]:
    """Run all sweeps in the background, until the block is left: first after ``FIRST_SWEEP_SECONDS``, and then every
    ``SWEEP_SECONDS``, whenever this process has the lease."""
    tasks = [asyncio.create_task(_sweep(sweeps, lease)), asyncio.create_task(lease.keep())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(ImError):  # then it expires
            await lease.release()


async def _sweep(sweeps: Sequence[Sweep], lease: Lease) -> None:
    wait = FIRST_SWEEP_SECONDS
    while True:
        await asyncio.sleep(wait)
        wait = SWEEP_SECONDS
        try:
            if not await lease.take():
                continue
        except ImError as error:
            _log.warning("expired rows are not deleted, will try again: %s", error)
            continue
        for sweep in sweeps:
            try:
                await sweep()
            except ImError as error:
                _log.warning("expired rows could not be deleted, will try again: %s", error)
            except Exception:  # noqa: BLE001 - a sweep that fails must not prevent the others, nor the next round
                _log.exception("an error of its own kept expired rows from being deleted; it goes on")
