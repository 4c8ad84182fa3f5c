"""The form that finds messages, and what it found."""

import asyncio
import datetime as dt
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.context import Console
from amity.console.once import Once
from amity.console.pages.messages.contents import KINDS, Content, content_of
from amity.console.pages.messages.reading import called
from amity.console.refusing import refusal
from amity.errors import ImError
from amity.texts import cut, storable

PAGE: Final = 50
"""Messages of a page."""
_EXCERPT: Final = 200
_FIELDS: Final = ("sender", "receiver", "kind", "from", "to", "text")
_LEAST_CHARACTERS: Final = 2
_MOST_CHARACTERS: Final = 300
_LONGEST_TIME: Final = 32
_LARGEST: Final = 253_402_300_800_000
"""The end of the year 9999, in milliseconds since 1970."""


class Row(NamedTuple):
    """A message that was found, as ``SearchedMessage`` has it, and what it says."""

    conversation_id: str
    message: Any
    content: Content
    is_revoked: bool
    sender: str
    receiver: str
    """What the two are called."""


class Searching:
    """The page without a conversation."""

    def __init__(self, once: Once, *, searches_texts: bool) -> None:
        self._once = once
        self._searches_texts = searches_texts

    async def show(self, console: Console) -> Response:
        """Answer with the form, and with what was found if anything was asked for."""
        query = console.query
        given = {name: storable(query.get(name, "").strip()[:_MOST_CHARACTERS]) for name in _FIELDS}
        if not ("sender" in query or "before" in query):
            return self._page(console, given)
        try:
            times = {name: time_of(given[name]) for name in ("from", "to")}
        except ValueError:
            return self._page(console, given, problem=console.texts("messages.no_time"))
        if times["to"] and times["from"] >= times["to"]:
            return self._page(console, given, times, problem=console.texts("messages.no_span"))
        if given["kind"] not in {"", *map(str, KINDS)}:
            return self._page(console, given, times, problem=console.texts("messages.no_kind"))
        if given["text"] and len(given["text"]) < _LEAST_CHARACTERS:
            return self._page(console, given, times, problem=console.texts("messages.short"))
        body = {
            "sendID": given["sender"],
            "recvID": given["receiver"],
            "contentType": int(given["kind"] or 0),
            "sentFrom": times["from"],
            "sentBefore": times["to"],
            "keyword": given["text"],
            "before": console.number("before"),
            "count": PAGE,
        }
        about = " ".join(f"{name}={value}" for name, value in given.items() if value)
        try:
            async with self._once.audited(console, "messages.search", about):
                found = await console.call("/msg/find_msgs", body)
        except ImError as error:
            return self._page(console, given, times, problem=refusal(console.texts, "messages", error))
        logs = [each.chat_log for each in found.msgs]
        names = await called(console, (user_id for log in logs for user_id in (log.send_id, log.recv_id)))
        rows = await asyncio.to_thread(_rows, found.msgs, names)
        older = urlencode({**given, "before": found.next}) if found.next else ""
        return self._page(console, given, times, rows=rows, older=older, looked_to=found.looked_to)

    def _page(
        self,
        console: Console,
        given: Mapping[str, str],
        times: Mapping[str, int] | None = None,
        *,
        rows: list[Row] | None = None,
        problem: str = "",
        older: str = "",
        looked_to: int = 0,
    ) -> Response:
        return console.page(
            "pages/messages/messages.html",
            status=400 if problem else 200,
            given=given,
            times=times or {"from": 0, "to": 0},
            kinds=KINDS,
            searches_texts=self._searches_texts,
            rows=rows,
            problem=problem,
            older=older,
            newest=urlencode(given) if console.query.get("before") else "",
            looked_to=looked_to,
        )


def time_of(text: str) -> int:
    """Return a time in milliseconds since 1970; 0 for an empty text. It is such a number, which the page's script makes
    of the time in the reader's zone, or as 2026-01-31T10:00 in UTC. Raises ``ValueError``."""
    if not text:
        return 0
    if len(text) > _LONGEST_TIME or not text.isascii():
        raise ValueError(text)
    if text.isdigit():
        number = int(text)
    else:
        number = int(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC).timestamp()) * 1000
    if not 0 <= number < _LARGEST:
        raise ValueError(text)
    return number


def _rows(found: list[Any], names: Mapping[str, str]) -> list[Row]:
    rows = []
    for each in found:
        log = each.chat_log
        content = content_of(log.content_type, log.content.encode(errors="replace"))
        shown = content._replace(text="" if each.is_revoked else cut(content.text, _EXCERPT))
        sender = names.get(log.send_id) or log.sender_nickname
        receiver = names.get(log.recv_id) or log.recv_nickname
        rows.append(Row(each.conversation_id, log, shown, each.is_revoked, sender, receiver))
    return rows
