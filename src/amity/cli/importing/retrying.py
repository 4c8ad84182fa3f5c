"""Retrying calls while a server restarts, up to a deadline."""

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
    """The server did not answer, or only with failures, until the deadline."""


class Retrying:
    """Repeats calls that failed for want of a working server, for up to ``seconds`` each.

    ``waiting`` is called once with the reason when the server begins to fail, and with ``None`` when it answers again.
    """

    def __init__(self, seconds: float, waiting: Callable[[str | None], None]) -> None:
        self._seconds = seconds
        self._waiting = waiting
        self._failing = False

    async def call(self, request: Callable[[], Awaitable[T]]) -> T:
        """Return what ``request`` returns in the end. Raises ``Unreachable``, and ``ImError`` for a refusal."""
        time = asyncio.get_running_loop().time  # by which the pauses are timed, too
        deadline = time() + self._seconds
        tries = 0
        while True:
            tries += 1
            try:
                result = await request()
            except HttpFailure as failure:
                reason, lasting = f"the server {failure.reason}", _is_lasting(failure)
            except ImError as error:
                if not _is_servers_own_trouble(error, tries):
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
    """Whether trying again is pointless: something answers, and it is no such server. A proxy's 502 passes."""
    return isinstance(failure, UnexpectedAnswer) and failure.status < 500 and failure.status != 429


def _is_servers_own_trouble(error: ImError, tries: int) -> bool:
    """A failing database is waited for; an internal error may lie in the request, so that is tried a few times only."""
    if error.code == Code.DATABASE:
        return True
    return error.code == Code.SERVER_INTERNAL and tries <= _TRIES_AFTER_INTERNAL_ERROR
