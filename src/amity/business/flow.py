"""The way of one admitted event: claim, handler, answer. Written once, driven with and without an event loop.

The way is a generator that yields what may block or be awaited; a driver runs it and sends the outcome back. So
the ASGI app and its twin for frameworks without an event loop cannot come to differ.
"""

import asyncio
import inspect
import logging
from collections.abc import Callable, Generator
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from amity.business.delivery import Delivery, set_delivery
from amity.business.greenlets import native_thread
from amity.business.handlers import Handler
from amity.business.seen import Claim, SeenStore
from amity.business.verdicts import encode_allow, encode_left_alone, encode_verdict
from amity.wire.events.event import BeforeEvent, Event

log = logging.getLogger("amity.business")

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
BUSY_RETRY_SECONDS = 5


class Reply(NamedTuple):
    """What to answer over HTTP; header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Outcome(NamedTuple):
    """A reply, and the exception of the handler or the store where one is the reason for it."""

    reply: Reply
    error: Exception | None = None


@dataclass(frozen=True, slots=True)
class Admitted:
    """An event that passed all checks; ``seen`` is the store to claim it in, if it is to be handled once.
    ``is_left_alone``: it is a sample, and is answered without calling the handler."""

    event: Event
    handler: Handler
    delivery: Delivery
    seen: SeenStore | None
    is_left_alone: bool = False


Step = Callable[[], Any]
Way = Generator[Step, Any, Outcome]


def refusal(status: int, text: str, **headers: str) -> Reply:
    """An answer that every server takes for a failure. It is plain text on purpose: OpenIM looks at the body only,
    and takes any JSON object in it for an approval, whatever the status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, {"content-type": TEXT} | named, text.encode("utf-8", "backslashreplace"))


async def run(admitted: Admitted) -> Outcome:
    """Handle an event on the running loop; what is not ``async`` runs in a thread."""
    task = asyncio.create_task(_drive(admitted))
    if admitted.seen is None:
        return await task
    # A framework may cancel the request when its peer goes away. A claimed event is handled to its end all the
    # same, or the claim would be left behind, or released while a thread still works on the event.
    _claimed.add(task)
    task.add_done_callback(_claimed.discard)
    return await asyncio.shield(task)


def run_sync(admitted: Admitted) -> Outcome:
    """Handle an event in the calling thread; an ``async`` handler gets an event loop of its own."""
    return copy_context().run(_drive_sync, admitted)


_claimed: set[asyncio.Task[Outcome]] = set()


def _way(admitted: Admitted) -> Way:
    if admitted.is_left_alone:
        log.info("%s: a sample; the handler was not called", admitted.event.command)
        return _accepted(encode_left_alone())
    seen, event_id = admitted.seen, admitted.delivery.event_id
    if seen is None or event_id is None:
        return (yield from _handle(admitted))
    command = admitted.event.command
    try:
        claim = yield partial(seen.claim, event_id)
    except Exception as error:
        log.exception("%s: the store of seen events failed to claim %s", command, event_id)
        return Outcome(refusal(500, "the store of seen events failed"), error)
    if claim is Claim.DONE:
        log.info("%s: event %s was handled before", command, event_id)
        return _accepted(encode_allow())
    if claim is Claim.BUSY:
        return Outcome(refusal(503, "this event is being handled", retry_after=str(BUSY_RETRY_SECONDS)))
    outcome = yield from _handle(admitted)
    settle = seen.done if outcome.error is None else seen.release
    try:
        yield partial(settle, event_id)
    except Exception:
        # The handler's outcome stands: after a success, another attempt would only run it once more.
        log.exception("%s: the store of seen events failed to settle %s", command, event_id)
    return outcome


def _handle(admitted: Admitted) -> Way:
    event, operation_id = admitted.event, admitted.delivery.operation_id
    try:
        verdict = yield partial(admitted.handler, event)
        body = encode_verdict(type(event), verdict) if isinstance(event, BeforeEvent) else encode_allow()
    except Exception as error:
        log.exception("%s of operation %r: the handler failed", event.command, operation_id)
        return Outcome(refusal(500, "the handler of this callback failed"), error)
    log.debug("%s of operation %r: %r", event.command, operation_id, verdict)
    return _accepted(body)


def _accepted(body: bytes) -> Outcome:
    return Outcome(Reply(200, {"content-type": JSON}, body))


async def _drive(admitted: Admitted) -> Outcome:
    set_delivery(admitted.delivery)
    way = _way(admitted)
    result: Any = None
    error: Exception | None = None
    while True:
        try:
            step = way.send(result) if error is None else way.throw(error)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        try:
            result, error = await _perform(step), None
        except Exception as raised:  # noqa: BLE001 - handed to the way, which logs it
            error = raised
        except asyncio.CancelledError as cancelled:
            task = asyncio.current_task()
            if task is None or task.cancelling():
                raise
            error = _let_through(cancelled)


async def _perform(step: Step) -> Any:
    if inspect.iscoroutinefunction(step):
        return await step()
    result, error = await asyncio.to_thread(_caught, step)
    if error is not None:
        raise error
    # A callable object, or a function that hands back a coroutine.
    return await result if inspect.isawaitable(result) else result


def _caught(step: Step) -> tuple[Any, Exception | None]:
    # A StopIteration cannot be carried by a future: the request would hang.
    try:
        return step(), None
    except Exception as error:  # noqa: BLE001 - handed on by the caller
        return None, error
    except asyncio.CancelledError as cancelled:
        return None, _let_through(cancelled)


def _let_through(cancelled: asyncio.CancelledError) -> Exception:
    """Return the failure of a handler in which something was cancelled, and not its request."""
    error = RuntimeError("the handler let a cancellation through")
    error.__cause__ = cancelled
    return error


def _drive_sync(admitted: Admitted) -> Outcome:
    set_delivery(admitted.delivery)
    way = _way(admitted)
    result: Any = None
    error: Exception | None = None
    while True:
        try:
            step = way.send(result) if error is None else way.throw(error)
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome
        result, error = _caught(partial(_perform_sync, step))


def _perform_sync(step: Step) -> Any:
    result = step()
    return _awaited_sync(result) if inspect.isawaitable(result) else result


def _awaited_sync(result: Any) -> Any:
    """Run a handler's coroutine to its end. Raises ``RuntimeError`` where the caller's thread runs an event loop."""
    in_thread = native_thread()
    if in_thread is not None:
        # The context has the delivery in it.
        found, error = in_thread(partial(copy_context().run, _caught, partial(asyncio.run, _awaited(result))))
        if error is not None:
            raise error
        return found
    if _is_loop_running():
        if inspect.iscoroutine(result):
            result.close()
        raise RuntimeError(
            "an event loop is running in this thread: await handle() instead of handle_sync(), send_async() instead of "
            "send()"
        )
    return asyncio.run(_awaited(result))


def _is_loop_running() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _awaited(result: Any) -> Any:
    return await result
