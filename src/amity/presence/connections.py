"""What presence knows of connections: it is handed the gateway's, and does not know the gateway."""

from collections.abc import Sequence
from typing import Protocol


class Connection(Protocol):
    """One connection of a user's client, open or just closed."""

    @property
    def user_id(self) -> str: ...

    @property
    def platform_id(self) -> int: ...

    @property
    def conn_id(self) -> str:
        """Its name, like no other's."""
        ...

    @property
    def operation_id(self) -> str:
        """The one with which the client connected."""
        ...

    @property
    def token(self) -> str: ...

    @property
    def is_background(self) -> bool:
        """Whether the client has said that its app is in the background."""
        ...


class Connections(Protocol):
    """Every connection that is open."""

    def of(self, user_id: str, /) -> Sequence[Connection]:
        """Return a user's, none for a user who is offline or does not exist."""
        ...
