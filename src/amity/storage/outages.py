"""What a task that runs as long as the server does while the database fails, or its own code: it goes on, and says so
once."""

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from amity.errors import ImError

R = TypeVar("R")


class Outages:
    """Runs the steps of a task. A failure is logged if the step before did not fail in the same way.

    ``waits`` is the text for the log where the database fails, ``goes_on`` where anything else does.
    """

    def __init__(self, log: logging.Logger, waits: str, goes_on: str) -> None:
        self._log = log
        self._waits = waits
        self._goes_on = goes_on
        self._known: type[Exception] | None = None

    @property
    def is_failing(self) -> bool:
        """Whether the last step failed."""
        return self._known is not None

    async def survive(self, step: Callable[[], Awaitable[R]]) -> R | None:
        """Do a step and return what it returns, or ``None`` if it failed."""
        try:
            result = await step()
        except ImError as error:
            if self._known is not ImError:
                self._log.warning("%s: %s", self._waits, error.detail)
            self._known = ImError
            return None
        except Exception as error:  # noqa: BLE001 - the task must run as long as the server
            if self._known is not type(error):
                self._log.exception("%s", self._goes_on)
            self._known = type(error)
            return None
        self._known = None
        return result
