"""Several parts of a move at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

U = TypeVar("U")


async def in_parallel(parts: AsyncIterator[U], work: Callable[[U], Awaitable[None]], concurrency: int) -> None:
    """Do ``work`` for every part, for ``concurrency`` of them at once; parts are asked for as they are needed. The
    first exception ends it all and is raised."""
    asking = asyncio.Lock()

    async def worker() -> None:
        while True:
            async with asking:
                try:
                    part = await anext(parts)
                except StopAsyncIteration:
                    return
            await work(part)

    workers = [asyncio.create_task(worker()) for _ in range(concurrency)]
    try:
        await asyncio.gather(*workers)
    finally:
        for each in workers:
            each.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
