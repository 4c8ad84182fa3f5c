"""Run several parts of a move concurrently."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

U = TypeVar("U")


async def in_parallel(parts: AsyncIterator[U], work: Callable[[U], Awaitable[None]], concurrency: int) -> None:
    """Run ``work`` for every part, ``concurrency`` of them at once. Parts are requested when they are needed. The first
    exception cancels the rest and is raised."""
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
