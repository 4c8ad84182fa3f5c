"""Tasks that serve requests, shared by all connections. An idle connection has no task, and a request makes none.

A request that waits for nothing, as most on SQLite, is served by a task that then serves the next one. If a request
waits, another task takes over the queue.
"""

import asyncio
from collections import deque
from contextvars import Context
from typing import Final, Protocol

MOST_WORKERS: Final = 1024
"""Requests under way at a time, of all connections."""
_MOST_IDLE: Final = 16
_MOST_JOBS_IN_A_ROW: Final = 32
"""Jobs after which a task yields to the event loop."""


class Job(Protocol):
    async def serve(self) -> None:
        """Do the job. Raises nothing."""
        ...


class Workers:
    """Serves jobs in the order in which they are queued. Jobs that wait for something overlap."""

    def __init__(self, most: int = MOST_WORKERS) -> None:
        self._most = most
        self._ready: deque[Job] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_scheduled = False
        self._serving = 0

    @property
    def is_busy(self) -> bool:
        """Whether a job is queued or under way."""
        return bool(self._ready or self._serving)

    def take(self, job: Job) -> None:
        """Queue a job."""
        self._ready.append(job)
        self._schedule()

    async def stop(self) -> None:
        """Discard queued jobs, and cancel those under way."""
        self._ready.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _schedule(self) -> None:
        if not self._is_scheduled:
            self._is_scheduled = True
            asyncio.get_running_loop().call_soon(self._dispatch)

    def _dispatch(self) -> None:
        """Wake or start a task, and schedule another dispatch in case one task is not enough."""
        self._is_scheduled = False
        if not self._ready:
            return
        if self._idle:
            self._idle.pop().set_result(None)
        elif len(self._tasks) < self._most:
            # The task also serves others' jobs, so it must not inherit the context of the first one.
            task = asyncio.create_task(self._work(), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            return  # all tasks wait; the first that continues takes the next job
        self._schedule()

    async def _work(self) -> None:
        while True:
            self._serving += 1
            for _ in range(_MOST_JOBS_IN_A_ROW):
                if not self._ready:
                    break
                await self._ready.popleft().serve()
            self._serving -= 1
            if self._ready:
                self._schedule()
            elif len(self._idle) >= _MOST_IDLE:
                return
            woken = asyncio.get_running_loop().create_future()
            self._idle.append(woken)
            await woken
