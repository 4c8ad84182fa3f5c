"""What of a file of messages is probably a mistake, and what no server would take."""

from typing import Any, Final, NamedTuple

import msgspec

from amity.cli.history.reading import GoodLine, Line
from amity.errors import ImError
from amity.moving.history.drafting import require_message
from amity.moving.history.models import HistoryMessage

YEAR_2000_MS: Final = 946_684_800_000
MOST_KINDS: Final = 20
"""Notes of different texts. A file may have any number of unknown fields, and of reasons to skip a message."""


class Note(NamedTuple):
    """A note on ``messages`` lines, of which ``line`` is the first."""

    text: str
    messages: int
    line: int

    def facts(self) -> dict[str, Any]:
        """Return the note for the JSON summary."""
        return {"note": self.text, "messages": self.messages, "line": self.line}


class Notes:
    """Collects notes. With ``skips`` those on messages that a server would skip, whatever it holds; ``now`` is this
    machine's time, in milliseconds since 1970."""

    def __init__(self, now: int, *, skips: bool) -> None:
        self._now = now
        self._skips = skips
        self._found: dict[str, tuple[int, int]] = {}

    def look(self, line: GoodLine) -> None:
        """Note what there is to say of a line."""
        for field in line.unknown:
            self._add(f"unknown field, which is left out: {field[:100]}", line.number)
        for field, time in (("sendTime", line.message.send_time), ("createTime", line.message.create_time)):
            if 0 < time < YEAR_2000_MS:
                self._add(f"{field} is before the year 2000: it counts milliseconds, not seconds", line.number)
        if self._skips and (reason := _refusal(line.message, self._now)):
            self._add(f"would be skipped: {reason[:300]}", line.number)

    def found(self) -> list[Note]:
        """Return the notes, in the order in which their first lines were read."""
        return [Note(text, *counted) for text, counted in self._found.items()]

    def _add(self, text: str, number: int) -> None:
        if text not in self._found and len(self._found) >= MOST_KINDS:
            text = "further notes of other kinds"
        messages, first = self._found.get(text, (0, number))
        self._found[text] = (messages + 1, first)


def _refusal(message: Line, now: int) -> str:
    """Return why every server skips a message; empty where none does."""
    try:
        require_message(msgspec.convert(message, HistoryMessage, from_attributes=True), now)
    except msgspec.ValidationError as error:
        return str(error).replace("`", "")
    except ImError as error:
        return error.detail
    return ""
