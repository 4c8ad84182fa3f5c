"""The requests and answers of the administrator's callback operations. Times are milliseconds since 1970.

The requests and answers about the settings of callbacks: what is in force, and trying a business server.

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
    where there was no answer. ``rule`` is the one that decided (``amity.callbacks.rules``), empty in entries of older
    versions. ``seq`` numbers entries, newer ones higher.
    """

    seq: int = 0
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
    rule: str = ""


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
    """One event, several, all, or those that were raised at or after a time. Exactly one of the four.

    ``state``, ``owner_user_id`` and ``callback_command`` narrow ``all`` and ``since``.
    """

    event_id: str = ""
    event_ids: list[str] | None = None
    all: bool = False
    since: int | None = None
    state: str = ""
    owner_user_id: str = ""
    callback_command: str = ""


class CallbackReplayResponse(Response):
    replayed: int = 0


class CallbackDiscardRequest(Request):
    """One event or several, whatever their state, or all dead ones. Exactly one of the three.

    ``owner_user_id`` and ``callback_command`` narrow ``all_dead``.
    """

    event_id: str = ""
    event_ids: list[str] | None = None
    all_dead: bool = False
    owner_user_id: str = ""
    callback_command: str = ""


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
    """Which entries; an empty field means all. ``before`` and ``after`` bound their ``seq``, and 0 does not."""

    verdict: str = ""
    callback_command: str = ""
    owner_user_id: str = ""
    event_id: str = ""
    operation_id: str = ""
    before: int = 0
    after: int = 0
    pagination: Pagination | None = None


class CallbackLogResponse(Response):
    """Newest first."""

    total: int = 0
    entries: list[LogEntry] = msgspec.field(default_factory=list)


class CallbackLogEntryRequest(Request):
    seq: int = 0


class CallbackLogEntryResponse(Response):
    """One entry with the beginnings of what was sent and of what was answered, as texts.

    A text is empty where none is kept: the settings say so, its time is over, or a user of it was erased. The bytes are
    those of the whole.
    """

    entry: LogEntry = msgspec.field(default_factory=LogEntry)
    request: str = ""
    request_bytes: int = 0
    answer: str = ""
    answer_bytes: int = 0


class CallbackSettingsRequest(Request):
    """Of which callback; an empty field means all."""

    callback_command: str = ""


class VerdictCount(Response):
    """How often a verdict was given since the process started."""

    verdict: str = ""
    times: int = 0


class CallbackSettings(Response):
    """One callback as the process that answers has it.

    ``url`` has neither userinfo nor query, and is empty where there is none. ``failed_continue`` is ``None`` of an
    after-callback.
    """

    callback_command: str = ""
    setting: str = ""
    kind: str = ""
    enable: bool = False
    url: str = ""
    timeout: float = 0.0
    failed_continue: bool | None = None
    is_signed: bool = False
    attention_ids: list[str] = msgspec.field(default_factory=list)
    allowed_types: list[str] = msgspec.field(default_factory=list)
    denied_types: list[str] = msgspec.field(default_factory=list)
    is_left_alone: bool = False
    counts: list[VerdictCount] = msgspec.field(default_factory=list)


class CallbackSettingsResponse(Response):
    """``retries`` are the pauses between attempts in seconds, ``body_hours`` for how long the log keeps bodies."""

    retries: list[float] = msgspec.field(default_factory=list)
    body_hours: int = 0
    callbacks: list[CallbackSettings] = msgspec.field(default_factory=list)


class CallbackTryRequest(Request):
    """Which callback's sample to send, and where to; an empty ``url`` is the one of the settings."""

    callback_command: str = ""
    url: str = ""


class AnswerHeader(Response):
    name: str = ""
    value: str = ""


class CallbackTryResponse(Response):
    """What was sent and answered, each up to 4,096 bytes, and what is made of it.

    ``then`` says what a server does next. ``url`` has neither userinfo nor query. ``http_status`` is 0 where there was
    no answer.
    """

    url: str = ""
    verdict: str = ""
    rule: str = ""
    reason: str = ""
    then: str = ""
    http_status: int = 0
    duration_ms: int = 0
    request: str = ""
    request_bytes: int = 0
    headers: list[AnswerHeader] = msgspec.field(default_factory=list)
    answer: str = ""
    answer_bytes: int = 0


CALLBACK_LIST = Operation("/callback/list", CallbackListRequest, CallbackListResponse)
"""List the events that are not delivered, page by page."""
CALLBACK_SHOW = Operation("/callback/show", CallbackShowRequest, CallbackShowResponse)
"""Show one event, its body and its attempts."""
CALLBACK_REPLAY = Operation("/callback/replay", CallbackReplayRequest, CallbackReplayResponse)
"""Deliver events now: one, several, all, or those since a time."""
CALLBACK_DISCARD = Operation("/callback/discard", CallbackDiscardRequest, CallbackDiscardResponse)
"""Delete one event, several, or all dead ones."""
CALLBACK_STATISTICS = Operation("/callback/statistics", CallbackStatisticsRequest, CallbackStatisticsResponse)
"""Count what waits, what was given up, and what was done since the start."""
CALLBACK_LOG = Operation("/callback/log", CallbackLogRequest, CallbackLogResponse)
"""Show what became of callbacks, newest first, page by page."""
CALLBACK_LOG_ENTRY = Operation("/callback/log_entry", CallbackLogEntryRequest, CallbackLogEntryResponse)
"""Show one entry of the callback log: what was sent, what was answered, and the rule that decided."""
CALLBACK_SETTINGS = Operation("/callback/settings", CallbackSettingsRequest, CallbackSettingsResponse)
"""Show what is in force of each callback: its switch, URL, timeout and the rest."""
CALLBACK_TRY = Operation("/callback/try", CallbackTryRequest, CallbackTryResponse)
"""Send the sample of a callback to a URL, and say what is made of the answer."""
