"""Errors of limits that the settings define."""

import contextlib
from collections.abc import Iterator

from amity import metrics
from amity.errors import Code, ImError


class LimitReached(ImError):
    """An operation has reached a limit of the settings, given by its key."""

    def __init__(self, limit: str, code: Code, detail: str) -> None:
        super().__init__(code, detail)
        self.limit = limit


@contextlib.contextmanager
def counted() -> Iterator[None]:
    """Count a reached limit in the metrics. Use it outside of transactions, because those may run again."""
    try:
        yield
    except LimitReached as reached:
        metrics.limit_reached(reached.limit)
        raise
