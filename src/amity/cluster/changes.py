"""Users whose connections have changed: all processes are told, many users at a time."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from amity.cluster.exchange import Exchange, Told

GATHER_SECONDS: Final = 0.075
"""How long users are gathered, so that many logins are few messages."""
_MOST: Final = 100
"""Users of one message."""


class Changed(Told):
    """The platforms of these users may have changed."""

    user_ids: list[str]


class Changes:
    """Tells all processes, this one included: ``noted`` is called here. It does not block or raise."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._changed: dict[str, None] = {}
        self._telling: asyncio.TimerHandle | None = None
        self.noted: Callable[[Sequence[str]], None] = lambda _: None
        exchange.on(Changed, lambda told, _: self.noted(told.user_ids))

    def add(self, user_ids: Iterable[str]) -> None:
        """Tell soon that these users have a connection more or less. Others can read it already."""
        self._changed.update(dict.fromkeys(user_ids))
        if self._changed and self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(GATHER_SECONDS, self._tell)

    def tell_now(self) -> None:
        """Tell what waits."""
        if self._telling is not None:
            self._telling.cancel()
            self._tell()

    def _tell(self) -> None:
        self._telling = None
        changed, self._changed = list(self._changed), {}
        self.noted(changed)
        for begin in range(0, len(changed), _MOST):
            self._exchange.tell_all(Changed(changed[begin : begin + _MOST]))
