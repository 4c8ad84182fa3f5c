"""Structs as protobuf messages and back, for what clients may ask in either form. Pure.

OpenIM's JSON is named after its protobuf, so a struct's names on the wire are its message's too.
"""

from functools import cache
from typing import Any, Final, NamedTuple, TypeVar, cast

import msgspec
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from amity.errors import Code, ImError

S = TypeVar("S", bound=msgspec.Struct)
MOST_ENTRIES: Final = 10_000
"""Entries of any list in a request."""
MOST_IN_ALL: Final = 50_000
"""Entries of all lists in a message together: each costs time, however few bytes it has."""

# A message of which every field is empty has no bytes, and OpenIM's pure JavaScript client takes no bytes for no
# answer, and breaks. A field that no message has (number 15, the integer 0) is passed over by every decoder.
_NOTHING = b"\x78\x00"


def decode(data: bytes, message: type[Message], struct: type[S]) -> S:
    """Return what is in the bytes of a ``message``. Raises 1001, and nothing else, whatever the bytes are: for lists
    that are too long, too."""
    try:
        return msgspec.convert(_values_of(message.FromString(data)), struct)
    except DecodeError:
        raise ImError(Code.ARGS, f"{message.DESCRIPTOR.name}: the bytes are not this protobuf message") from None
    except msgspec.ValidationError as error:
        raise ImError(Code.ARGS, f"{message.DESCRIPTOR.name}: {error}") from None


def encode(answer: msgspec.Struct | bytes, message: type[Message]) -> bytes:
    """Return the bytes of a ``message`` with what is in the answer, at least one. Bytes are those of it already.

    Fields that amity's answers have in JSON, and OpenIM's messages have not, are left out.
    """
    if isinstance(answer, bytes):
        return answer or _NOTHING
    given = {}
    for attribute, name in _names_of(type(answer)):
        # What is empty is not written, and an empty map costs as much as all the rest.
        if value := getattr(answer, attribute):
            given[name] = msgspec.to_builtins(value, builtin_types=(bytes,))
    try:
        made = message(**given)
    except ValueError:  # Few answers have fields of amity's own, so that no other pays for looking.
        made = message(**_known(given, cast("Descriptor", message.DESCRIPTOR)))
    return made.SerializeToString() or _NOTHING


def _known(given: dict[str, Any], message: Descriptor) -> dict[str, Any]:
    """Return of a message's fields, and of those within them, those that it has."""
    fields = message.fields_by_name
    return {name: _known_in(value, fields[name].message_type) for name, value in given.items() if name in fields}


def _known_in(value: Any, message: Descriptor | None) -> Any:
    if message is None or value is None:
        return value
    if isinstance(value, list):
        return [_known_in(each, message) for each in value]
    if message.GetOptions().map_entry:
        inner = message.fields_by_name["value"].message_type
        return {key: _known_in(each, inner) for key, each in value.items()}
    return _known(value, message)


class _Field(NamedTuple):
    name: str
    is_text: bool
    is_message: bool
    is_repeated: bool


@cache
def _fields_of(message: Descriptor) -> tuple[_Field, ...]:
    return tuple(
        _Field(
            field.name,
            field.type == FieldDescriptor.TYPE_STRING,
            field.type == FieldDescriptor.TYPE_MESSAGE,
            field.is_repeated,
        )
        for field in message.fields
    )


@cache
def _flat_fields_of(message: Descriptor) -> tuple[tuple[str, bool], ...] | None:
    """Return the fields of a message that has neither lists nor messages, and whether each is a text; else ``None``."""
    fields = _fields_of(message)
    if any(field.is_message or field.is_repeated for field in fields):
        return None
    return tuple((field.name, field.is_text) for field in fields)


def _values_of(message: Message) -> dict[str, Any]:
    flat = _flat_fields_of(message.DESCRIPTOR)
    if flat is None:
        return _Reading().values(message)
    values = {}
    for name, is_text in flat:
        if value := getattr(message, name):
            if is_text:
                _require_storable(name, value)
            values[name] = value
    return values


@cache
def _names_of(struct: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """Return a struct's attributes with their names on the wire."""
    return tuple((field.name, field.encode_name) for field in msgspec.structs.fields(struct))


class _Reading:
    """Reads one message out, up to a number of entries."""

    def __init__(self) -> None:
        self._left = MOST_IN_ALL

    def values(self, message: Message) -> dict[str, Any]:
        """Return what is set in a message, or in one within it."""
        values = {}
        for field in _fields_of(message.DESCRIPTOR):
            name, is_text, is_message, is_repeated = field
            if is_message and not is_repeated:
                if message.HasField(name):
                    values[name] = self.values(getattr(message, name))
            elif value := getattr(message, name):
                if is_repeated:
                    self._count(name, len(value))
                    value = [self._single(field, each) for each in value]
                elif is_text:
                    _require_storable(name, value)
                values[name] = value
        return values

    def _single(self, field: _Field, value: Any) -> Any:
        if field.is_message:
            return self.values(value)
        if field.is_text:
            _require_storable(field.name, value)
        return value

    def _count(self, name: str, entries: int) -> None:
        if entries > MOST_ENTRIES:
            raise ImError(Code.ARGS, f"{name}: {entries} entries, and at most {MOST_ENTRIES} are allowed")
        self._left -= entries
        if self._left < 0:
            raise ImError(Code.ARGS, f"{name}: with it all lists have more than {MOST_IN_ALL} entries")


def _require_storable(name: str, text: str) -> None:
    if "\0" in text:  # PostgreSQL cannot store it
        raise ImError(Code.ARGS, f"{name}: must not hold the character U+0000")
