"""Telling whoever shows profiles that one has changed. ``users`` does not know who that is."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from amity.storage import Transaction


class Goal(NamedTuple):
    """How far the fan-out of a user's profile has to come until everybody sees a change of it."""

    user_seq: int
    fanout_id: str
    lap: int
    seq: int


class Shown(NamedTuple):
    """Who sees a change: ``friends``, by their ids, when it is committed; all others when each goal is reached."""

    friends: Sequence[str] = ()
    goals: Sequence[Goal] = ()


class ProfileShown(Protocol):
    """Told, in the transaction, that what others see of users has changed."""

    async def record(self, tx: Transaction, users: Sequence[int], operator: str, operation_id: str) -> Shown:
        """Have these users seen as they are now, by everybody. The transaction has locked them. ``operator`` changed
        them; where it is empty, no client is told."""
        ...

    async def finish(self, shown: Shown) -> None:
        """Return when everybody sees them so. What waits for this may stop waiting: it is done all the same."""
        ...
