"""The protocols of the parts that show profiles to other users. ``users`` does not know which parts these are."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from amity.storage import Transaction


class Goal(NamedTuple):
    """The position at which the fan-out of a user's profile has made a change visible to all other users."""

    user_seq: int
    fanout_id: str
    lap: int
    seq: int


class Affected(NamedTuple):
    """The users who see a change: ``friends`` (ids) when it is committed, all others when each goal is reached."""

    friends: Sequence[str] = ()
    goals: Sequence[Goal] = ()


class ProfileObserver(Protocol):
    """Is called in the transaction that changes what others see of users."""

    async def record(self, tx: Transaction, users: Sequence[int], operator: str, operation_id: str) -> Affected:
        """Make the change of these users visible to all other users. The transaction has locked them.

        ``operator`` is the id of the user who made the change. If it is empty, no client is notified.
        """
        ...

    async def finish(self, affected: Affected) -> None:
        """Wait until all other users see the change. If the caller stops waiting, the work goes on."""
        ...


class FaceObserver(Protocol):
    """Is called in the transaction that changes users' nicknames or pictures."""

    async def record(self, tx: Transaction, users: Sequence[int], operator: str, operation_id: str) -> None:
        """Store that these users are to be shown anew where else they are shown. The transaction has locked them.

        ``operator`` is as that of a ``ProfileObserver``.
        """
        ...
