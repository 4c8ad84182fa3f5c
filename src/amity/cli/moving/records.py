"""Read and write a file of records, one JSON object a line, as ``amity export`` writes it."""

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

import msgspec

from amity.client.moving import LISTS, Record
from amity.client.types.moving import (
    ApplicationRecord,
    BlackRecord,
    ChatRecord,
    FriendRecord,
    GroupApplicationRecord,
    GroupRecord,
    MemberRecord,
    MessageRecord,
    UserRecord,
)
from amity.importing.lines import BadLine, Text, TextFile, no_json
from amity.importing.source import FileProblem, Source


class End(msgspec.Struct, tag_field="kind", tag="end", kw_only=True, rename="camel"):
    """The last line: the number of records of each kind before it. A file without it may be truncated."""

    users: int = 0
    friends: int = 0
    applications: int = 0
    blacks: int = 0
    groups: int = 0
    group_members: int = 0
    group_applications: int = 0
    messages: int = 0
    chats: int = 0


class Key(NamedTuple):
    """The identity of a record. ``user`` is a group's own id, and who sent a message of a group. ``other`` is empty for
    a user and a group; of a message and a chat it has the form, too."""

    kind: str
    user: str
    other: str


class GoodRecord(NamedTuple):
    """A line with a record. The line has ``size`` characters."""

    number: int
    record: Record
    size: int


_ALONE = ("user", "group")
_OF_GROUPS = ("group", "member", "groupApplication")
_decode = msgspec.json.Decoder(Record | End).decode
_encode = msgspec.json.Encoder().encode
_kind = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def line_of(record: Record | End) -> bytes:
    """Return the line of a record."""
    return _encode(record) + b"\n"


def key_of(record: Record) -> Key:
    """Return the key of a record."""
    match record:
        case UserRecord():
            return Key("user", record.user_id, "")
        case FriendRecord():
            return Key("friend", record.owner_user_id, record.friend_user_id)
        case ApplicationRecord():
            return Key("application", record.from_user_id, record.to_user_id)
        case BlackRecord():
            return Key("black", record.owner_user_id, record.black_user_id)
        case GroupRecord():
            return Key("group", record.group_id, "")
        case MemberRecord():
            return Key("member", record.user_id, record.group_id)
        case GroupApplicationRecord():
            return Key("groupApplication", record.user_id, record.group_id)
        case MessageRecord() if record.group_id:
            return Key("message", record.send_id, f"{record.group_id} {record.form} {record.seq}")
        case ChatRecord() if record.group_id:
            return Key("chat", record.owner_user_id or record.group_id, f"{record.group_id} {record.form}")
        case MessageRecord():
            return Key("message", record.user_id1 or record.user_id2, f"{record.user_id2} {record.form} {record.seq}")
        case ChatRecord():
            # Notifications of one user have nobody else.
            names_both = record.user_id or record.form == 11
            return Key("chat", record.owner_user_id, f"{record.user_id} {record.form}" if names_both else "")


def holds_records(source: Source) -> bool:
    """Return whether the first line of a file is a record, which has a ``kind``, unlike a pair. False if the file
    cannot be read."""
    with suppress(FileProblem, msgspec.DecodeError, RecursionError):
        for line in TextFile(source).texts():
            return isinstance(line, Text) and line.text.lstrip().startswith("{") and "kind" in _kind(line.text)
    return False


class RecordFile(TextFile):
    """A file of records. After ``lines`` is exhausted, ``counts`` has the number of records of each kind, and ``end``
    the last line if there is one."""

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self.counts = dict.fromkeys(LISTS.values(), 0)
        self.end: End | None = None

    def lines(self) -> Iterator[GoodRecord | BadLine]:
        """Yield every line that is not blank, except the last one. Raises ``FileProblem``, also if the numbers of the
        last line are wrong."""
        self.counts = dict.fromkeys(LISTS.values(), 0)
        self.end = None
        bad = 0
        for line in self.texts():
            if self.end is not None:
                raise FileProblem(f"line {line.number} comes after the end of the records")
            parsed = line if isinstance(line, BadLine) else _parsed(line)
            if isinstance(parsed, End):
                self.end = parsed
                continue
            if isinstance(parsed, BadLine):
                bad += 1
            else:
                self.counts[LISTS[type(parsed.record)]] += 1
            yield parsed
        if self.end is not None and not bad and msgspec.structs.asdict(self.end) != self.counts:
            name = self.source.name
            raise FileProblem(f"{name} has other records than its last line says: it was cut short or changed")


def _parsed(line: Text) -> GoodRecord | BadLine | End:
    try:
        record = _decode(line.text)
    except msgspec.ValidationError as error:
        return BadLine(line.number, f"is no record: {str(error).replace('`', '')}")
    except (msgspec.DecodeError, RecursionError) as error:
        return no_json(line.number, error)
    if isinstance(record, End):
        return record
    key = key_of(record)
    if not key.user or (key.kind not in _ALONE and not key.other):
        missing = "group" if key.kind in _OF_GROUPS and (key.user or key.kind in _ALONE) else "user"
        return BadLine(line.number, f"is a record of the kind {key.kind} that names no {missing}")
    return GoodRecord(line.number, record, len(line.text))
