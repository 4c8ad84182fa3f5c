"""The identity of the current caller, by which limited resources are shared out."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar

from amity.errors import Code, ImError

ANONYMOUS = "*"
"""Stands for all callers without a token. No user id contains this character."""

caller_id: ContextVar[str] = ContextVar("caller_id", default="")
"""The user id of the call under way, ``ANONYMOUS`` without a token, empty for the server's own tasks."""

caller_gone: ContextVar[Callable[[], Awaitable[object]] | None] = ContextVar("caller_gone", default=None)
"""Returns when nobody waits for the current call's answer any more; ``None`` if that cannot be known."""


class CallerGoneError(ImError):
    """Nobody waits for the answer any more, so the work is not done."""

    def __init__(self) -> None:
        super().__init__(Code.READS_LIMIT, "the client has closed the connection while it waited for this")
