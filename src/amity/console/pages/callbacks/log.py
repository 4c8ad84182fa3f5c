"""The callback log, which goes on by itself, and one entry of it."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from amity.callbacks.admin.models import LogEntry
from amity.console.context import Console
from amity.console.once import Once
from amity.console.pages.callbacks.shown import COMMANDS, ROWS, body_of, class_of, field_of, name_of, ruled
from amity.console.rendering import moment
from amity.console.texts.catalogue import Texts
from amity.errors import Code, ImError

VERDICTS: Final = (
    "approved",
    "modified",
    "rejected",
    "failed",
    "delivered",
    "retrying",
    "dead",
    "replayed",
    "discarded",
)
EVERY_MS: Final = 2000
AGAIN: Final = 200
"""Entries before the newest that are asked for again: another process may write lower numbers later."""
_FILTERS: Final = {
    "user": "ownerUserID",
    "callback": "callbackCommand",
    "verdict": "verdict",
    "operation": "operationID",
    "event": "eventID",
}


async def show(console: Console) -> Response:
    """Show the newest entries, or those before one."""
    filters, before = _filters(console), console.number("before")
    entries = await _read(console, filters, before=before, rows=ROWS + 1)
    shown = entries[:ROWS]
    given = {name: value for name, value in filters.items() if value}
    return console.page(
        "pages/callbacks/log.html",
        rows=[_row(entry, console.texts) for entry in shown],
        filters=filters,
        commands=COMMANDS,
        verdicts=VERDICTS,
        every=EVERY_MS,
        most=ROWS,
        again=AGAIN,
        newest_seq=shown[0].seq if shown else 0,
        older_seq=shown[-1].seq if len(entries) > ROWS else 0,
        query=urlencode(given),
        is_later_page=bool(before),
        older=urlencode({**given, "before": shown[-1].seq}) if len(entries) > ROWS else "",
    )


async def newer(console: Console) -> Response:
    """Return the entries after one, the newest first, for the page's own script."""
    entries = await _read(console, _filters(console), after=console.number("after"), rows=ROWS + AGAIN)
    return console.json({"entries": [_row(entry, console.texts) for entry in entries]})


async def entry(once: Once, console: Console) -> Response:
    """Show one entry, with what was sent, what was answered, and the rule that decided. What was sent may be what a
    user wrote, so that reading it is an entry of the audit log."""
    try:
        found = await console.call("/callback/log_entry", {"seq": console.number("seq")})
    except ImError as error:
        if error.code != Code.RECORD_NOT_FOUND:
            raise
        return console.page(
            "templates/error.html", status=404, title="callbacks.entry", detail=console.texts("callbacks.no_entry")
        )
    texts, about = console.texts, found.entry
    async with once.audited(console, "callbacks.read", f"{about.owner_user_id} {about.seq}"):
        pass
    return console.page(
        "pages/callbacks/entry.html",
        entry=about,
        row=_row(about, texts),
        rule=ruled(about.rule, texts),
        is_after=about.event_id.startswith("evt_"),
        request=body_of(found.request, found.request_bytes, texts),
        answer=body_of(found.answer, found.answer_bytes, texts),
        same_event=urlencode({"event": about.event_id}),
        same_operation=urlencode({"operation": about.operation_id}),
    )


def _filters(console: Console) -> dict[str, str]:
    return {name: field_of(console.query, name) for name in _FILTERS}


async def _read(
    console: Console, filters: dict[str, str], *, rows: int, before: int = 0, after: int = 0
) -> Sequence[LogEntry]:
    wanted: dict[str, Any] = {_FILTERS[name]: value for name, value in filters.items()}
    page = {"pageNumber": 1, "showNumber": rows}
    found = await console.call("/callback/log", {**wanted, "before": before, "after": after, "pagination": page})
    entries: Sequence[LogEntry] = found.entries
    return entries


def _row(entry: LogEntry, texts: Texts) -> dict[str, Any]:
    """Return what a row shows of an entry, in texts."""
    code = f"{entry.err_code} " if entry.err_code else ""
    return {
        "seq": entry.seq,
        "at": moment(entry.time),
        "callback": name_of(entry.callback_command),
        "user": entry.owner_user_id,
        "verdict": texts.named("callback_verdicts", entry.verdict),
        "class": class_of(entry.verdict),
        "status": str(entry.http_status or "–"),  # noqa: RUF001 - a dash for nothing
        "ms": str(entry.duration_ms),
        "why": code + texts.reason(entry.reason),
    }
