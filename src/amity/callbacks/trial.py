"""Send one sample callback, and say what would be done with the answer."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Final, NamedTuple

import msgspec

from amity.callbacks.asking.verdict import Approved, Failed, Rejected, decide
from amity.callbacks.rules import Rule
from amity.callbacks.sender import Sender, SendFailure
from amity.clock import monotonic
from amity.errors import NAMES, Code
from amity.http.reply import Reply
from amity.settings import Callback, Callbacks
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

    ``verdict`` is approved, modified, rejected, delivered or failed. ``why`` says how that follows from the answer, and
    ``rule`` which rule decided; ``then`` says what is done next. ``sent`` is the body. ``status`` is 0 if no answer
    came. ``headers`` are those of ``_SHOWN_HEADERS``, with names in lower case. ``clock`` is the business server's time
    in seconds since 1970, if the answer has one.
    """

    setting: str
    command: str
    url: str
    verdict: str
    why: str
    then: str
    rule: Rule
    sent: bytes = b""
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


class Judgement(NamedTuple):
    """A verdict, why it follows, what is done then, and the rule that decided."""

    verdict: str
    why: str
    then: str
    rule: Rule


@dataclass(frozen=True, slots=True)
class Judge:
    """What a program does with an answer: a server, unless a relay says otherwise.

    ``goes_on`` returns whether an operation goes on after a failure. ``refuses`` returns the judgement on a change that
    the program cannot carry out, else ``None``. ``tells_left_out``: the caller is told whom a change leaves out.
    """

    goes_on: Callable[[str, Callback], bool] = goes_on
    refuses: Callable[[BeforeEvent, dict[str, Any]], Judgement | None] = lambda _event, _change: None
    tells_left_out: bool = True


SERVER: Final = Judge()


def new_id(prefix: str = SAMPLE_PREFIX) -> str:
    """Return a unique id for a callback about nothing that happened."""
    return f"{prefix}{uuid.uuid4().hex}"


async def attempt(
    sender: Sender, callbacks: Callbacks, event: Event, *, is_sample: bool = True, judge: Judge = SERVER
) -> Outcome:
    """Send one event to its callback's URL, signed as in the settings, and judge the answer as ``judge`` does.

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
    judged = _judge(event, callbacks, reply, failure, judge)
    return Outcome(
        setting=setting,
        command=command,
        url=sender.shown(setting, command),
        **judged._asdict(),
        sent=body,
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


def _judge(event: Event, callbacks: Callbacks, reply: Reply | None, failure: str, judge: Judge) -> Judgement:
    callback = callbacks.events.get(event.setting, Callback())
    if not isinstance(event, BeforeEvent):
        return _judge_after(callbacks, reply, failure)
    if reply is None:
        return Judgement("failed", failure, _after_failure(event, callback, Code.NETWORK, judge), Rule.NO_ANSWER)
    verdict = decide(reply.status, reply.body, event.change)
    match verdict:
        case Approved():
            return _judge_approval(event, verdict, judge)
        case Rejected():
            detail = f": {verdict.detail}" if verdict.detail else ""
            then = f"the caller gets {verdict.code} {verdict.message}{detail}"
            return Judgement(
                "rejected", "nextCode is 1", _NOT_PUSHED if event.setting in PUSHES else then, Rule.NEXT_CODE_1
            )
        case Failed():
            why = verdict.reason + (f" ({verdict.detail})" if verdict.detail else "")
            return Judgement("failed", why, _after_failure(event, callback, verdict.code, judge), verdict.rule)


def _judge_approval(event: BeforeEvent, verdict: Approved[Any], judge: Judge) -> Judgement:
    changed = {name: value for name, value in msgspec.to_builtins(verdict.change).items() if value is not None}
    why = "nextCode is 0" + (f"; {verdict.note}" if verdict.note else "")
    if not changed:
        return Judgement("approved", why, "the operation goes on as it was asked", Rule.APPROVED)
    if (refused := judge.refuses(event, changed)) is not None:
        return refused
    then = f"it goes on with {msgspec.json.encode(changed).decode()}"
    if judge.tells_left_out and (gone := _left_out(event, verdict.change)):
        then += f", and the caller finds {', '.join(gone)} in skipped"
    return Judgement("modified", f"{why}, and the answer replaces {', '.join(changed)}", then, Rule.REPLACED)


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


def _after_failure(event: BeforeEvent, callback: Callback, code: Code, judge: Judge) -> str:
    if judge.goes_on(event.setting, callback):
        return "the operation goes on all the same (failedContinue)"
    if event.setting in PUSHES:
        return _NOT_PUSHED
    return f"the caller gets {int(code)} {NAMES[code]}"


def _judge_after(callbacks: Callbacks, reply: Reply | None, failure: str) -> Judgement:
    if reply is not None and 200 <= reply.status <= 299:
        return Judgement("delivered", f"the status is {reply.status}", "it is done", Rule.DELIVERED)
    why = failure if reply is None else f"the status is {reply.status}, and only 200 to 299 count as delivered"
    rule = Rule.UNREACHED if reply is None else Rule.NOT_DELIVERED
    if not callbacks.retries:
        return Judgement("failed", why, "it becomes a dead letter at once", rule)
    times = count(len(callbacks.retries), "time")
    return Judgement("failed", why, f"it is tried again after {callbacks.retries[0]:g} s, {times} at most", rule)


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
