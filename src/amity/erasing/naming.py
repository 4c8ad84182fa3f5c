"""Whether what a log has names a user. Pure.

An id is a word: a log's texts have ids of one letter in every second line, as parts of other words.
"""

import re
from itertools import takewhile
from typing import Final

from amity.wire.conversation_ids import peers_in

# Patterns that begin with a character are found much faster than those that look behind.
_CONVERSATION: Final = re.compile(r'"((?:si|sn|n)_[^"\\]+)')
# A backslash before the first one is another one's: so a run of them is looked at once. JSON within a text has more.
_ESCAPED: Final = re.compile(r"(?<!\\)\\+u([0-9a-fA-F]{4})")


class Naming:
    """Whether texts name a user."""

    def __init__(self, user_id: str) -> None:
        self._user_id = user_id
        named = re.escape(user_id)
        # Behind the id of JSON within a text are backslashes; a body that was cut may end with the id.
        self._in_json = re.compile(rf'"{named}\\*(?:"|\Z)').search
        self._in_words = re.compile(rf"(?<![\w@.-]){named}(?![\w@-]|\.[\w@-])").search
        plain = "".join(takewhile(str.isascii, user_id))
        self.beginnings = (f'"{plain}', f"_{plain}")
        """JSON that names the user has one of these: what is before an id, and as much of it as JSON writes in no other
        way."""

    def in_words(self, text: str) -> bool:
        """Return whether a text for people has the id as a word."""
        return self._user_id in text and self._in_words(text) is not None

    def in_json(self, body: str) -> bool:
        """Return whether JSON, which may be cut, has the id as a whole text, or a conversation's id of this user.

        So does JSON within a text of it.
        """
        if not self._user_id.isascii() and "\\u" in body:
            body = _whole(_ESCAPED.sub(_character, body))
        if f'"{self._user_id}' in body and self._in_json(body) is not None:
            return True
        if f"_{self._user_id}" not in body and f"{self._user_id}_" not in body:
            return False
        return any(peers_in(found[1], self._user_id) for found in _CONVERSATION.finditer(body))


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


def _whole(text: str) -> str:
    """Return a text whose characters beyond U+FFFF are two halves, as JSON escapes them, with whole ones."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
