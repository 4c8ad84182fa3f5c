"""Read a file of another system's messages, one JSON object a line."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from amity.client.types.moving import HistoryMessage
from amity.importing.lines import BadLine, Text, TextFile, no_json

LATEST: Final = 2**63 - 1


class Line(HistoryMessage, kw_only=True):
    """A message as a line has it. Its content goes to the server as it is written."""

    content: msgspec.Raw = msgspec.Raw()


class GoodLine(NamedTuple):
    """A line that may be sent, by its number in the file and its length in characters."""

    number: int
    message: Line
    size: int
    unknown: tuple[str, ...] = ()
    """Fields that a message does not have."""


class _StrictLine(Line, kw_only=True, forbid_unknown_fields=True):
    """A message without any other field."""


_decode = msgspec.json.Decoder(Line).decode
_decode_strictly = msgspec.json.Decoder(_StrictLine).decode
_fields = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_NO_GROUP: Final = msgspec.Raw(b"null")
_NOWHERE: Final = (b"null", b'""')
"""What the ``groupID`` of a message is that is in no group: other systems write all fields."""
_KNOWN: Final = frozenset(Line.__struct_encode_fields__)


def parsed(line: Text) -> GoodLine | BadLine:
    """Return the message of a line, or why it has none. The server checks further."""
    unknown: tuple[str, ...] = ()
    try:
        try:
            message: Line = _decode_strictly(line.text)
        except msgspec.ValidationError:
            message = _decode(line.text)
            fields = _fields(line.text)
            if bytes(fields.get("groupID", _NO_GROUP)) not in _NOWHERE:
                return BadLine(line.number, "is a message of a group: messages of groups cannot be imported here")
            unknown = tuple(name for name in fields if name not in _KNOWN)
    except msgspec.ValidationError as error:
        return BadLine(line.number, f"is no message: {str(error).replace('`', '')}")
    except (msgspec.DecodeError, RecursionError) as error:
        return no_json(line.number, error)
    for name, value in (("sendID", message.send_id), ("recvID", message.recv_id)):
        if not value:
            return BadLine(line.number, f"has no {name}")
    if not 0 < message.send_time <= LATEST:
        return BadLine(line.number, "has no sendTime in milliseconds since 1970")
    if not bytes(message.content):
        return BadLine(line.number, "has no content")
    if message.content_type <= 0:
        return BadLine(line.number, "has no contentType")
    return GoodLine(line.number, message, len(line.text), unknown)


class HistoryFile(TextFile):
    """A file of messages."""

    def lines(self) -> Iterator[GoodLine | BadLine]:
        """Yield every line that is not blank. Raises ``FileProblem``."""
        for line in self.texts():
            yield line if isinstance(line, BadLine) else parsed(line)
