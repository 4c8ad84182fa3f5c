"""The requests and answers of the administrator's callback operations. Times are milliseconds since 1970."""

from typing import Any, Literal

from amity.calls.call import Request, Response
from amity.calls.page import Pagination

State = Literal["pending", "retrying", "dead"]


class QueuedEvent(Response):
    """An after-event in the outbox.

    ``state``: *pending* has not been tried, *retrying* has failed and will be tried again, *dead* was given up.
    ``next_attempt_time`` is 0 where the event goes as soon as it is its turn, and where it is dead.
    """

    event_id: str
    callback_command: str
    owner_user_id: str
    operation_id: str
    state: State
    attempts: int
    create_time: int
    next_attempt_time: int
    last_error: str


class LogEntry(Response):
    """What became of one callback, or of one attempt to deliver one.

    ``verdict``: approved, modified, rejected or failed of a before-callback; delivered, retrying, dead, replayed or
    discarded of an after-callback; agrees or differs of a relay in shadow mode. ``http_status`` is 0
    where there was no answer. ``rule`` is the one that decided (``amity.callbacks.rules``), empty in entries of older
    versions. ``seq`` numbers entries, newer ones higher.
    """

    seq: int
    time: int
    callback_command: str
    owner_user_id: str
    operation_id: str
    event_id: str
    verdict: str
    err_code: int
    reason: str
    http_status: int
    duration_ms: int
    rule: str


class CallbackListRequest(Request):
    """Which events; an empty field means all."""

    state: Literal["", "pending", "retrying", "dead"] = ""
    owner_user_id: str = ""
    callback_command: str = ""
    pagination: Pagination | None = None


class CallbackListResponse(Response):
    total: int
    events: list[QueuedEvent]


class CallbackShowRequest(Request):
    event_id: str = ""


class CallbackShowResponse(Response):
    """One event with the body that is sent, and what the callback log still has of its attempts, oldest first."""

    event: QueuedEvent
    body: dict[str, Any]
    attempts: list[LogEntry]


class CallbackReplayRequest(Request):
    """One event, several, all, or those that were raised at or after a time. Exactly one of the four.

    ``state``, ``owner_user_id`` and ``callback_command`` narrow ``all`` and ``since``.
    """

    event_id: str = ""
    event_ids: list[str] | None = None
    all: bool = False
    since: int | None = None
    state: Literal["", "retrying", "dead"] = ""
    owner_user_id: str = ""
    callback_command: str = ""


class CallbackReplayResponse(Response):
    replayed: int


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
    discarded: int


class CallbackStatisticsRequest(Request):
    pass


class CommandStatistics(Response):
    """One kind of event; ``has_url`` is false where the settings name no URL for it, and it waits for one."""

    callback_command: str
    pending: int
    retrying: int
    dead: int
    has_url: bool


class CallbackStatisticsResponse(Response):
    """What is in the outbox, and what was done since the server started.

    ``pending`` counts all that wait, ``retrying`` those of them that have failed before. ``oldest_age_seconds`` is
    the age of the oldest that waits, 0 where none does. ``failed`` counts attempts.
    """

    pending: int
    retrying: int
    dead: int
    oldest_age_seconds: float
    in_flight: int
    delivered: int
    failed: int
    given_up: int
    commands: list[CommandStatistics]


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

    total: int
    entries: list[LogEntry]


class CallbackLogEntryRequest(Request):
    seq: int = 0


class CallbackLogEntryResponse(Response):
    """One entry with the beginnings of what was sent and of what was answered, as texts.

    A text is empty where none is kept: the settings say so, its time is over, or a user of it was erased. The bytes are
    those of the whole.
    """

    entry: LogEntry
    request: str
    request_bytes: int
    answer: str
    answer_bytes: int
