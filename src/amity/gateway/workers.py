"""The tasks that serve requests, shared by all connections: none for an idle connection, none made for a request.

A request that waits for nothing, as most do on SQLite, is served by a task that goes on with the next one; where one
waits, another task takes over what is there.
"""

import asyncio
from collections import deque
from contextvars import Context
from typing import Final, Protocol

MOST_WORKERS: Final = 1024
"""Requests under way at a time, of all connections."""
_MOST_IDLE: Final = 16
_IN_A_ROW: Final = 32
"""Jobs after which a task lets the event loop look after others."""


class Job(Protocol):
    async def serve(self) -> None:
        """Do it. Raises nothing."""
        ...


class Workers:
    """Serves jobs in the order in which they are handed in, as many at a time as wait for something."""

    def __init__(self, most: int = MOST_WORKERS) -> None:
        self._most = most
        self._ready: deque[Job] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_called = False
        self._serving = 0

    @property
    def is_busy(self) -> bool:
        """Whether anything waits or is under way."""
        return bool(self._ready or self._serving)

    def take(self, job: Job) -> None:
        """Have a job served, soon."""
        self._ready.append(job)
        self._call()

    async def stop(self) -> None:
        """Break off what is under way."""
        self._ready.clear()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _call(self) -> None:
        if not self._is_called:
            self._is_called = True
            asyncio.get_running_loop().call_soon(self._dispatch)

    def _dispatch(self) -> None:
        """Put a task to work; and see, when it has had its turn, whether it was enough."""
        self._is_called = False
        if not self._ready:
            return
        if self._idle:
            self._idle.pop().set_result(None)
        elif len(self._tasks) < self._most:
            # It serves others' jobs as well: nothing of the one that it is made for stays with it.
            task = asyncio.create_task(self._work(), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            return  # all wait; who goes on first takes the next job
        self._call()

    async def _work(self) -> None:
        while True:
            self._serving += 1
            for _ in range(_IN_A_ROW):
                if not self._ready:
                    break
                await self._ready.popleft().serve()
            self._serving -= 1
            if self._ready:
                self._call()
            elif len(self._idle) >= _MOST_IDLE:
                return
            woken = asyncio.get_running_loop().create_future()
            self._idle.append(woken)
            await woken
