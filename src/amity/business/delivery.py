"""What a handler may want to know of the request that brought its event."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request of the IM server.

    ``operation_id`` is the id of the API call that caused the event, for logs of both sides. ``event_id`` is the
    same on every attempt to deliver an event, ``None`` from a server that sends none; ``signed`` says whether a
    signature was checked. ``is_sample``: nothing happened, somebody is trying this app (``amity callbacks check``); a
    before-handler is asked all the same, an after-handler is called with ``BusinessServer(handle_samples=True)`` alone.
    """

    operation_id: str
    event_id: str | None
    signed: bool
    is_sample: bool = False


_current: ContextVar[Delivery] = ContextVar("amity_business_delivery")


def current_delivery() -> Delivery:
    """The request being handled. Raises ``LookupError`` outside of a handler."""
    return _current.get()


def set_delivery(delivery: Delivery) -> None:
    """Make ``delivery`` the current one of this task or thread."""
    _current.set(delivery)
