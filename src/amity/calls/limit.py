"""A limit that an operation ran into."""

import contextlib
from collections.abc import Iterator

from amity import metrics
from amity.errors import Code, ImError


class LimitReached(ImError):
    """A limit, by its key in the settings, stands against an operation."""

    def __init__(self, limit: str, code: Code, detail: str) -> None:
        super().__init__(code, detail)
        self.limit = limit


@contextlib.contextmanager
def counted() -> Iterator[None]:
    """Count a limit that an operation ran into. Outside of transactions, which may run again."""
    try:
        yield
    except LimitReached as reached:
        metrics.limit_reached(reached.limit)
        raise
