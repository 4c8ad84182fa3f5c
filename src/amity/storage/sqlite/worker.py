"""A thread that runs jobs one after the other and reports each on the event loop.

An executor uses futures, conditions and callbacks for that, which cost as much as the smallest commits.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread

_Task = tuple[asyncio.AbstractEventLoop, Callable[[], None], Callable[[], None]]


class Worker:
    """One thread, until ``stop``."""

    def __init__(self, name: str) -> None:
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def do(self, loop: asyncio.AbstractEventLoop, work: Callable[[], None], done: Callable[[], None]) -> None:
        """Run ``work`` in the thread, and then ``done`` on the event loop. ``work`` must not raise."""
        self._tasks.put((loop, work, done))

    def stop(self) -> None:
        """Wait for all queued work, and end the thread."""
        self._tasks.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None:
            loop, work, done = task
            work()
            with suppress(RuntimeError):  # the loop is closed: nobody waits for the result
                loop.call_soon_threadsafe(done)
