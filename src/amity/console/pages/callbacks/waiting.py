"""The outbox: what waits and what was given up, and one event of it."""

from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from amity.callbacks.admin.models import QueuedEvent
from amity.callbacks.masking import masked
from amity.console.context import Console
from amity.console.numbers import page_in
from amity.console.once import Once
from amity.console.pages.callbacks.shown import COMMANDS, ROWS, class_of, field_of, in_lines, name_of
from amity.console.rendering import moment
from amity.errors import Code, ImError
from amity.wire.events.catalogue import BY_COMMAND
from amity.wire.events.event import BeforeEvent

STATES: Final = ("pending", "retrying", "dead")
FILTERS: Final = ("state", "user", "callback")
PATH: Final = "/console/callbacks/waiting"
AFTER: Final = tuple(each for each in COMMANDS if not issubclass(BY_COMMAND[each[1]], BeforeEvent))
"""Those callbacks that can be in the outbox."""
_DONE: Final = ("replayed", "discarded")


async def show(console: Console) -> Response:
    """Show a page of the outbox, the oldest first; after an action, what became of it."""
    done = console.query.get("done", "")
    told = _told(console, done, console.number("count"), console.number("of")) if done in _DONE else ""
    filters = {name: field_of(console.query, name) for name in FILTERS}
    return await listed(console, filters, told=told, is_changing=done == "replayed")


async def back(console: Console) -> Response:
    """Lead to the outbox."""
    return console.redirect(PATH)


async def listed(
    console: Console, filters: dict[str, str], *, told: str = "", problem: str = "", is_changing: bool = False
) -> Response:
    """Show the outbox; a ``problem`` is what was wrong with what was sent. If it ``is_changing``, the page looks again
    by itself."""
    number = page_in(console.query)
    state = filters["state"] if filters["state"] in STATES else ""
    asked = {"state": state, "ownerUserID": filters["user"], "callbackCommand": filters["callback"]}
    found = await console.call("/callback/list", {**asked, "pagination": {"pageNumber": number, "showNumber": ROWS}})
    given = {name: value for name, value in filters.items() if value}
    return console.page(
        "pages/callbacks/waiting.html",
        status=400 if problem else 200,
        rows=[_row(console, each) for each in found.events],
        total=f"{found.total:,}",
        filters={**filters, "state": state},
        states=STATES,
        commands=AFTER,
        told=told,
        again=f"{PATH}?{urlencode(given)}" if is_changing else "",
        problem=problem,
        can_replay=state != "pending",
        can_discard=state in {"", "dead"},
        newest=urlencode(given) if number > 1 else "",
        is_later_page=number > 1,
        older=urlencode({**given, "page": number + 1}) if number * ROWS < found.total else "",
    )


async def event(once: Once, console: Console) -> Response:
    """Show one event, what is sent of it, and its attempts. What is sent may be what a user wrote, so that reading it
    is an entry of the audit log."""
    event_id = field_of(console.query, "id")
    try:
        found = await console.call("/callback/show", {"eventID": event_id})
    except ImError as error:
        if error.code != Code.RECORD_NOT_FOUND:
            raise
        # Delivered meanwhile, or discarded: the log says which.
        return console.page(
            "pages/callbacks/gone.html", status=404, event_id=event_id, same_event=urlencode({"event": event_id})
        )
    async with once.audited(console, "callbacks.read", f"{found.event.owner_user_id} {event_id}"):
        pass
    attempts = [
        {
            "seq": each.seq,
            "at": moment(each.time),
            "verdict": console.texts.named("callback_verdicts", each.verdict),
            "class": class_of(each.verdict),
            "status": each.http_status or "–",  # noqa: RUF001 - a dash for nothing
            "why": console.texts.reason(each.reason),
        }
        for each in found.attempts[-ROWS:]
    ]
    return console.page(
        "pages/callbacks/event.html",
        event=_row(console, found.event),
        operation_id=found.event.operation_id,
        body=in_lines(masked(msgspec.json.encode(found.body))),
        attempts=attempts,
        same_operation=urlencode({"operation": found.event.operation_id}),
    )


def _told(console: Console, done: str, count: int, chosen: int) -> str:
    """Return what became of events: of how many, and that it were not all that were ``chosen``."""
    key = f"callbacks.{done}"
    if not count:
        return console.texts(f"{key}_none")
    said = console.texts.counted(key, count)
    return f"{said} {console.texts(f'{key}_others')}" if count < chosen else said


def _row(console: Console, event: QueuedEvent) -> dict[str, Any]:
    is_replayed = event.state == "pending" and bool(event.last_error)
    return {
        "id": event.event_id,
        "link": urlencode({"id": event.event_id}),
        "callback": name_of(event.callback_command),
        "user": event.owner_user_id,
        # One that was given up and is replayed has no attempt behind it, but still the reason of the last one.
        "state": console.texts.named("callback_states", "again" if is_replayed else event.state),
        "class": class_of(event.state),
        "is_dead": event.state == "dead",
        "attempts": event.attempts,
        "raised": moment(event.create_time),
        "next": moment(event.next_attempt_time) if event.next_attempt_time else "",
        "why": console.texts.reason(event.last_error),
    }
