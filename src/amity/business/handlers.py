"""The decorators that register a handler, each typed by its event and by what its handler may return."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Never, Protocol, TypeVar, overload

from amity.business.verdicts import Allow, Reject
from amity.wire.events.catalogue import EVENTS
from amity.wire.events.event import AfterEvent, BeforeEvent, Change, Event, NoChange

B = TypeVar("B", bound=BeforeEvent)
A = TypeVar("A", bound=AfterEvent)
C = TypeVar("C", bound=Change)
B_co = TypeVar("B_co", bound=BeforeEvent, covariant=True)
C_co = TypeVar("C_co", bound=Change, covariant=True)
Handler = Callable[[Any], Any]


class BeforeClass(Protocol[B_co, C_co]):
    """The class of a before-event: what it makes, and what answers to it may replace."""

    @property
    def change(self) -> type[C_co]: ...

    def __call__(self, *args: Any, **kwargs: Any) -> B_co: ...


@dataclass(frozen=True)
class Before(Generic[B, C]):
    """Registers the handler of a before-event, ``async`` or not; not-``async`` ones run in a thread.

    The handler returns ``Allow()`` or ``None``, a ``Reject``, or the event's change (``ReplaceFriends([...])``), which
    ``Never`` stands for where there is nothing to change.
    Raises ``ValueError`` where the event has a handler already.
    """

    event: type[B]
    handlers: dict[type[Event], Handler]

    @overload
    def __call__(
        self, handler: Callable[[B], Coroutine[Any, Any, C | Allow | Reject | None]]
    ) -> Callable[[B], Coroutine[Any, Any, C | Allow | Reject | None]]: ...

    @overload
    def __call__(
        self, handler: Callable[[B], C | Allow | Reject | None]
    ) -> Callable[[B], C | Allow | Reject | None]: ...

    def __call__(self, handler: Handler) -> Handler:
        return _register(self.handlers, self.event, handler)


@dataclass(frozen=True)
class After(Generic[A]):
    """Registers the handler of an after-event, ``async`` or not; one that raises is called again later.

    Raises ``ValueError`` where the event has a handler already.
    """

    event: type[A]
    handlers: dict[type[Event], Handler]

    @overload
    def __call__(
        self, handler: Callable[[A], Coroutine[Any, Any, None]]
    ) -> Callable[[A], Coroutine[Any, Any, None]]: ...

    @overload
    def __call__(self, handler: Callable[[A], None]) -> Callable[[A], None]: ...

    def __call__(self, handler: Handler) -> Handler:
        return _register(self.handlers, self.event, handler)


def _register(handlers: dict[type[Event], Handler], event: type[Event], handler: Handler) -> Handler:
    if event in handlers:
        raise ValueError(f"{event.__name__} has a handler already: {handlers[event]!r}")
    handlers[event] = handler
    return handler


class Handlers:
    """The handlers of an app. Has a decorator per event, named as it: ``before_import_friends``."""

    def __init__(self) -> None:
        self._handlers: dict[type[Event], Handler] = {}
        for event in EVENTS:
            setattr(self, event.attribute, self.on(event))

    @overload
    def on(self, event: type[A]) -> After[A]: ...

    @overload
    def on(self, event: BeforeClass[B, NoChange]) -> Before[B, Never]: ...

    @overload
    def on(self, event: BeforeClass[B, C]) -> Before[B, C]: ...

    @overload
    def on(self, event: type[Event]) -> Before[Any, Any] | After[Any]: ...

    def on(self, event: Any) -> Before[Any, Any] | After[Any]:
        """Return the decorator of an event: ``@app.on(AfterImportFriends)`` is ``@app.after_import_friends``.

        Raises ``TypeError`` for what is no event.
        """
        if event not in EVENTS:
            raise TypeError(f"{event!r} is no callback: name one by its class, as BeforeImportFriends")
        return Before(event, self._handlers) if issubclass(event, BeforeEvent) else After(event, self._handlers)
