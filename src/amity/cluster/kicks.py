"""Kicks of connections to other processes."""

import asyncio
from collections.abc import Collection, Iterable
from typing import Final, Protocol

from amity.cluster.exchange import Exchange, Told

_MOST: Final = 100
"""Users of one message."""


class Kick(Told):
    """The process that is told ends these connections of a user."""

    user_id: str
    conn_ids: list[str]
    is_crowded: bool


class KickUsers(Told):
    """All end these users' connections on these platforms."""

    users: list[tuple[str, list[int]]]


class Kicked(Protocol):
    """A connection that another process is to end."""

    @property
    def conn_id(self) -> str: ...

    @property
    def process(self) -> str: ...


class Clients(Protocol):
    """Ends connections of this process. Nothing here blocks or raises."""

    def kick_connections(self, user_id: str, conn_ids: Collection[str], *, is_crowded: bool) -> None:
        """End these connections of a user."""
        ...

    def kick_user(self, user_id: str, platform_id: int) -> None:
        """End a user's connections on a platform."""
        ...

    def kick_ended(self, user_id: str, platform_id: int) -> None:
        """End those of a user's connections on a platform whose tokens were ended."""
        ...


class Kicks:
    """Has other processes end connections, and ends those that others ask for once ``clients`` is set."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._users: dict[str, list[int]] = {}
        self.clients: Clients | None = None
        exchange.on(Kick, self._told)
        exchange.on(KickUsers, self._told_of_users)

    def kick(self, user_id: str, connections: Iterable[Kicked], *, is_crowded: bool) -> None:
        """Have other processes end these connections of a user."""
        by_process: dict[str, list[str]] = {}
        for each in connections:
            by_process.setdefault(each.process, []).append(each.conn_id)
        for process, conn_ids in by_process.items():
            self._exchange.tell(process, Kick(user_id, conn_ids, is_crowded))

    def kick_user(self, user_id: str, platform_id: int) -> None:
        """End a user's connections on a platform, at all processes. What is asked in one turn of the event loop is told
        others together."""
        if self.clients is not None:
            self.clients.kick_user(user_id, platform_id)
        if not self._users:
            asyncio.get_running_loop().call_soon(self._tell)
        self._users.setdefault(user_id, []).append(platform_id)

    def _tell(self) -> None:
        users, self._users = list(self._users.items()), {}
        for begin in range(0, len(users), _MOST):
            self._exchange.tell_all(KickUsers(users[begin : begin + _MOST]))

    def _told(self, told: Kick, _: str) -> None:
        if self.clients is not None:
            self.clients.kick_connections(told.user_id, told.conn_ids, is_crowded=told.is_crowded)

    def _told_of_users(self, told: KickUsers, _: str) -> None:
        if self.clients is not None:
            for user_id, platform_ids in told.users:
                for platform_id in platform_ids:
                    self.clients.kick_ended(user_id, platform_id)
