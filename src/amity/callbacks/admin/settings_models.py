"""The requests and answers about the settings of callbacks: what is in force, and trying a business server."""

from typing import Literal

from amity.calls.call import Request, Response


class CallbackSettingsRequest(Request):
    """Of which callback; an empty field means all."""

    callback_command: str = ""


class VerdictCount(Response):
    """How often a verdict was given since the process started."""

    verdict: str
    times: int


class CallbackSettings(Response):
    """One callback as the process that answers has it.

    ``url`` has neither userinfo nor query, and is empty where there is none. ``failed_continue`` is ``None`` of an
    after-callback.
    """

    callback_command: str
    setting: str
    kind: Literal["before", "after"]
    enable: bool
    url: str
    timeout: float
    failed_continue: bool | None
    is_signed: bool
    attention_ids: list[str]
    allowed_types: list[str]
    denied_types: list[str]
    is_left_alone: bool
    counts: list[VerdictCount]


class CallbackSettingsResponse(Response):
    """``retries`` are the pauses between attempts in seconds, ``body_hours`` for how long the log keeps bodies."""

    retries: list[float]
    body_hours: int
    callbacks: list[CallbackSettings]


class CallbackTryRequest(Request):
    """Which callback's sample to send, and where to; an empty ``url`` is the one of the settings."""

    callback_command: str = ""
    url: str = ""


class AnswerHeader(Response):
    name: str
    value: str


class CallbackTryResponse(Response):
    """What was sent and answered, each up to 4,096 bytes, and what is made of it.

    ``then`` says what a server does next. ``url`` has neither userinfo nor query. ``http_status`` is 0 where there was
    no answer.
    """

    url: str
    verdict: str
    rule: str
    reason: str
    then: str
    http_status: int
    duration_ms: int
    request: str
    request_bytes: int
    headers: list[AnswerHeader]
    answer: str
    answer_bytes: int
