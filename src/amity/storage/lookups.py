"""Read what many callers ask for with few statements.

A statement costs as much for one row as for ten. What is asked for in one turn of the event loop is looked up at its
end, all together: nobody waits for others.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Lookups(Generic[T, R]):
    """Looks items up, at most ``most`` at once. ``read`` returns what it found for each, in their order.

    If it raises, the callers of all items that it was given get that.
    """

    def __init__(self, read: Callable[[Sequence[T]], Awaitable[Sequence[R]]], *, most: int = 32) -> None:
        self._read = read
        self._most = most
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, item: T) -> R:
        """Return what is found for an item. Raises what ``read`` raises."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._waiting) == 1:
            self._start()
        return await future

    def _start(self) -> None:
        task = asyncio.create_task(self._run(), name="lookups")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        if self._waiting:
            self._start()
        try:
            found = await self._read([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - the callers get it
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, found, strict=True):
            if not future.done():  # its caller may have been cancelled
                future.set_result(result)
