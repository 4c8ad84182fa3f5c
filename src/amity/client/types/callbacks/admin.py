"""The requests and answers of the administrator's callback operations. Times are milliseconds since 1970.

Written from the server's operations by `make client-types`: not to be edited.
"""

from typing import Any

import msgspec

from amity.client.operation import Operation, Request, Response
from amity.client.types.calls import Pagination


class QueuedEvent(Response):
    """An after-event in the outbox.

    ``state``: *pending* has not been tried, *retrying* has failed and will be tried again, *dead* was given up.
    ``next_attempt_time`` is 0 where the event goes as soon as it is its turn, and where it is dead.
    """

    event_id: str = ""
    callback_command: str = ""
    owner_user_id: str = ""
    operation_id: str = ""
    state: str = ""
    attempts: int = 0
    create_time: int = 0
    next_attempt_time: int = 0
    last_error: str = ""


class LogEntry(Response):
    """What became of one callback, or of one attempt to deliver one.

    ``verdict``: approved, modified, rejected or failed of a before-callback; delivered, retrying, dead, replayed or
    discarded of an after-callback; agrees or differs of a relay in shadow mode. ``http_status`` is 0
    where there was no answer.
    """

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


class CallbackListRequest(Request):
    """Which events; an empty field means all."""

    state: str = ""
    owner_user_id: str = ""
    callback_command: str = ""
    pagination: Pagination | None = None


class CallbackListResponse(Response):
    total: int = 0
    events: list[QueuedEvent] = msgspec.field(default_factory=list)


class CallbackShowRequest(Request):
    event_id: str = ""


class CallbackShowResponse(Response):
    """One event with the body that is sent, and what the callback log still has of its attempts, oldest first."""

    event: QueuedEvent = msgspec.field(default_factory=QueuedEvent)
    body: dict[str, Any] = msgspec.field(default_factory=dict)
    attempts: list[LogEntry] = msgspec.field(default_factory=list)


class CallbackReplayRequest(Request):
    """One event, or all, or those that were raised at or after a time. Exactly one of the three."""

    event_id: str = ""
    all: bool = False
    since: int | None = None


class CallbackReplayResponse(Response):
    replayed: int = 0


class CallbackDiscardRequest(Request):
    """One event, whatever its state, or all dead ones. Exactly one of the two."""

    event_id: str = ""
    all_dead: bool = False


class CallbackDiscardResponse(Response):
    discarded: int = 0


class CallbackStatisticsRequest(Request):
    pass


class CommandStatistics(Response):
    """One kind of event; ``has_url`` is false where the settings name no URL for it, and it waits for one."""

    callback_command: str = ""
    pending: int = 0
    retrying: int = 0
    dead: int = 0
    has_url: bool = False


class CallbackStatisticsResponse(Response):
    """What is in the outbox, and what was done since the server started.

    ``pending`` counts all that wait, ``retrying`` those of them that have failed before. ``oldest_age_seconds`` is
    the age of the oldest that waits, 0 where none does. ``failed`` counts attempts.
    """

    pending: int = 0
    retrying: int = 0
    dead: int = 0
    oldest_age_seconds: float = 0.0
    in_flight: int = 0
    delivered: int = 0
    failed: int = 0
    given_up: int = 0
    commands: list[CommandStatistics] = msgspec.field(default_factory=list)


class CallbackLogRequest(Request):
    """Which entries; an empty field means all."""

    verdict: str = ""
    callback_command: str = ""
    owner_user_id: str = ""
    event_id: str = ""
    operation_id: str = ""
    pagination: Pagination | None = None


class CallbackLogResponse(Response):
    """Newest first."""

    total: int = 0
    entries: list[LogEntry] = msgspec.field(default_factory=list)


CALLBACK_LIST = Operation("/callback/list", CallbackListRequest, CallbackListResponse)
"""List the events that are not delivered, page by page."""
CALLBACK_SHOW = Operation("/callback/show", CallbackShowRequest, CallbackShowResponse)
"""Show one event, its body and its attempts."""
CALLBACK_REPLAY = Operation("/callback/replay", CallbackReplayRequest, CallbackReplayResponse)
"""Deliver events now: one, all, or those since a time."""
CALLBACK_DISCARD = Operation("/callback/discard", CallbackDiscardRequest, CallbackDiscardResponse)
"""Delete one event, or all dead ones."""
CALLBACK_STATISTICS = Operation("/callback/statistics", CallbackStatisticsRequest, CallbackStatisticsResponse)
"""Count what waits, what was given up, and what was done since the start."""
CALLBACK_LOG = Operation("/callback/log", CallbackLogRequest, CallbackLogResponse)
"""Show what became of callbacks, newest first, page by page."""
