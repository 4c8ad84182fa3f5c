"""A friendship file, line by line: CSV or JSON lines, packed with gzip or not, whatever a spreadsheet made of it."""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

# No id or list of ids that an import could use is longer; a file without line breaks is not read into memory whole.
LINE_LIMIT = 16 * 1024 * 1024
ID_LIMIT = 4096

_OWNER_NAMES = frozenset(("owneruserid", "ownerid", "owner"))
_FRIEND_NAMES = frozenset(("frienduserid", "friendid", "friend"))
_FRIENDS_NAMES = frozenset(("frienduserids", "friendids", "friends"))


class FileProblem(Exception):
    """The file cannot be read at all; the text says why and from which line on."""


class GoodLine(NamedTuple):
    """An owner and the friends named beside it, as text without surrounding blanks."""

    number: int
    owner: str
    friends: tuple[str, ...]


class BadLine(NamedTuple):
    """A line that says nothing usable; ``number`` counts from 1, blank lines included."""

    number: int
    reason: str


class Text(NamedTuple):
    """A line as it stands, without its end; not blank."""

    number: int
    text: str


Line = GoodLine | BadLine
_Parse = Callable[[int, str], Line]


class _Hashing(io.RawIOBase):
    """Hashes what is read through it, so that the hash is that of the very bytes that were understood."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.hash = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.hash.update(data)
        return len(data)


class TextFile:
    """Reads one file once. After ``texts`` is exhausted, ``sha256`` is the hash of its bytes, in hexadecimal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sha256 = ""

    def texts(self) -> Iterator[Text | BadLine]:
        """Yield every line that is not blank. Raises ``FileProblem``."""
        try:
            with self.path.open("rb") as file:
                hashing = _Hashing(file)
                yield from texts_of(io.BufferedReader(hashing, 1 << 20))
                self.sha256 = hashing.hash.hexdigest()
        except OSError as error:
            raise FileProblem(f"{self.path}: {error.strerror or error}") from None


class FriendshipFile(TextFile):
    """A file of pairs."""

    def lines(self) -> Iterator[Line]:
        """Yield every line that is not blank and not the header. Raises ``FileProblem``."""
        return _understood(self.texts())


def parse(stream: io.BufferedReader) -> Iterator[Line]:
    """Yield the lines of a stream of pairs, unpacking it first if it is gzip data. Raises ``FileProblem``."""
    return _understood(texts_of(stream))


def _understood(texts: Iterator[Text | BadLine]) -> Iterator[Line]:
    understand: _Parse | None = None
    for line in texts:
        if isinstance(line, BadLine):
            yield line
            continue
        if understand is None:
            understand, is_header = _format_of(line.text)
            if is_header:
                continue
        yield understand(line.number, line.text)


def texts_of(stream: io.BufferedReader) -> Iterator[Text | BadLine]:
    """Yield the lines of a stream that are not blank, unpacking it first if it is gzip data. Raises ``FileProblem``."""
    number = 0
    try:
        if stream.peek(2)[:2] == b"\x1f\x8b":
            unpacked: BinaryIO = io.BufferedReader(gzip.GzipFile(fileobj=stream, mode="rb"), 1 << 20)
        else:
            unpacked = stream
        for number, raw in _numbered(unpacked):
            try:
                text = raw.decode()
            except UnicodeDecodeError as error:
                yield BadLine(number, f"is not UTF-8 text (byte {error.start + 1} of the line)")
                continue
            if text and not text.isspace():
                yield Text(number, text)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise FileProblem(f"the gzip data is damaged or cut short after line {number}: {error}") from None
    if number == 0:
        raise FileProblem("the file is empty")


def _numbered(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines without their ends, which may be those of Unix, Windows or an old Mac, and without a BOM."""
    number = 0
    while line := stream.readline(LINE_LIMIT + 1):
        if len(line) > LINE_LIMIT:
            raise FileProblem(f"line {number + 1} is longer than {LINE_LIMIT >> 20} MiB: this is no friendship file")
        if number == 0:
            if line[:2] in {b"\xff\xfe", b"\xfe\xff"}:
                raise FileProblem("the file is UTF-16: save it as UTF-8")
            line = line.removeprefix(b"\xef\xbb\xbf")
        line = line.rstrip(b"\r\n")
        if b"\r" not in line:
            number += 1
            yield number, line
            continue
        for part in line.split(b"\r"):
            number += 1
            yield number, part


def _format_of(first: str) -> tuple[_Parse, bool]:
    """Tell from the first line that is not blank how to read the file, and whether that line is a header."""
    if first.lstrip().startswith("{"):
        return _json_line, False
    if first.lstrip().startswith("["):
        raise FileProblem("the file is one JSON array: write one JSON object per line instead")
    delimiter = next((mark for mark in (",", ";", "\t") if mark in first), ",")
    try:
        names = [_plain_name(cell) for cell in _cells(first, delimiter)]
    except csv.Error:
        names = []
    owners = [column for column, name in enumerate(names) if name in _OWNER_NAMES]
    friends = [column for column, name in enumerate(names) if name in _FRIEND_NAMES]
    if not owners and not friends:
        return _CsvLine(delimiter, 0, 1, 2), False
    if len(owners) != 1 or len(friends) != 1:
        raise FileProblem("the header needs one column ownerUserID and one column friendUserID")
    return _CsvLine(delimiter, owners[0], friends[0], len(names)), True


def _plain_name(name: str) -> str:
    return name.strip().lower().replace("_", "").replace(" ", "")


def _cells(text: str, delimiter: str) -> list[str]:
    if '"' not in text:
        return text.split(delimiter)
    # One line at a time: a quote that is never closed spoils its own line, not the rest of the file.
    return next(csv.reader([text], delimiter=delimiter, strict=True, skipinitialspace=True))


class _CsvLine:
    """Reads one line of CSV with known columns."""

    def __init__(self, delimiter: str, owner: int, friend: int, columns: int) -> None:
        self._delimiter = delimiter
        self._owner = owner
        self._friend = friend
        self._columns = columns

    def __call__(self, number: int, text: str) -> Line:
        try:
            cells = _cells(text, self._delimiter)
        except csv.Error as error:
            return BadLine(number, f"is not CSV: {error}")
        if len(cells) != self._columns:
            return BadLine(number, f"has {len(cells)} columns where {self._columns} are expected")
        return _checked(number, cells[self._owner], (cells[self._friend],))


def _json_line(number: int, text: str) -> Line:
    try:
        entry = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        return BadLine(number, f"is not JSON: {error}")
    except RecursionError:
        return BadLine(number, "is nested too deeply")
    if not isinstance(entry, dict):
        return BadLine(number, "is not a JSON object")
    owner: object = None
    friends: object = None
    for name, value in entry.items():
        plain = _plain_name(name)
        if plain in _OWNER_NAMES:
            owner = value
        elif plain in _FRIEND_NAMES or plain in _FRIENDS_NAMES:
            if friends is not None:
                return BadLine(number, "names its friends twice")
            friends = [value] if isinstance(value, str) and plain in _FRIEND_NAMES else value
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
    """Say why a text is no user id anywhere, or nothing. Which ids a server knows is for the server to say."""
    if not user_id:
        return "is empty"
    if not user_id.isprintable() or " " in user_id:
        return "has a blank or a control character in it"
    if len(user_id) > ID_LIMIT:
        return f"is longer than {ID_LIMIT} characters"
    return ""
