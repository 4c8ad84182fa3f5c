"""Connections as presence sees them, for tests that have no gateway."""

import itertools
from dataclasses import dataclass, field

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One connection of a user's client."""

    user_id: str
    platform_id: int = 5
    conn_id: str = field(default_factory=lambda: f"connection-{next(_numbers)}")
    operation_id: str = "connecting"
    token: str = "a token"
    is_background: bool = False


class Lines:
    """The lines that are open: what a gateway hands to presence."""

    def __init__(self, *lines: Line) -> None:
        self.open = list(lines)

    def of(self, user_id: str) -> list[Line]:
        return [line for line in self.open if line.user_id == user_id]
