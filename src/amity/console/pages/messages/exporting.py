"""A conversation as a file: JSON lines with all that is stored, or a table for people."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any, Final

import msgspec
from starlette.responses import Response

from amity.console.context import Console
from amity.console.download import Download
from amity.console.pages.messages.contents import content_of
from amity.console.rendering import moment
from amity.console.tables import MARK, table_of
from amity.console.texts.catalogue import Texts
from amity.errors import Code, ImError

_PART: Final = 100
"""Messages that are read and written at a time."""
_MOST_AT_ONCE: Final = 4
"""Exports of this process at the same time."""
_MOST_OF_ADMIN: Final = 2
"""Those of one administrator, so that the others can export, too."""
_COLUMNS: Final = ("seq", "time", "sendID", "senderNickname", "contentType", "kind", "text")
_encode = msgspec.json.Encoder().encode
Written = Callable[[Texts, str, Sequence[Any]], bytes]


class Exporting:
    """``export`` below the page."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()

    async def do(self, console: Console) -> Response:
        """Answer with the file. It has the messages up to the last one that was there when it began."""
        conversation, user = console.form.get("conversation", ""), console.form.get("user", "")
        form = console.form.get("form", "")
        if form not in _FORMS:
            raise ImError(Code.ARGS, "form: is jsonl or csv")
        if self._running[console.session.user_id] >= _MOST_OF_ADMIN:
            raise ImError(Code.READS_LIMIT, console.texts("messages.own_exports", most=_MOST_OF_ADMIN))
        if self._running.total() >= _MOST_AT_ONCE:
            raise ImError(Code.READS_LIMIT, console.texts("messages.many_exports", most=_MOST_AT_ONCE))
        kind, ending, write = _FORMS[form]
        parts = self._parts(console, conversation, user, write)
        first = await anext(parts)
        return Download(parts, f"{conversation}.{ending}", kind, is_open=console.is_open, first=first)

    async def _parts(
        self, console: Console, conversation: str, user: str, write: Written
    ) -> AsyncGenerator[bytes, None]:
        self._running[console.session.user_id] += 1
        try:
            async with console.audited("messages.export", about=conversation):
                begin, last = 1, 0
                while begin:
                    body = {"conversationID": conversation, "userID": user, "begin": begin, "num": _PART}
                    found = await console.call("/msg/get_conversation_msgs", body)
                    last = last or found.max_seq
                    messages = [message for message in found.msgs if message.seq <= last]
                    head = _head(write) if begin == 1 else b""
                    yield head + await asyncio.to_thread(write, console.texts, conversation, messages)
                    begin = found.next if found.next <= last else 0
        finally:
            self._running[console.session.user_id] -= 1


def _head(write: Written) -> bytes:
    return MARK + table_of([_COLUMNS]) if write is _table else b""


def _lines(_texts: Texts, conversation: str, messages: Sequence[Any]) -> bytes:
    """Return a line of JSON for each message, with all its fields by their names on the wire. Its content is a text,
    exactly as it is stored."""
    return b"".join(_encode(_fields(conversation, message)) + b"\n" for message in messages)


def _fields(conversation: str, message: Any) -> dict[str, Any]:
    fields = msgspec.to_builtins(message, builtin_types=(bytes,))
    return {"conversationID": conversation, **fields, "content": message.content.decode(errors="replace")}


def _table(texts: Texts, _conversation: str, messages: Sequence[Any]) -> bytes:
    """Return a row for each message."""
    return table_of(_row(texts, message) for message in messages)


def _row(texts: Texts, message: Any) -> tuple[object, ...]:
    content = content_of(message.content_type, message.content, most=0)
    return (
        message.seq,
        moment(message.send_time),
        message.send_id,
        message.sender_nickname,
        message.content_type,
        texts.named("kinds", str(message.content_type)),
        texts("messages.not_shown") if content.fails else " ".join((content.text, *content.links)),
    )


_FORMS: Final[dict[str, tuple[str, str, Written]]] = {
    "jsonl": ("application/jsonl", "jsonl", _lines),
    "csv": ("text/csv; charset=utf-8", "csv", _table),
}
"""By the form's choice: the type, how the name ends, and what writes it."""
