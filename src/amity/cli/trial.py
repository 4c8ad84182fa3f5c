"""Send one sample callback, and say what the server would do with the answer."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from amity.callbacks.asking.verdict import Approved, Failed, Rejected, decide
from amity.callbacks.sender import Sender, SendFailure
from amity.clock import monotonic
from amity.errors import NAMES, Code, ImError
from amity.http.reply import Reply
from amity.relay.phrasing import Inexpressible, approval
from amity.settings import Callback, Callbacks
from amity.settings.relay import Listening
from amity.settings.webhooks import PUSHES, goes_on
from amity.texts import count
from amity.wire.events.catalogue import BY_SETTING, payload
from amity.wire.events.event import AfterEvent, BeforeEvent, Change, Event
from amity.wire.events.friends import BeforeImportFriends, ReplaceFriends
from amity.wire.events.users import BeforeUserRegister, ReplaceUsers
from amity.wire.webhooks import SAMPLE_PREFIX

_SHOWN_HEADERS = ("content-type", "location", "retry-after", "server", "www-authenticate")
"""Headers that identify the program that answered, or redirect the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The outcome of one callback.

    ``verdict`` is approved, modified, rejected, delivered or failed. ``why`` says how that follows from the answer;
    ``then`` says what the server does next. ``status`` is 0 if no answer came. ``headers`` are those of
    ``_SHOWN_HEADERS``, with names in lower case. ``clock`` is the business server's time in seconds since 1970, if
    the answer has one.
    """

    setting: str
    command: str
    url: str
    verdict: str
    why: str
    then: str
    status: int = 0
    milliseconds: int = 0
    answer: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    clock: float | None = None

    def facts(self) -> dict[str, Any]:
        """Return the outcome for JSON."""
        return {
            "callback": self.setting,
            "callbackCommand": self.command,
            "url": self.url,
            "verdict": self.verdict,
            "why": self.why,
            "then": self.then,
            "httpStatus": self.status,
            "milliseconds": self.milliseconds,
            "answerHeaders": dict(self.headers),
            "answer": self.answer,
        }


def new_id(prefix: str = SAMPLE_PREFIX) -> str:
    """Return a unique id for a callback about nothing that happened."""
    return f"{prefix}{uuid.uuid4().hex}"


async def attempt(
    sender: Sender, callbacks: Callbacks, event: Event, *, is_sample: bool = True, relay: Listening | None = None
) -> Outcome:
    """Send one event to its callback's URL, signed as in the settings, and judge the answer: as a server does, or with
    ``relay`` as a relay does for OpenIM's server.

    Without ``is_sample`` a business server cannot distinguish it from an event that happened.
    """
    setting, command = type(event).setting, type(event).command
    trial = new_id(SAMPLE_PREFIX if is_sample else "try-")
    body = payload(event, documented_names=callbacks.documented_names)
    began = monotonic()
    reply, failure = None, ""
    try:
        reply = await sender.send(
            setting,
            command,
            body,
            operation_id=trial,
            event_id=trial,
            identified=is_sample,
            query=event.query() if isinstance(event, AfterEvent) else "",
        )
    except SendFailure as error:
        failure = str(error)
    verdict, why, then = _judge(event, callbacks, reply, failure, relay)
    return Outcome(
        setting=setting,
        command=command,
        url=sender.shown(setting, command),
        verdict=verdict,
        why=why,
        then=then,
        status=reply.status if reply else 0,
        milliseconds=round((monotonic() - began) * 1000),
        answer=reply.body.decode(errors="replace") if reply else "",
        headers={name: reply.headers[name] for name in _SHOWN_HEADERS if name in reply.headers} if reply else {},
        clock=clock_of(reply) if reply else None,
    )


def clock_of(reply: Reply) -> float | None:
    """Return the time of an answer's ``Date`` in seconds since 1970; ``None`` if it has none."""
    try:
        return parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return None


def _judge(
    event: Event, callbacks: Callbacks, reply: Reply | None, failure: str, relay: Listening | None
) -> tuple[str, str, str]:
    callback = callbacks.events.get(event.setting, Callback())
    if not isinstance(event, BeforeEvent):
        return _judge_after(callbacks, reply, failure)
    if reply is None:
        return "failed", failure, _after_failure(event, callback, Code.NETWORK, relay)
    verdict = decide(reply.status, reply.body, event.change)
    match verdict:
        case Approved():
            changed = {name: value for name, value in msgspec.to_builtins(verdict.change).items() if value is not None}
            why = "nextCode is 0" + (f"; {verdict.note}" if verdict.note else "")
            if not changed:
                return "approved", why, "the operation goes on as it was asked"
            if relay is not None and (refused := _refused_by_relay(event, changed, relay)) is not None:
                return refused
            replaced = msgspec.json.encode(changed).decode()
            then = f"it goes on with {replaced}"
            if relay is None and (gone := _left_out(event, verdict.change)):
                then += f", and the caller finds {', '.join(gone)} in skipped"
            return "modified", f"{why}, and the answer replaces {', '.join(changed)}", then
        case Rejected():
            if event.setting in PUSHES:
                return "rejected", "nextCode is 1", _NOT_PUSHED
            detail = f": {verdict.detail}" if verdict.detail else ""
            return "rejected", "nextCode is 1", f"the caller gets {verdict.code} {verdict.message}{detail}"
        case Failed():
            why = verdict.reason + (f" ({verdict.detail})" if verdict.detail else "")
            return "failed", why, _after_failure(event, callback, verdict.code, relay)


def _refused_by_relay(event: BeforeEvent, change: dict[str, Any], relay: Listening) -> tuple[str, str, str] | None:
    """Return the judgement on a change that OpenIM's server cannot carry out, or that is not allowed; else ``None``."""
    try:
        approval(event.setting, msgspec.to_builtins(event), change)
    except Inexpressible as why:
        instead = relay.inexpressible
        return "rejected", str(why), f"the caller gets {instead.err_code} {instead.err_msg} (relay.inexpressible)"
    except ImError as error:
        return "failed", error.detail, f"the caller gets {error.code} {error.message}"
    return None


def _left_out(event: BeforeEvent, change: Change) -> list[str]:
    """Return the ids of the request that a change leaves out."""
    match event, change:
        case BeforeImportFriends(), ReplaceFriends(friend_user_ids=kept) if kept is not None:
            return [each for each in event.friend_user_ids if each not in kept]
        case BeforeUserRegister(), ReplaceUsers(users=users) if users is not None:
            named = {each.user_id for each in users}
            return [each.user_id for each in event.users if each.user_id not in named]
    return []


_NOT_PUSHED = "it is not pushed so, and clients find it by pulling"


def _after_failure(event: BeforeEvent, callback: Callback, code: Code, relay: Listening | None) -> str:
    if goes_on(event.setting, callback) if relay is None else callback.failed_continue:
        return "the operation goes on all the same (failedContinue)"
    if event.setting in PUSHES:
        return _NOT_PUSHED
    return f"the caller gets {int(code)} {NAMES[code]}"


def _judge_after(callbacks: Callbacks, reply: Reply | None, failure: str) -> tuple[str, str, str]:
    if reply is not None and 200 <= reply.status <= 299:
        return "delivered", f"the status is {reply.status}", "it is done"
    why = failure if reply is None else f"the status is {reply.status}, and only 200 to 299 count as delivered"
    if not callbacks.retries:
        return "failed", why, "it becomes a dead letter at once"
    times = count(len(callbacks.retries), "time")
    return "failed", why, f"it is tried again after {callbacks.retries[0]:g} s, {times} at most"


def sample(setting: str, data: dict[str, Any]) -> Event:
    """Return the sample of a callback with the fields of ``data`` in place of its own.

    Raises ``ValueError`` for a field that the event does not have, or of another type.
    """
    kind = BY_SETTING[setting]
    fields: dict[str, Any] = msgspec.to_builtins(kind.sampled())
    if unknown := [name for name in data if name not in fields]:
        raise ValueError(f"{setting} has no field {unknown[0]!r}; its fields are {', '.join(fields)}")
    event: Event = msgspec.convert(fields | data, kind)
    return event
