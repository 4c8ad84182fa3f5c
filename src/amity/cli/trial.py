"""Sending one sample callback for real, and saying what the server would make of the answer."""

import time
import uuid
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from amity.callbacks.events import BY_SETTING, BeforeEvent, Event, payload
from amity.callbacks.samples import SAMPLES
from amity.callbacks.sender import Sender, SendFailure
from amity.callbacks.verdict import Approved, Failed, Rejected, decide
from amity.errors import NAMES, Code
from amity.http.reply import Reply
from amity.settings import Callback, Callbacks
from amity.texts import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one callback. ``verdict`` is approved, modified, rejected, delivered or failed; ``why`` says how
    that follows from the answer, ``then`` what the server does about it. ``status`` is 0 where no answer came;
    ``clock`` is the business server's time in seconds since 1970, if it told."""

    setting: str
    command: str
    url: str
    verdict: str
    why: str
    then: str
    status: int = 0
    milliseconds: int = 0
    answer: str = ""
    clock: float | None = None

    def facts(self) -> dict[str, Any]:
        """The outcome for JSON."""
        return {
            "callback": self.setting,
            "callbackCommand": self.command,
            "url": self.url,
            "verdict": self.verdict,
            "why": self.why,
            "then": self.then,
            "httpStatus": self.status,
            "milliseconds": self.milliseconds,
            "answer": self.answer,
        }


async def attempt(sender: Sender, callbacks: Callbacks, event: Event) -> Outcome:
    """Send one event to its callback's URL, signed as in the settings, and judge the answer."""
    setting, command = type(event).setting, type(event).command
    trial = uuid.uuid4().hex
    body = payload(event, documented_names=callbacks.documented_names)
    began = time.perf_counter()
    reply, failure = None, ""
    try:
        reply = await sender.send(
            setting, command, body, operation_id=f"amity-sample-{trial}", event_id=f"amity-sample-{trial}"
        )
    except SendFailure as error:
        failure = str(error)
    verdict, why, then = _judge(type(event), callbacks, reply, failure)
    return Outcome(
        setting=setting,
        command=command,
        url=sender.shown(setting, command),
        verdict=verdict,
        why=why,
        then=then,
        status=reply.status if reply else 0,
        milliseconds=round((time.perf_counter() - began) * 1000),
        answer=reply.body.decode(errors="replace") if reply else "",
        clock=clock_of(reply) if reply else None,
    )


def clock_of(reply: Reply) -> float | None:
    """The time in an answer's ``Date``, in seconds since 1970."""
    try:
        return parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return None


def _judge(kind: type[Event], callbacks: Callbacks, reply: Reply | None, failure: str) -> tuple[str, str, str]:
    callback = callbacks.events.get(kind.setting, Callback())
    if not issubclass(kind, BeforeEvent):
        return _judge_after(callbacks, reply, failure)
    if reply is None:
        return "failed", failure, _after_failure(callback, Code.NETWORK)
    verdict = decide(reply.status, reply.body, kind.change)
    match verdict:
        case Approved():
            changed = {name: value for name, value in msgspec.to_builtins(verdict.change).items() if value is not None}
            why = "nextCode is 0" + (f"; {verdict.note}" if verdict.note else "")
            if not changed:
                return "approved", why, "the operation goes on as it was asked"
            told = msgspec.json.encode(changed).decode()
            return "modified", f"{why}, and the answer replaces {', '.join(changed)}", f"it goes on with {told}"
        case Rejected():
            detail = f": {verdict.detail}" if verdict.detail else ""
            return "rejected", "nextCode is 1", f"the caller gets {verdict.code} {verdict.message}{detail}"
        case Failed():
            why = verdict.reason + (f" ({verdict.detail})" if verdict.detail else "")
            return "failed", why, _after_failure(callback, verdict.code)


def _after_failure(callback: Callback, code: Code) -> str:
    if callback.failed_continue:
        return "the operation goes on all the same (failedContinue)"
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
    """The sample of a callback with the fields of ``data`` in place of its own.

    Raises ``ValueError`` for a field that the event does not have, or of another type.
    """
    kind = BY_SETTING[setting]
    fields: dict[str, Any] = msgspec.to_builtins(SAMPLES[setting])
    if unknown := [name for name in data if name not in fields]:
        raise ValueError(f"{setting} has no field {unknown[0]!r}; its fields are {', '.join(fields)}")
    event: Event = msgspec.convert(fields | data, kind)
    return event
