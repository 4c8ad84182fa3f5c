"""Retry calls while a server restarts, up to a deadline."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from amity.client import UnexpectedAnswer
from amity.errors import Code, ImError
from amity.http.client import HttpFailure

T = TypeVar("T")

FIRST_PAUSE = 0.25
LONGEST_PAUSE = 5.0
_TRIES_AFTER_INTERNAL_ERROR = 3


class Unreachable(Exception):
    """The server did not answer until the deadline, or answered only with failures."""


class Retrying:
    """Retries calls that failed because the server does not work, for up to ``seconds`` each.

    ``waiting`` is called once with the reason when the server begins to fail, and with ``None`` when it answers again.
    """

    def __init__(self, seconds: float, waiting: Callable[[str | None], None]) -> None:
        self._seconds = seconds
        self._waiting = waiting
        self._failing = False

    async def call(self, request: Callable[[], Awaitable[T]]) -> T:
        """Call ``request`` until it succeeds, and return its result. Raises ``Unreachable``, and ``ImError`` if the
        server refuses."""
        time = asyncio.get_running_loop().time  # the clock of the pauses too
        deadline = time() + self._seconds
        tries = 0
        while True:
            tries += 1
            try:
                result = await request()
            except HttpFailure as failure:
                reason, lasting = f"the server {failure.reason}", _is_lasting(failure)
            except ImError as error:
                if not _is_temporary(error, tries):
                    self._answered()
                    raise
                reason, lasting = f"the server answers {error.code} {error.message}", False
            else:
                self._answered()
                return result
            pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 10)) * random.uniform(0.5, 1.5)  # noqa: S311
            if lasting or time() + pause > deadline:
                raise Unreachable(reason)
            if not self._failing:
                self._failing = True
                self._waiting(reason)
            await asyncio.sleep(pause)

    def _answered(self) -> None:
        if self._failing:
            self._failing = False
            self._waiting(None)


def _is_lasting(failure: HttpFailure) -> bool:
    """Return whether retrying is pointless, because another program answers. A proxy's 502 is temporary."""
    return isinstance(failure, UnexpectedAnswer) and failure.status < 500 and failure.status != 429


def _is_temporary(error: ImError, tries: int) -> bool:
    """Return whether to retry after an error. A failing database is retried until the deadline. An internal error may
    be caused by the request, so it is retried a few times only."""
    if error.code == Code.DATABASE:
        return True
    return error.code == Code.SERVER_INTERNAL and tries <= _TRIES_AFTER_INTERNAL_ERROR
