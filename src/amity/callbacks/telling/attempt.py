"""One attempt to deliver an event, and what the receiver's answer means."""

import logging
from dataclasses import dataclass

from amity.callbacks.rules import Rule
from amity.callbacks.sender import Sender, SendFailure
from amity.callbacks.telling.routes import Route
from amity.callbacks.telling.schedule import date_of, retry_after
from amity.callbacks.telling.store import Event
from amity.clock import Clock, monotonic
from amity.texts import storable

_REASON_CHARACTERS = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it. ``status`` is 0 where there was no answer, ``reason`` says why it failed, ``retry_after`` and
    ``seconds`` (how long it took) are in seconds. ``answer`` is the body of the answer."""

    delivered: bool
    status: int
    reason: str
    retry_after: float
    seconds: float
    rule: Rule
    answer: bytes = b""


async def attempt(sender: Sender, route: Route, event: Event, clock: Clock) -> Attempt:
    """Send an event. A status from 200 to 299 in time means delivered; all else, a redirect too, that it failed."""
    began = monotonic()
    try:
        reply = await sender.send(
            route.setting,
            route.command,
            event.body or b"",
            operation_id=event.operation_id,
            event_id=event.event_id,
            identified=True,
            query=event.query,
        )
    except SendFailure as failure:
        return _failed(Rule.UNREACHED, 0, str(failure), 0.0, began)
    except Exception as error:  # noqa: BLE001 - one event that cannot be sent must not stop the others
        _log.exception("%s %s could not be sent", event.command, event.event_id)
        return _failed(Rule.UNREACHED, 0, f"it could not be sent: {type(error).__name__}", 0.0, began)
    if 200 <= reply.status <= 299:
        return Attempt(True, reply.status, "", 0.0, monotonic() - began, Rule.DELIVERED, reply.body)
    # A date is one of the receiver's clock, so it is read by that where the answer tells it.
    sent_at = date_of(reply.headers.get("date"))
    wait = retry_after(reply.headers.get("retry-after"), clock.now() if sent_at is None else sent_at)
    reason = f"the answer's status was {reply.status}"
    return _failed(Rule.NOT_DELIVERED, reply.status, reason, wait, began, reply.body)


def _failed(rule: Rule, status: int, reason: str, wait: float, began: float, answer: bytes = b"") -> Attempt:
    return Attempt(False, status, storable(reason[:_REASON_CHARACTERS]), wait, monotonic() - began, rule, answer)
