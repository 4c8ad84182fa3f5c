"""The administrator's operations on callbacks: amity's own, unknown to OpenIM's server.

Times are milliseconds since 1970.
"""

from amity.client.connection import Connection
from amity.client.page import Page, pagination
from amity.client.types.callbacks.admin import (
    CALLBACK_DISCARD,
    CALLBACK_LIST,
    CALLBACK_LOG,
    CALLBACK_REPLAY,
    CALLBACK_SHOW,
    CALLBACK_STATISTICS,
    CallbackDiscardRequest,
    CallbackListRequest,
    CallbackLogRequest,
    CallbackReplayRequest,
    CallbackShowRequest,
    CallbackShowResponse,
    CallbackStatisticsRequest,
    CallbackStatisticsResponse,
    LogEntry,
    QueuedEvent,
)


class CallbackOperations(Connection):
    """Operations on the callback log, and on events that are not delivered."""

    async def list_callbacks(
        self, page: int = 1, size: int = 100, *, state: str = "", owner: str = "", command: str = ""
    ) -> Page[QueuedEvent]:
        """Read a page of the events that are not delivered, oldest first. An empty filter matches all."""
        request = CallbackListRequest(
            state=state,
            owner_user_id=owner,
            callback_command=command,
            pagination=pagination(page, size),
        )
        answer = await self.call(CALLBACK_LIST, request)
        return Page(answer.total, answer.events)

    async def show_callback(self, event_id: str) -> CallbackShowResponse:
        """Read one event of the outbox, with its body and its attempts."""
        return await self.call(CALLBACK_SHOW, CallbackShowRequest(event_id=event_id))

    async def replay_callbacks(self, event_id: str = "", *, everything: bool = False, since: int | None = None) -> int:
        """Deliver now one event, all of them, or those raised since a time; return their number."""
        request = CallbackReplayRequest(event_id=event_id, all=everything, since=since)
        return (await self.call(CALLBACK_REPLAY, request)).replayed

    async def discard_callbacks(self, event_id: str = "", *, all_dead: bool = False) -> int:
        """Delete one event, or all dead ones; return their number."""
        request = CallbackDiscardRequest(event_id=event_id, all_dead=all_dead)
        return (await self.call(CALLBACK_DISCARD, request)).discarded

    async def callback_statistics(self) -> CallbackStatisticsResponse:
        """Read the numbers of events that wait, and of events delivered since the server started."""
        return await self.call(CALLBACK_STATISTICS, CallbackStatisticsRequest())

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
        """Read a page of the callback log, newest first. An empty filter matches all."""
        request = CallbackLogRequest(
            verdict=verdict,
            owner_user_id=owner,
            callback_command=command,
            event_id=event_id,
            operation_id=operation_id,
            pagination=pagination(page, size),
        )
        answer = await self.call(CALLBACK_LOG, request)
        return Page(answer.total, answer.entries)
