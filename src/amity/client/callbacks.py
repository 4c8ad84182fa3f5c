"""The administrator's operations on callbacks: amity's own, unknown to OpenIM's server.

Times are milliseconds since 1970.
"""

from collections.abc import Sequence

from amity.client.connection import Connection
from amity.client.page import Page, pagination
from amity.client.types.callbacks.admin import (
    CALLBACK_DISCARD,
    CALLBACK_LIST,
    CALLBACK_LOG,
    CALLBACK_LOG_ENTRY,
    CALLBACK_REPLAY,
    CALLBACK_SETTINGS,
    CALLBACK_SHOW,
    CALLBACK_STATISTICS,
    CALLBACK_TRY,
    CallbackDiscardRequest,
    CallbackListRequest,
    CallbackLogEntryRequest,
    CallbackLogEntryResponse,
    CallbackLogRequest,
    CallbackReplayRequest,
    CallbackSettingsRequest,
    CallbackSettingsResponse,
    CallbackShowRequest,
    CallbackShowResponse,
    CallbackStatisticsRequest,
    CallbackStatisticsResponse,
    CallbackTryRequest,
    CallbackTryResponse,
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

    async def replay_callbacks(
        self,
        event_id: str = "",
        *,
        event_ids: Sequence[str] = (),
        everything: bool = False,
        since: int | None = None,
        state: str = "",
        owner: str = "",
        command: str = "",
    ) -> int:
        """Deliver now one event, several (up to 100), all of them, or those raised since a time; return their number.
        ``state``, ``owner`` and ``command`` narrow the last two."""
        request = CallbackReplayRequest(
            event_id=event_id,
            event_ids=[*event_ids] or None,
            all=everything,
            since=since,
            state=state,
            owner_user_id=owner,
            callback_command=command,
        )
        return (await self.call(CALLBACK_REPLAY, request)).replayed

    async def discard_callbacks(
        self,
        event_id: str = "",
        *,
        event_ids: Sequence[str] = (),
        all_dead: bool = False,
        owner: str = "",
        command: str = "",
    ) -> int:
        """Delete one event, several (up to 100), or all dead ones, which ``owner`` and ``command`` narrow; return their
        number."""
        request = CallbackDiscardRequest(
            event_id=event_id,
            event_ids=[*event_ids] or None,
            all_dead=all_dead,
            owner_user_id=owner,
            callback_command=command,
        )
        return (await self.call(CALLBACK_DISCARD, request)).discarded

    async def callback_statistics(self) -> CallbackStatisticsResponse:
        """Read the numbers of events that wait, and of events delivered since the server started."""
        return await self.call(CALLBACK_STATISTICS, CallbackStatisticsRequest())

    async def callback_settings(self) -> CallbackSettingsResponse:
        """Read what is in force of each callback, in the process that answers."""
        return await self.call(CALLBACK_SETTINGS, CallbackSettingsRequest())

    async def try_callback(self, command: str, url: str = "") -> CallbackTryResponse:
        """Have the server send the sample of a callback to a URL, or to that of its settings."""
        return await self.call(CALLBACK_TRY, CallbackTryRequest(callback_command=command, url=url))

    async def callback_log_entry(self, seq: int) -> CallbackLogEntryResponse:
        """Read one entry of the callback log, with what was sent and what was answered."""
        return await self.call(CALLBACK_LOG_ENTRY, CallbackLogEntryRequest(seq=seq))

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
