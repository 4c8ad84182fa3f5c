"""Calling handlers in tests, without a network but through everything else: encoding, signature, checks, answer."""

from collections.abc import Mapping
from typing import Any, TypeVar, overload

import msgspec

from amity.business.app import BusinessServer
from amity.business.flow import Outcome, Reply
from amity.business.verdicts import Allow, Reject, decode_verdict
from amity.wire.events.catalogue import payload
from amity.wire.events.event import AfterEvent, BeforeEvent, Change, Event
from amity.wire.webhooks import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign

DEFAULT_EVENT_ID = "evt_test"
E = TypeVar("E", bound=Event)


class CallbackRefused(Exception):
    """The app did not take the event: ``status`` and ``text`` as the IM server would see them."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        self.text = text
        super().__init__(f"{status}: {text}")


class TestClient:
    """Sends events to an app as the IM server does, signed when the app has a secret.

    ``send`` gives back the verdict. A handler's own exception is raised again; anything else that the server would
    take for a failure raises ``CallbackRefused``.
    """

    __test__ = False  # its name begins as pytest's own tests do

    def __init__(self, app: BusinessServer) -> None:
        self.app = app

    @staticmethod
    def sample(event: type[E], **fields: Any) -> E:
        """Return an event with these fields, and with values of a sample in all others. Raises ``TypeError`` for a
        field that the event lacks."""
        return msgspec.structs.replace(event.sampled(), **fields)

    @overload
    def send(self, event: BeforeEvent, *, event_id: str = ..., operation_id: str = ...) -> Allow | Reject | Change: ...

    @overload
    def send(self, event: AfterEvent, *, event_id: str = ..., operation_id: str = ...) -> None: ...

    def send(
        self, event: Event, *, event_id: str = DEFAULT_EVENT_ID, operation_id: str = "test"
    ) -> Allow | Reject | Change | None:
        """Send an event and return the verdict, ``None`` for an after-event. Not where an event loop is running."""
        body = payload(event)
        headers = self.headers(body, event_id=event_id, operation_id=operation_id)
        return _verdict(event, self.app.answer_sync(headers, "/" + event.command, body))

    @overload
    async def send_async(
        self, event: BeforeEvent, *, event_id: str = ..., operation_id: str = ...
    ) -> Allow | Reject | Change: ...

    @overload
    async def send_async(self, event: AfterEvent, *, event_id: str = ..., operation_id: str = ...) -> None: ...

    async def send_async(
        self, event: Event, *, event_id: str = DEFAULT_EVENT_ID, operation_id: str = "test"
    ) -> Allow | Reject | Change | None:
        """``send`` for tests that run on an event loop."""
        body = payload(event)
        headers = self.headers(body, event_id=event_id, operation_id=operation_id)
        return _verdict(event, await self.app.answer(headers, "/" + event.command, body))

    def post(self, command: str, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Send any bytes, for tests of what the app refuses. Without ``headers`` they are those of the server."""
        return self.app.handle_sync(self.headers(body) if headers is None else headers, "/" + command, body)

    def headers(
        self, body: bytes, *, event_id: str = DEFAULT_EVENT_ID, operation_id: str = "test", secret: bytes | None = None
    ) -> dict[str, str]:
        """The headers that the server would send with ``body``, signed with the app's newest secret."""
        headers = {"content-type": "application/json", "operationid": operation_id, ID_HEADER: event_id}
        if self.app.gate.keys:
            timestamp = int(self.app.gate.clock())
            headers[TIMESTAMP_HEADER] = str(timestamp)
            headers[SIGNATURE_HEADER] = sign(secret or self.app.gate.keys[0], event_id, timestamp, body)
        return headers


def _verdict(event: Event, outcome: Outcome) -> Allow | Reject | Change | None:
    if outcome.error is not None:
        raise outcome.error
    if outcome.reply.status != 200:
        raise CallbackRefused(outcome.reply.status, outcome.reply.body.decode())
    return decode_verdict(type(event), outcome.reply.body) if isinstance(event, BeforeEvent) else None
