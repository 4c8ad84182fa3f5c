"""Asking the app's business server one question, and what follows from its answer or its silence."""

import itertools
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from amity import metrics
from amity.callbacks.asking.verdict import Approved, Failed, Rejected, Verdict, decide
from amity.callbacks.breaker import FAILURES, OPEN_SECONDS, Breaker
from amity.callbacks.log import CallbackLog
from amity.callbacks.rules import Rule
from amity.callbacks.sender import Sender, SendFailure
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.wire.events.event import Change

C = TypeVar("C", bound=Change)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer(Generic[C]):
    """Go on. ``change`` is what to replace, ``None`` for nothing; ``answered`` says whether the business server itself
    approved, which it did not where its callback is off, or failed and ``failedContinue`` is on. ``conclude`` is there
    where the caller says what became of the change: it notes that, ``None`` for what could be carried out."""

    change: C | None
    answered: bool
    conclude: Callable[[ImError | None], None] | None = None


NOT_ANSWERED: Answer[Any] = Answer(None, answered=False)
_UNCHANGED: Answer[Any] = Answer(None, answered=True)


_LEFT_ALONE = Failed(
    Code.NETWORK,
    Rule.LEFT_ALONE,
    f"the app's callback failed {FAILURES} times in a row and is left alone for {OPEN_SECONDS:.0f} seconds",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One before-callback: its key in the settings, its command, and what it keeps between two questions.

    A breaker of its own keeps a business server that does not know one command from stopping the others.
    """

    setting: str
    command: str
    failed_continue: bool
    breaker: Breaker
    meter: Callable[[str, float], None]


@dataclass(slots=True)
class _Ask:
    """One question under way; ``started`` by the monotonic clock, ``status`` 0 until there is an HTTP status."""

    callback: Asked
    owner: str
    operation_id: str
    event_id: str
    body: bytes
    started: float
    status: int = 0
    answer: bytes = b""


class Asker:
    """Sends questions, and notes what became of them."""

    def __init__(self, sender: Sender, log: CallbackLog, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._sender = sender
        self._journal = log
        self._clock = clock
        self._monotonic = clock.monotonic
        self._asked = itertools.count()
        self._ids = f"msg_{secrets.token_hex(8)}"

    def callback(self, setting: str, command: str, *, failed_continue: bool, label: str = "") -> Asked:
        """Return a callback to ask with. Its metrics have the label of ``label``, or of its command."""
        meter = metrics.callback_meter(label or command)
        return Asked(setting, command, failed_continue, Breaker(self._clock), meter)

    async def ask(
        self,
        callback: Asked,
        body: bytes,
        change: type[C],
        *,
        owner: str,
        operation_id: str,
        must_answer: bool = False,
        query: str = "",
        review: Callable[[C], object] | None = None,
        is_judged: bool = False,
    ) -> Answer[C]:
        """Send ``body`` and return what to do. ``change`` is what an answer may replace; one that is equal to the
        empty one replaces nothing. ``query`` is added to that of the URL. ``review`` raises ``ImError`` for an
        approval that cannot be carried out: the operation is refused with it, whatever ``failedContinue`` says.
        ``is_judged``: the caller calls ``conclude`` of an answer that has it.

        Raises ``ImError``: the business server's own where it rejects, 90004 or 90007 where the callback failed and
        ``failedContinue`` is off. With ``must_answer`` a failure refuses whatever ``failedContinue`` says.
        """
        ask = _Ask(callback, owner, operation_id, f"{self._ids}{next(self._asked):016x}", body, self._monotonic())
        if not callback.breaker.admits():
            return self._concluded(ask, _LEFT_ALONE, change, must_answer, review, is_judged=is_judged)
        verdict: Verdict[C]
        try:
            reply = await self._sender.send(
                callback.setting,
                callback.command,
                body,
                operation_id=operation_id,
                event_id=ask.event_id,
                query=query,
            )
        except SendFailure as failure:
            verdict = Failed(Code.NETWORK, Rule.NO_ANSWER, failure.reason, failure.detail)
        except BaseException:
            callback.breaker.abandoned()
            raise
        else:
            ask.status, ask.answer = reply.status, reply.body
            verdict = decide(reply.status, reply.body, change)
        if not isinstance(verdict, Failed):
            callback.breaker.succeeded()
        elif callback.breaker.failed():
            _log.warning("%s: %s", callback.command, _LEFT_ALONE.reason)
        return self._concluded(ask, verdict, change, must_answer, review, is_judged=is_judged)

    def _concluded(
        self,
        ask: _Ask,
        verdict: Verdict[C],
        change: type[C],
        must_answer: bool,
        review: Callable[[C], object] | None,
        *,
        is_judged: bool,
    ) -> Answer[C]:
        """Note a verdict and return, or raise, what follows from it."""
        callback = ask.callback
        if isinstance(verdict, Approved):
            if review is not None:
                self._review(ask, verdict, review)
            if verdict.note:
                _log.info("%s: %s", callback.command, verdict.note, extra={"operationID": ask.operation_id})
            if verdict.change == change():
                self._record(ask, "approved", Rule.APPROVED, 0, verdict.note)
                return _UNCHANGED
            if is_judged:
                seconds = self._monotonic() - ask.started
                conclude = partial(self._judged, ask, verdict.note, seconds)
                return Answer(verdict.change, answered=True, conclude=conclude)
            self._record(ask, "modified", Rule.REPLACED, 0, verdict.note)
            return Answer(verdict.change, answered=True)
        if isinstance(verdict, Rejected):
            self._record(ask, "rejected", Rule.NEXT_CODE_1, verdict.code, f"{verdict.message}: {verdict.detail}")
            raise ImError(verdict.code, verdict.detail, message=verdict.message)
        goes_on = callback.failed_continue and not must_answer
        self._record_failure(ask, verdict, goes_on)
        if goes_on:
            return NOT_ANSWERED
        raise ImError(verdict.code, verdict.reason)

    def _judged(self, ask: _Ask, note: str, seconds: float, problem: ImError | None) -> None:
        """Note what became of a replacement; ``seconds`` is how long the business server took."""
        if problem is None:
            self._record(ask, "modified", Rule.REPLACED, 0, note, seconds)
            return
        self._record(ask, "failed", Rule.IMPOSSIBLE, problem.code, problem.detail, seconds)
        _log.warning(
            "%s failed with %d: %s; the operation is refused; asked at %s",
            ask.callback.command,
            problem.code,
            problem.detail,
            self._sender.shown(ask.callback.setting, ask.callback.command),
            extra={"operationID": ask.operation_id},
        )

    def _review(self, ask: _Ask, approved: Approved[C], review: Callable[[C], object]) -> None:
        try:
            review(approved.change)
        except ImError as refusal:
            self._record(ask, "rejected", Rule.INEXPRESSIBLE, refusal.code, refusal.detail)
            _log.warning(
                "%s: refused in place of an answer that cannot be carried out: %s",
                ask.callback.command,
                refusal.detail,
                extra={"operationID": ask.operation_id},
            )
            raise

    def _record(
        self, ask: _Ask, word: str, rule: Rule, err_code: int, reason: str, seconds: float | None = None
    ) -> None:
        seconds = self._monotonic() - ask.started if seconds is None else seconds
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
            rule=rule,
            request=ask.body,
            answer=ask.answer,
        )

    def _record_failure(self, ask: _Ask, failed: Failed, goes_on: bool) -> None:
        reason = f"{failed.reason} ({failed.detail})" if failed.detail else failed.reason
        self._record(ask, "failed", failed.rule, failed.code, reason)
        _log.warning(
            "%s failed with %d: %s; %s; asked at %s",
            ask.callback.command,
            failed.code,
            reason,
            "failedContinue is on, so the operation goes on" if goes_on else "the operation is refused",
            self._sender.shown(ask.callback.setting, ask.callback.command),
            extra={"operationID": ask.operation_id},
        )
