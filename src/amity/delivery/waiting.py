"""What waits for the app's business server: in order, bounded, given up at the end."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Generic, TypeVar

from amity import metrics

MOST_WAITING: Final = 10_000
"""Messages of all conversations that wait in one place. Who is not pushed one finds it by pulling."""
MOST_OF_ONE: Final = 500
"""Those of one conversation, which leaves room for the others."""

T = TypeVar("T")

_log = logging.getLogger(__name__)


class Waiting(Generic[T]):
    """Works off what is put here, one after the other for each conversation, and conversations beside each other.

    ``kind`` names in metrics and in the log what is worked off: the pushes to "clients", or to "phones".
    """

    def __init__(self, work: Callable[[T], Awaitable[None]], kind: str) -> None:
        self._work = work
        self._kind = kind
        self._waiting: dict[str, deque[T]] = {}
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def __contains__(self, conversation_id: str) -> bool:
        """Whether something of a conversation waits or is being worked off."""
        return conversation_id in self._waiting

    def put(self, conversation_id: str, each: T) -> None:
        """Let something wait for its turn. Where too much waits it is given up, logged and counted. Never waits."""
        queue = self._waiting.get(conversation_id)
        if self._count >= MOST_WAITING or (queue is not None and len(queue) >= MOST_OF_ONE):
            metrics.push_given_up(self._kind)
            _log.warning(
                "a message is not pushed to %s: too many wait for the business server (%d, in its conversation %d)",
                self._kind,
                self._count,
                len(queue or ()),
            )
            return
        self._count += 1
        if queue is not None:
            queue.append(each)
            return
        self._waiting[conversation_id] = deque([each])
        task = asyncio.create_task(self._run(conversation_id), name=f"push to {self._kind} of {conversation_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give up what waits."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, conversation_id: str) -> None:
        queue = self._waiting[conversation_id]
        try:
            while queue:
                each = queue.popleft()
                self._count -= 1
                try:
                    await self._work(each)
                except Exception:  # noqa: BLE001 - the next message is pushed all the same
                    _log.exception("a message could not be pushed to %s", self._kind)
        finally:
            self._count -= len(queue)
            del self._waiting[conversation_id]
