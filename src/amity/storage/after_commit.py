"""Callbacks after a commit."""

import logging
from collections.abc import Callable, Sequence

Follow = Callable[[], object]
_log = logging.getLogger(__name__)


def run_all(follows: Sequence[Follow]) -> None:
    """Call each callback. Raises nothing: the transaction is committed even if a callback fails."""
    for follow in follows:
        try:
            follow()
        except Exception:  # noqa: BLE001 - the other callbacks run all the same
            _log.exception("transaction: a callback after the commit failed")
