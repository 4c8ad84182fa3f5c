"""Asking before operations: which before-callbacks are switched on, and the questions about their events."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar, cast

from amity.callbacks.asking.asker import NOT_ANSWERED, Answer, Asker
from amity.callbacks.asking.unfit import Unfit, unfit
from amity.callbacks.filters import Filter, Subject
from amity.callbacks.log import CallbackLog
from amity.callbacks.sender import Sender
from amity.clock import SYSTEM_CLOCK, Clock
from amity.errors import Code, ImError
from amity.settings import Callbacks
from amity.settings.webhooks import goes_on
from amity.wire.events.catalogue import BY_SETTING, payload
from amity.wire.events.event import BeforeEvent, Change, Event

C = TypeVar("C", bound=Change)
C_co = TypeVar("C_co", bound=Change, covariant=True)


class Asking(Protocol[C_co]):
    """A before-event, seen by what its answer may replace: the type of ``Answer.change`` follows from it."""

    @property
    def change(self) -> type[C_co]: ...


class Before:
    """What the domains know of before-callbacks."""

    def __init__(self, settings: Callbacks, sender: Sender, log: CallbackLog, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self._asker = Asker(sender, log, clock=clock)
        self._documented_names = settings.documented_names
        self._enabled = {
            setting: self._asker.callback(setting, event.command, failed_continue=goes_on(setting, callback))
            for setting, callback in settings.events.items()
            if callback.enable and issubclass(event := BY_SETTING.get(setting, Event), BeforeEvent)
        }
        self._filters = {setting: Filter.of(settings.events[setting]) for setting in self._enabled}

    def left_alone(self) -> list[str]:
        """Return the commands whose breaker is open."""
        return [asked.command for asked in self._enabled.values() if asked.breaker.is_open]

    def enabled(self, event_type: type[BeforeEvent]) -> bool:
        """Whether the business server is asked about that kind of event."""
        return event_type.setting in self._enabled

    def wants(self, event_type: type[BeforeEvent], subject: Subject) -> bool:
        """Return whether the business server is asked about that kind of event about this message."""
        admitting = self._filters.get(event_type.setting)
        return admitting is not None and admitting.admits(subject)

    async def ask(self, event: Asking[C], operation_id: str, *, must_answer: bool = False) -> Answer[C]:
        """Ask about an event and return what to do; at once, unanswered, where its callback is not enabled.

        Raises ``ImError`` as ``Asker.ask`` does.
        """
        return await self._ask(event, operation_id, must_answer=must_answer)

    @asynccontextmanager
    async def judged(
        self, event: Asking[C], operation_id: str, *, must_answer: bool = False
    ) -> AsyncIterator[Answer[C]]:
        """Ask as ``ask`` does about an event whose answer may want what cannot be done, and check it inside.

        An ``ImError`` that is raised inside says what: it becomes ``DATA`` (90007), unless the database failed, and
        the callback has failed. What became of the answer is noted at the end.
        """
        answer = await self._ask(event, operation_id, must_answer=must_answer, is_judged=True)
        if answer.conclude is None:
            yield answer
            return
        problem = None
        try:
            yield answer
        except ImError as error:
            if error.code == Code.DATABASE:
                raise
            problem = error if isinstance(error, Unfit) else unfit(error.detail)
            raise problem from None  # the text says it: a traceback would be one of this server's
        finally:
            answer.conclude(problem)

    async def _ask(
        self, event: Asking[C], operation_id: str, *, must_answer: bool, is_judged: bool = False
    ) -> Answer[C]:
        asked = cast(BeforeEvent, event)
        callback = self._enabled.get(asked.setting)
        if callback is None:
            return NOT_ANSWERED
        return await self._asker.ask(
            callback,
            payload(asked, documented_names=self._documented_names),
            event.change,
            owner=asked.owner(),
            operation_id=operation_id,
            must_answer=must_answer,
            is_judged=is_judged,
        )
