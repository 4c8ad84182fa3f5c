"""Taking back a message: a page that shows it and asks, and the form of that page."""

from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.context import Console
from amity.console.once import Once
from amity.console.pages.messages.reading import Line, lines_of, names_of
from amity.console.refusing import refusal
from amity.errors import Code, ImError

_TEMPLATE: Final = "pages/messages/taking_back.html"


class TakingBack:
    """``take-back`` below the page."""

    def __init__(self, once: Once) -> None:
        self._once = once

    async def ask(self, console: Console) -> Response:
        """Answer with the message, and with the question whether to take it back. Raises ``ImError``."""
        conversation, user = console.query.get("conversation", ""), console.query.get("user", "")
        return await self._page(console, conversation, user, console.number("seq"))

    async def do(self, console: Console) -> Response:
        """Take the message back. One that is taken back already is no error: somebody else was first."""
        form = console.form
        conversation, user = form.get("conversation", ""), form.get("user", "")
        seq = int(text) if (text := form.get("seq", "")).isdecimal() and len(text) < 18 else 0
        there = urlencode({"conversation": conversation, "user": user, "seq": seq})
        try:
            _, line = await self._read(console, conversation, user, seq)
            # Whoever sent it has the conversation, also where it was erased.
            body = {"conversationID": conversation, "seq": seq, "userID": line.message.send_id or user}
            await console.act("messages.take_back", "/msg/revoke_msg", body, about=f"{conversation} {seq}")
        except ImError as error:
            if error.code == Code.MSG_ALREADY_REVOKED:
                return console.redirect(f"/console/messages?{there}&said=said.messages.was_taken_back")
            return await self._page(console, conversation, user, seq, refusal(console.texts, "messages", error))
        return console.redirect(f"/console/messages?{there}&said=said.messages.taken_back")

    async def _page(self, console: Console, conversation: str, user: str, seq: int, problem: str = "") -> Response:
        found, line = await self._read(console, conversation, user, seq)
        return console.page(
            _TEMPLATE,
            status=400 if problem else 200,
            problem=problem,
            conversation=conversation,
            user=user,
            seq=seq,
            found=found,
            line=line,
            back=urlencode({"conversation": conversation, "user": user, "seq": seq}),
        )

    async def _read(self, console: Console, conversation: str, user: str, seq: int) -> tuple[Any, Line]:
        """Return the message. Raises ``ImError``, 1004, if it is not there."""
        body = {"conversationID": conversation, "userID": user, "begin": max(seq, 1), "num": 1}
        async with self._once.audited(console, "messages.read", conversation):
            found = await console.call("/msg/get_conversation_msgs", body)
        if not found.msgs or found.msgs[0].seq != seq:
            raise ImError(Code.RECORD_NOT_FOUND, console.texts("messages.no_message", seq=seq))
        return found, lines_of(found.msgs, await names_of(console, found))[0]
