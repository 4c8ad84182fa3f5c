"""The administrator's operations on callbacks: amity's own, unknown to OpenIM's server.

Times are milliseconds since 1970.
"""

from typing import Any

import msgspec

from amity.client.answers import Answer, Page
from amity.client.connection import Connection


class QueuedEvent(Answer):
    """An after-event that is not delivered; ``state`` is pending, retrying or dead."""

    event_id: str = ""
    callback_command: str = ""
    owner_user_id: str = ""
    operation_id: str = ""
    state: str = ""
    attempts: int = 0
    create_time: int = 0
    next_attempt_time: int = 0
    last_error: str = ""


class LogEntry(Answer):
    """What became of one callback, or of one attempt to deliver one; ``http_status`` is 0 without an answer."""

    time: int = 0
    callback_command: str = ""
    owner_user_id: str = ""
    operation_id: str = ""
    event_id: str = ""
    verdict: str = ""
    err_code: int = 0
    reason: str = ""
    http_status: int = 0
    duration_ms: int = 0


class ShownEvent(Answer):
    """An event with the body that is sent and what is known of its attempts, oldest first."""

    event: QueuedEvent
    body: dict[str, Any] = msgspec.field(default_factory=dict)
    attempts: list[LogEntry] = msgspec.field(default_factory=list)


class CommandStatistics(Answer):
    callback_command: str = ""
    pending: int = 0
    retrying: int = 0
    dead: int = 0
    has_url: bool = False


class CallbackStatistics(Answer):
    """What is in the outbox, and what was done since the server started."""

    pending: int = 0
    retrying: int = 0
    dead: int = 0
    oldest_age_seconds: float = 0.0
    in_flight: int = 0
    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    commands: list[CommandStatistics] = msgspec.field(default_factory=list)


class _EventsAnswer(Answer):
    total: int = 0
    events: list[QueuedEvent] = msgspec.field(default_factory=list)


class _LogAnswer(Answer):
    total: int = 0
    entries: list[LogEntry] = msgspec.field(default_factory=list)


class _CountAnswer(Answer):
    replayed: int = 0
    discarded: int = 0


class CallbackOperations(Connection):
    """What became of callbacks, and what to do about those that were not delivered."""

    async def list_callbacks(
        self, page: int = 1, size: int = 100, *, state: str = "", owner: str = "", command: str = ""
    ) -> Page[QueuedEvent]:
        """Read a page of the events that are not delivered, oldest first; an empty filter means all."""
        request = {"state": state, "ownerUserID": owner, "callbackCommand": command, "pagination": _page(page, size)}
        answer = await self.call("/callback/list", request, _EventsAnswer)
        return Page(answer.total, answer.events)

    async def show_callback(self, event_id: str) -> ShownEvent:
        return await self.call("/callback/show", {"eventID": event_id}, ShownEvent)

    async def replay_callbacks(self, event_id: str = "", *, everything: bool = False, since: int | None = None) -> int:
        """Deliver now one event, all of them, or those raised since a time; return how many."""
        request = {"eventID": event_id, "all": everything, "since": since}
        return (await self.call("/callback/replay", request, _CountAnswer)).replayed

    async def discard_callbacks(self, event_id: str = "", *, all_dead: bool = False) -> int:
        """Delete one event, or all dead ones; return how many."""
        request = {"eventID": event_id, "allDead": all_dead}
        return (await self.call("/callback/discard", request, _CountAnswer)).discarded

    async def callback_statistics(self) -> CallbackStatistics:
        return await self.call("/callback/statistics", {}, CallbackStatistics)

    async def callback_log(
        self,
        page: int = 1,
        size: int = 100,
        *,
        verdict: str = "",
        owner: str = "",
        command: str = "",
        event_id: str = "",
        operation_id: str = "",
    ) -> Page[LogEntry]:
        """Read a page of what became of callbacks, newest first; an empty filter means all."""
        request = {
            "verdict": verdict,
            "ownerUserID": owner,
            "callbackCommand": command,
            "eventID": event_id,
            "operationID": operation_id,
            "pagination": _page(page, size),
        }
        answer = await self.call("/callback/log", request, _LogAnswer)
        return Page(answer.total, answer.entries)


def _page(page: int, size: int) -> dict[str, int]:
    return {"pageNumber": page, "showNumber": size}
