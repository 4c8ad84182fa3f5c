"""What the gateway needs to know of the clients of other processes that serve the same database.

A process that has its database alone has no registry: its sessions are all there are.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from amity.gateway.arguments import Arguments


class Registered(Protocol):
    """A connection of a user, at this process or another. ``token`` is the hash of its token."""

    @property
    def conn_id(self) -> str: ...

    @property
    def process(self) -> str: ...

    @property
    def platform_id(self) -> int: ...

    @property
    def token(self) -> str: ...


class Clients(Protocol):
    """The clients of this process, as a registry needs them. Nothing here blocks or raises."""

    def kick_connections(self, user_id: str, conn_ids: Collection[str], *, is_crowded: bool) -> None:
        """End these connections of a user, those included that are still being let in."""
        ...

    def kick_user(self, user_id: str, platform_id: int) -> None:
        """End a user's connections on a platform, those included that are still being let in."""
        ...

    def kick_ended(self, user_id: str, platform_id: int) -> None:
        """End those of a user's connections on a platform whose tokens were ended."""
        ...

    def changed(self, user_ids: Sequence[str]) -> None:
        """Note users whose platforms may have changed, at any process."""
        ...


class Registry(Protocol):
    """The connections of all processes."""

    @property
    def own_process(self) -> str:
        """The name of this process."""
        ...

    def serve(self, clients: Clients) -> None:
        """Have what other processes ask for done by ``clients``."""
        ...

    async def register(self, conn_id: str, arguments: Arguments) -> Sequence[Registered]:
        """Register a connection, and return all connections of its user, oldest first, itself included.

        Two connections that are registered at the same moment are in the same order for both, and at least one of them
        finds the other. Raises ``ImError``; the connection is not registered then.
        """
        ...

    def forget(self, conn_id: str) -> None:
        """Remove a connection, if it is registered."""
        ...

    def set_background(self, conn_id: str, *, is_background: bool) -> None:
        """Note whether the app of a connection is in the background."""
        ...

    def kick(self, user_id: str, logins: Sequence[Registered], *, is_crowded: bool) -> None:
        """Have the processes of these connections of a user end them."""
        ...

    async def platforms(self, user_ids: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """Return the platforms on which these users are connected, ascending, of those who are. Raises ``ImError``."""
        ...
