"""What relations know of chats: that a notification may be a message of one."""

from collections.abc import Callable, Sequence
from typing import Protocol

from amity.storage import Transaction
from amity.wire.notification import Notification


class Chats(Protocol):
    """Writes notifications into chats."""

    async def open(
        self,
        tx: Transaction,
        pairs: Sequence[tuple[int, int]],
        notifications: Sequence[Notification],
        operation_id: str,
    ) -> Callable[[], None]:
        """Store notifications as messages of chats, each between the pair of its sender and its receiver.

        The transaction has locked the lists of these users. Call what is returned once it is committed.
        """
        ...
