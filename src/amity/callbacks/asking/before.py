"""Asking the app's business server before an operation, and what follows from its answer or its silence."""

import itertools
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from amity import metrics
from amity.callbacks.asking.verdict import Approved, Failed, Rejected, Verdict, decide
from amity.callbacks.breaker import FAILURES, OPEN_SECONDS, Breaker
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender, SendFailure
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.settings import Callbacks
from amity.wire.events.catalogue import BY_SETTING, payload
from amity.wire.events.event import BeforeEvent, Change, Event

C = TypeVar("C", bound=Change)
C_co = TypeVar("C_co", bound=Change, covariant=True)

_log = logging.getLogger(__name__)


class Asking(Protocol[C_co]):
    """A before-event, seen by what its answer may replace: the type of ``Answer.change`` follows from it."""

    @property
    def change(self) -> type[C_co]: ...


@dataclass(frozen=True, slots=True)
class Answer(Generic[C]):
    """Go on. ``change`` is what to replace, ``None`` for nothing; ``answered`` says whether the business server itself
    approved, which it did not where its callback is off, or failed and ``failedContinue`` is on."""

    change: C | None
    answered: bool


_NOT_ANSWERED: Answer[Any] = Answer(None, answered=False)
_UNCHANGED: Answer[Any] = Answer(None, answered=True)


_LEFT_ALONE = Failed(
    Code.NETWORK,
    f"the app's callback failed {FAILURES} times in a row and is left alone for {OPEN_SECONDS:.0f} seconds",
)


@dataclass(frozen=True, slots=True)
class _Callback:
    """One before-callback that is enabled. ``unchanged`` is what an answer that replaces nothing decodes to."""

    setting: str
    command: str
    failed_continue: bool
    unchanged: Change
    breaker: Breaker
    meter: Callable[[str, float], None]


@dataclass(slots=True)
class _Ask:
    """One question under way; ``started`` by the monotonic clock, ``status`` 0 until there is an HTTP status."""

    callback: _Callback
    owner: str
    operation_id: str
    event_id: str
    started: float
    status: int = 0


class Before:
    """Asks before operations.

    Every callback has a breaker of its own, so that a business server that does not know one command does not stop
    the others.
    """

    def __init__(self, settings: Callbacks, sender: Sender, log: CallbackLog, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._sender = sender
        self._journal = log
        self._monotonic = clock.monotonic
        self._documented_names = settings.documented_names
        self._asked = itertools.count()
        self._ids = f"msg_{secrets.token_hex(8)}"
        self._enabled = {
            setting: _Callback(
                setting,
                event.command,
                callback.failed_continue is True,
                event.change(),
                Breaker(clock),
                metrics.callback_meter(event.command),
            )
            for setting, callback in settings.events.items()
            if callback.enable and issubclass(event := BY_SETTING.get(setting, Event), BeforeEvent)
        }

    def enabled(self, event_type: type[BeforeEvent]) -> bool:
        """Whether the business server is asked about that kind of event."""
        return event_type.setting in self._enabled

    async def ask(self, event: Asking[C], operation_id: str, *, must_answer: bool = False) -> Answer[C]:
        """Ask about an event and return what to do; at once, unanswered, where its callback is not enabled.

        Raises ``ImError``: the business server's own where it rejects, 90004 or 90007 where the callback failed and
        ``failedContinue`` is off. With ``must_answer`` a failure refuses whatever ``failedContinue`` says.
        """
        asked = cast(BeforeEvent, event)
        callback = self._enabled.get(asked.setting)
        if callback is None:
            return _NOT_ANSWERED
        ask = _Ask(callback, asked.owner(), operation_id, f"{self._ids}{next(self._asked):016x}", self._monotonic())
        if not callback.breaker.admits():
            return self._concluded(ask, _LEFT_ALONE, must_answer)
        verdict: Verdict[C]
        try:
            body = payload(asked, documented_names=self._documented_names)
            reply = await self._sender.send(
                callback.setting, callback.command, body, operation_id=operation_id, event_id=ask.event_id
            )
        except SendFailure as failure:
            verdict = Failed(Code.NETWORK, failure.reason, failure.detail)
        except BaseException:
            callback.breaker.abandoned()
            raise
        else:
            ask.status = reply.status
            verdict = decide(reply.status, reply.body, event.change)
        if not isinstance(verdict, Failed):
            callback.breaker.succeeded()
        elif callback.breaker.failed():
            _log.warning("%s: %s", callback.command, _LEFT_ALONE.reason)
        return self._concluded(ask, verdict, must_answer)

    def _concluded(self, ask: _Ask, verdict: Verdict[C], must_answer: bool) -> Answer[C]:
        """Note a verdict and return, or raise, what follows from it."""
        callback = ask.callback
        if isinstance(verdict, Approved):
            unchanged = verdict.change == callback.unchanged
            self._record(ask, "approved" if unchanged else "modified", 0, verdict.note)
            if verdict.note:
                _log.info("%s: %s", callback.command, verdict.note, extra={"operationID": ask.operation_id})
            return _UNCHANGED if unchanged else Answer(verdict.change, answered=True)
        if isinstance(verdict, Rejected):
            self._record(ask, "rejected", verdict.code, f"{verdict.message}: {verdict.detail}")
            raise ImError(verdict.code, verdict.detail, message=verdict.message)
        goes_on = callback.failed_continue and not must_answer
        self._record_failure(ask, verdict, goes_on)
        if goes_on:
            return _NOT_ANSWERED
        raise ImError(verdict.code, verdict.reason)

    def _record(self, ask: _Ask, word: str, err_code: int, reason: str) -> None:
        seconds = self._monotonic() - ask.started
        ask.callback.meter(word, seconds)
        self._journal.note(
            command=ask.callback.command,
            owner=ask.owner,
            operation_id=ask.operation_id,
            event_id=ask.event_id,
            verdict=word,
            err_code=err_code,
            reason=reason,
            http_status=ask.status,
            duration_ms=round(seconds * 1000),
        )

    def _record_failure(self, ask: _Ask, failed: Failed, goes_on: bool) -> None:
        reason = f"{failed.reason} ({failed.detail})" if failed.detail else failed.reason
        self._record(ask, "failed", failed.code, reason)
        _log.warning(
            "%s failed with %d: %s; %s; asked at %s",
            ask.callback.command,
            failed.code,
            reason,
            "failedContinue is on, so the operation goes on" if goes_on else "the operation is refused",
            self._sender.shown(ask.callback.setting, ask.callback.command),
            extra={"operationID": ask.operation_id},
        )
