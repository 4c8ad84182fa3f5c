"""What presence needs to know of connections. The gateway provides it, and presence does not import the gateway."""

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
        """The unique id of the connection."""
        ...

    @property
    def operation_id(self) -> str:
        """The operationID with which the client connected."""
        ...

    @property
    def token(self) -> str: ...

    @property
    def is_background(self) -> bool:
        """Whether the client has reported that its app is in the background."""
        ...


class Connections(Protocol):
    """All open connections."""

    def of(self, user_id: str, /) -> Sequence[Connection]:
        """Return a user's connections. Empty for a user who is offline or does not exist."""
        ...
