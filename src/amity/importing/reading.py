"""Read a file of friendships: CSV (also as spreadsheets write it) or JSON lines, plain or gzip."""

import io
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from amity.importing.headers import plain_name
from amity.importing.lines import BadLine, Pace, Text, TextFile, no_json, texts_of
from amity.importing.source import Readable
from amity.importing.table import Beginning, Column, beginning_of, json_or_rows

ID_LIMIT = 4096
"""Characters of an id. The server has the stricter rules."""

OWNER = Column("ownerUserID", frozenset(("owneruserid", "ownerid", "owner")))
FRIEND = Column("friendUserID", frozenset(("frienduserid", "friendid", "friend")))
_FRIENDS_NAMES = frozenset(("frienduserids", "friendids", "friends"))


class GoodLine(NamedTuple):
    """An owner and its friends on a line, as texts without surrounding blanks."""

    number: int
    owner: str
    friends: tuple[str, ...]


Line = GoodLine | BadLine


class FriendshipFile(TextFile):
    """A file of pairs. ``columns`` is the value of the option ``--columns``."""

    def __init__(
        self, source: Readable, columns: str | None = None, pace: Pace | None = None, *, line_limit: int | None = None
    ) -> None:
        super().__init__(source, pace, line_limit=line_limit)
        self._columns = columns

    def beginning(self, most: int) -> Beginning:
        """Return how the file begins, with up to ``most`` rows. Raises ``FileProblem``."""
        return beginning_of(self.texts(), (OWNER, FRIEND), 2, self._columns, most)

    def lines(self) -> Iterator[Line]:
        """Yield every line that is not blank and not the header. Raises ``FileProblem``."""
        return _parsed(self.texts(), self._columns)


def parse(stream: io.BufferedReader, columns: str | None = None) -> Iterator[Line]:
    """Yield the lines of a stream of pairs. Gzip data is decompressed first. Raises ``FileProblem``."""
    return _parsed(texts_of(stream), columns)


def _parsed(texts: Iterator[Text | BadLine], columns: str | None) -> Iterator[Line]:
    return json_or_rows(
        texts,
        (OWNER, FRIEND),
        2,
        columns,
        lambda line: _json_line(line.number, line.text),
        lambda row: _checked(row.number, row.cells[0], (row.cells[1],)),
    )


def _json_line(number: int, text: str) -> Line:
    try:
        entry = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        return no_json(number, error)
    if not isinstance(entry, dict):
        return BadLine(number, "is not a JSON object")
    owner: object = None
    friends: object = None
    for name, value in entry.items():
        plain = plain_name(name)
        if plain in OWNER.known_as:
            owner = value
        elif plain in FRIEND.known_as or plain in _FRIENDS_NAMES:
            if friends is not None:
                return BadLine(number, "names its friends twice")
            friends = [value] if isinstance(value, str) and plain in FRIEND.known_as else value
    return _checked_json(number, owner, friends)


def _checked_json(number: int, owner: object, friends: object) -> Line:
    if owner is None or friends is None:
        return BadLine(number, f"has no {'ownerUserID' if owner is None else 'friendUserID'}")
    if not isinstance(owner, str):
        return BadLine(number, "ownerUserID is not text")
    if not isinstance(friends, list) or not all(isinstance(friend, str) for friend in friends):
        return BadLine(number, "friendUserID is not text, or friendUserIDs not a list of texts")
    if not friends:
        return BadLine(number, "friendUserIDs is an empty list")
    return _checked(number, owner, tuple(friends))


def _checked(number: int, owner: str, friends: tuple[str, ...]) -> Line:
    owner = owner.strip()
    if wrong := _wrong_with(owner):
        return BadLine(number, f"ownerUserID {wrong}")
    stripped = tuple(friend.strip() for friend in friends)
    for friend in stripped:
        if wrong := _wrong_with(friend):
            return BadLine(number, f"friendUserID {wrong}")
        if friend == owner:
            return BadLine(number, f"makes {owner} a friend of itself")
    return GoodLine(number, owner, stripped)


def _wrong_with(user_id: str) -> str:
    """Return why a text cannot be a user id on any server; empty if it can. The server has the stricter rules."""
    if not user_id:
        return "is empty"
    if not user_id.isprintable() or " " in user_id:
        return "has a blank or a control character in it"
    if len(user_id) > ID_LIMIT:
        return f"is longer than {ID_LIMIT} characters"
    return ""
