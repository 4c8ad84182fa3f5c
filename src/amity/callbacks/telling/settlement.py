"""Writing down what became of deliveries, many in one transaction, and letting their owners go on."""

from dataclasses import dataclass
from typing import Final

from amity.callbacks.telling import store
from amity.callbacks.telling.queues import OwnerQueues
from amity.callbacks.telling.store import DEAD, Failure
from amity.storage import Database

_BATCH: Final = 200


@dataclass(slots=True)
class Ended:
    """An event to settle: delivered or discarded where ``failure`` is ``None``. ``ran_empty``: its queue did. ``size``
    is that of the body that is deleted."""

    seq: int
    owner: str
    failure: Failure | None
    ran_empty: bool
    size: int = 0


class Settlement:
    """The events whose outcome is not stored yet."""

    def __init__(self, database: Database, queues: OwnerQueues) -> None:
        self._database = database
        self._queues = queues
        self._ended: list[Ended] = []

    @property
    def waiting(self) -> int:
        """Events that wait to be settled."""
        return len(self._ended)

    def add(self, ended: Ended) -> None:
        """Have an event settled."""
        self._ended.append(ended)

    async def settle(self) -> None:
        """Settle all, those that end meanwhile too. Raises ``ImError``; what is not stored then waits on."""
        while self._ended:
            batch = self._ended[:_BATCH]
            failures = [ended.failure for ended in batch if ended.failure is not None]
            delivered = [ended.seq for ended in batch if ended.failure is None]
            await store.settle(self._database, delivered, failures, sum(ended.size for ended in batch))
            del self._ended[: len(batch)]
            for ended in batch:
                self._let_go_on(ended)

    def _let_go_on(self, ended: Ended) -> None:
        failure = ended.failure
        if failure is None:
            if ended.ran_empty:
                self._queues.free(ended.owner)
        elif failure.state == DEAD:
            self._queues.free(ended.owner)
        else:
            self._queues.hold(ended.owner)
            self._queues.due_at(failure.next_at)
