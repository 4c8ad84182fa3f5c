"""Connections in the form that presence uses, for tests without a gateway."""

import itertools
from dataclasses import dataclass, field

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, eq=False)
class Connection:
    """One connection of a user's client."""

    user_id: str
    platform_id: int = 5
    conn_id: str = field(default_factory=lambda: f"connection-{next(_numbers)}")
    operation_id: str = "connecting"
    token: str = "a token"
    is_background: bool = False


class Connections:
    """The open connections, as a gateway gives them to presence."""

    def __init__(self, *connections: Connection) -> None:
        self.open = list(connections)

    def of(self, user_id: str) -> list[Connection]:
        return [connection for connection in self.open if connection.user_id == user_id]
