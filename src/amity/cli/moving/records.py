"""A file of records, one JSON object a line: what ``amity export`` writes and ``amity import`` reads back."""

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import msgspec

from amity.cli.importing.lines import BadLine, Text, TextFile
from amity.cli.importing.source import FileProblem, Source
from amity.client.moving import LISTS, Record
from amity.client.types.moving import ApplicationRecord, BlackRecord, FriendRecord, UserRecord


class End(msgspec.Struct, tag_field="kind", tag="end", kw_only=True):
    """The last line: how many records of each kind come before it. A file without it may have been cut short."""

    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0


class Key(NamedTuple):
    """Which record it is: of one kind there is one about these users. ``other`` is empty for a user."""

    kind: str
    user: str
    other: str


class GoodRecord(NamedTuple):
    """A line with a record, ``size`` characters long."""

    number: int
    record: Record
    size: int


_decode = msgspec.json.Decoder(UserRecord | FriendRecord | ApplicationRecord | BlackRecord | End).decode
_encode = msgspec.json.Encoder().encode
_kind = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def line_of(record: Record | End) -> bytes:
    """Return the line that says a record."""
    return _encode(record) + b"\n"


def key_of(record: Record) -> Key:
    """Say which record it is."""
    match record:
        case UserRecord():
            return Key("user", record.user_id, "")
        case FriendRecord():
            return Key("friend", record.owner_user_id, record.friend_user_id)
        case ApplicationRecord():
            return Key("application", record.from_user_id, record.to_user_id)
        case BlackRecord():
            return Key("black", record.owner_user_id, record.black_user_id)


def holds_records(source: Source) -> bool:
    """Whether a file is one of records, by its first line: pairs have no ``kind``. What cannot be read is none."""
    with suppress(FileProblem, msgspec.DecodeError, RecursionError):
        for line in TextFile(source).texts():
            return isinstance(line, Text) and line.text.lstrip().startswith("{") and "kind" in _kind(line.text)
    return False


class RecordFile(TextFile):
    """A file of records, read as often as it is gone through. After ``lines`` is exhausted, ``counts`` has the number
    of records of each kind, and ``end`` the last line where there is one."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.counts = dict.fromkeys(LISTS.values(), 0)
        self.end: End | None = None

    def lines(self) -> Iterator[GoodRecord | BadLine]:
        """Yield every line that is not blank, but for the last one. Raises ``FileProblem``, also for a file that does
        not have what its last line says."""
        self.counts = dict.fromkeys(LISTS.values(), 0)
        self.end = None
        bad = 0
        for line in self.texts():
            if self.end is not None:
                raise FileProblem(f"line {line.number} comes after the end of the records")
            understood = line if isinstance(line, BadLine) else _understood(line)
            if isinstance(understood, End):
                self.end = understood
                continue
            if isinstance(understood, BadLine):
                bad += 1
            else:
                self.counts[LISTS[type(understood.record)]] += 1
            yield understood
        if self.end is not None and not bad and msgspec.structs.asdict(self.end) != self.counts:
            name = self.source.name
            raise FileProblem(f"{name} has other records than its last line says: it was cut short or changed")


def _understood(line: Text) -> GoodRecord | BadLine | End:
    try:
        record = _decode(line.text)
    except msgspec.ValidationError as error:
        return BadLine(line.number, f"is no record: {str(error).replace('`', '')}")
    except msgspec.DecodeError as error:
        return BadLine(line.number, f"is not JSON: {error}")
    except RecursionError:
        return BadLine(line.number, "is nested too deeply")
    if isinstance(record, End):
        return record
    key = key_of(record)
    if not key.user or (key.kind != "user" and not key.other):
        return BadLine(line.number, f"is a record of the kind {key.kind} that names no user")
    return GoodRecord(line.number, record, len(line.text))
