"""Sending the sample of a callback to a business server, and reading what is made of its answer."""

from typing import Any

from starlette.responses import Response

from amity.console.context import Console
from amity.console.pages.callbacks.shown import COMMANDS, body_of, class_of, field_of, ruled
from amity.errors import Code, ImError
from amity.http.url import shown as without_secrets
from amity.wire.events.friends import BeforeImportFriends

_MOST_URL = 8192
_NOT_SENT = "the app's callback could not be reached"
"""How the reason begins where there was no connection to send the sample by."""


async def show(console: Console) -> Response:
    """Show the form."""
    return _page(console, field_of(console.query, "callback") or BeforeImportFriends.command, "")


async def send(console: Console) -> Response:
    """Send the sample, and show what became of it below the form."""
    command, url = field_of(console.form, "callback"), console.form.get("url", "").strip()[:_MOST_URL]
    about = f"{command} {without_secrets(url) if url else ''}".strip()
    try:
        found = await console.act(
            "callbacks.try", "/callback/try", {"callbackCommand": command, "url": url}, about=about
        )
    except ImError as error:
        if error.code not in {Code.ARGS, Code.SERVER_BUSY}:
            raise
        key = "callbacks.wrong_sample" if error.code == Code.ARGS else "callbacks.busy"
        return _page(console, command, url, problem=console.texts(key), detail=error.detail)
    texts = console.texts
    return _page(
        console,
        command,
        url,
        outcome={
            "url": found.url,
            "verdict": texts.named("callback_verdicts", found.verdict),
            "class": class_of(found.verdict),
            "rule": ruled(found.rule, texts),
            "is_sent": not found.reason.startswith(_NOT_SENT),
            "reason": found.reason,
            "why": texts.reason(found.reason),
            "then": found.then,
            "status": found.http_status or texts("callbacks.none"),
            "ms": found.duration_ms,
            "headers": [(each.name, each.value) for each in found.headers],
            "request": body_of(found.request, found.request_bytes, texts),
            "answer": body_of(found.answer, found.answer_bytes, texts),
        },
    )


def _page(
    console: Console,
    command: str,
    url: str,
    *,
    problem: str = "",
    detail: str = "",
    outcome: dict[str, Any] | None = None,
) -> Response:
    return console.page(
        "pages/callbacks/try.html",
        status=400 if problem else 200,
        command=command,
        url=url,
        commands=COMMANDS,
        problem=problem,
        detail=detail,
        outcome=outcome,
    )
