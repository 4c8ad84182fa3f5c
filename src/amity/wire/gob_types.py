"""The types of gob: what a stream defines, and values of any type. Pure.

Source: https://pkg.go.dev/encoding/gob ("Encoding Details").
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

_MOST_VALUES = 1000
"""Values that are read with one cursor, each element and each field counted."""
_DEEPEST = 32
"""Values inside each other."""

INT, BYTES, STRING = 2, 5, 6
"""Type ids that every stream knows: those of what is read and written."""
_COMPLEX, _INTERFACE = 7, 8
_NUMBERS = frozenset({1, 3, 4})  # bool, uint and float: each is one unsigned integer
_WIRE_TYPE, _ARRAY, _COMMON, _SLICE, _STRUCT, _FIELD, _FIELDS, _MAP, _ENCODER = range(16, 25)
OWN = 64
"""The first type id that a stream may define."""


class GobError(ValueError):
    """The bytes are not the gob of one struct. The text says why, without repeating them."""


class Struct(NamedTuple):
    """A struct's fields, in the order of their numbers."""

    names: tuple[str, ...]
    types: tuple[int, ...]


class _List(NamedTuple):
    """An array or a slice."""

    element: int


class _Pairs(NamedTuple):
    """A map."""

    key: int
    element: int


class _Opaque(NamedTuple):
    """A type that writes itself, as bytes."""


Shape = Struct | _List | _Pairs | _Opaque

# What definitions are made of: they are values themselves, of these types.
_OF_DEFINITIONS: Final[Mapping[int, Shape]] = {
    _WIRE_TYPE: Struct(
        ("ArrayT", "SliceT", "StructT", "MapT", "GobEncoderT", "BinaryMarshalerT", "TextMarshalerT"),
        (_ARRAY, _SLICE, _STRUCT, _MAP, _ENCODER, _ENCODER, _ENCODER),
    ),
    _ARRAY: Struct(("CommonType", "Elem", "Len"), (_COMMON, INT, INT)),
    _COMMON: Struct(("Name", "Id"), (STRING, INT)),
    _SLICE: Struct(("CommonType", "Elem"), (_COMMON, INT)),
    _STRUCT: Struct(("CommonType", "Field"), (_COMMON, _FIELDS)),
    _FIELD: Struct(("Name", "Id"), (STRING, INT)),
    _FIELDS: _List(_FIELD),
    _MAP: Struct(("CommonType", "Key", "Elem"), (_COMMON, INT, INT)),
    _ENCODER: Struct(("CommonType",), (_COMMON,)),
}


class Cursor:
    """Reads values of any type, one after the other. ``at`` is where the next one starts."""

    __slots__ = ("_left", "_stream", "_types", "at")

    def __init__(self, stream: bytes, types: Mapping[int, Shape]) -> None:
        self.at = 0
        self._stream = stream
        self._types = types
        self._left = _MOST_VALUES

    def value(self, type_id: int, depth: int = 0) -> Any:
        """Return the value that stands here, and go past it.

        A struct is a dictionary without its zeros, a map a list of pairs; floats and what types write themselves are
        left as they are written, and what is in an interface is not looked at. Raises ``GobError``, ``IndexError``
        where the stream ends too early, ``UnicodeDecodeError`` for a text that is not UTF-8.
        """
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise GobError("it has too many values, or too many inside each other")
        if type_id == INT:
            return self._signed()
        if type_id in _NUMBERS:
            return self._unsigned()
        if type_id == STRING:
            return self._piece().decode()
        if type_id == BYTES:
            return self._piece()
        if type_id == _COMPLEX:
            return self._unsigned(), self._unsigned()
        if type_id == _INTERFACE:
            return self._interface()
        return self._defined(self._types.get(type_id), depth + 1)

    def _defined(self, shape: Shape | None, depth: int) -> Any:
        match shape:
            case Struct():
                return self._struct(shape, depth)
            case _List(element):
                return [self.value(element, depth) for _ in range(self._unsigned())]
            case _Pairs(key, element):
                return [(self.value(key, depth), self.value(element, depth)) for _ in range(self._unsigned())]
            case _Opaque():
                return self._piece()
            case _:
                raise GobError("a type is not defined")

    def _struct(self, shape: Struct, depth: int) -> dict[str, Any]:
        values = {}
        number = -1
        while delta := self._unsigned():
            number += delta
            if number >= len(shape.names):
                raise GobError("a field is not in its struct's definition")
            values[shape.names[number]] = self.value(shape.types[number], depth)
        return values

    def _interface(self) -> None:
        """Go past an interface: the name of the type that is in it, that type's id, a length, the value. An empty name
        is nil.

        A type that the stream has not defined by then is defined in between, which tears the value apart over several
        messages: refused. Go itself reads only some of these.
        """
        if self._piece():
            if self._signed() < 0:
                raise GobError("an interface holds a type that is not defined before it")
            self._piece()

    def _piece(self) -> bytes:
        length, start = read_unsigned(self._stream, self.at)
        self.at = start + length
        if self.at > len(self._stream):
            raise GobError("a length is wrong")
        return self._stream[start : self.at]

    def _unsigned(self) -> int:
        number, self.at = read_unsigned(self._stream, self.at)
        return number

    def _signed(self) -> int:
        number, self.at = read_signed(self._stream, self.at)
        return number


def types_of(definitions: bytes) -> Mapping[int, Shape]:
    """Return the types that are known after these messages, by their ids. Raises as ``Cursor.value`` does."""
    types = dict(_OF_DEFINITIONS)
    at = 0
    while at < len(definitions):
        length, start = read_unsigned(definitions, at)
        at = start + length
        cursor = Cursor(definitions[start:at], _OF_DEFINITIONS)
        type_id = -cursor.value(INT)
        if type_id < OWN or type_id in types:
            raise GobError("a type is defined twice")
        types[type_id] = _shape(cursor.value(_WIRE_TYPE))
        if cursor.at != length:
            raise GobError("there is something after a type's definition")
    return types


def _shape(definition: Mapping[str, Any]) -> Shape:
    match definition:
        case {"StructT": struct}:
            fields = struct.get("Field", [])
            return Struct(tuple(f.get("Name", "") for f in fields), tuple(f.get("Id", 0) for f in fields))
        case {"SliceT": items} | {"ArrayT": items}:
            return _List(items.get("Elem", 0))
        case {"MapT": pairs}:
            return _Pairs(pairs.get("Key", 0), pairs.get("Elem", 0))
        case {"GobEncoderT": _} | {"BinaryMarshalerT": _} | {"TextMarshalerT": _}:
            return _Opaque()
        case _:
            raise GobError("a type's definition is empty")


def definition_of(name: str, fields: Mapping[str, int]) -> bytes:
    """Return the message, without its length, that defines a struct under the id ``OWN``; ``fields``: their types."""
    start = signed_bytes(-OWN) + b"\x03"  # StructT, the third field of a definition
    common = b"\x01" + _text(name) + b"\x01" + signed_bytes(OWN) + b"\0"
    listed = [b"\x01" + _text(field) + b"\x01" + signed_bytes(kind) + b"\0" for field, kind in fields.items()]
    return start + b"\x01" + common + b"\x01" + unsigned_bytes(len(listed)) + b"".join(listed) + b"\0\0"


def _text(text: str) -> bytes:
    piece = text.encode()
    return unsigned_bytes(len(piece)) + piece


def read_unsigned(stream: bytes, at: int) -> tuple[int, int]:
    """Return the number that stands at ``at``, and where it ends.

    Below 128 it is one byte; else a byte says, negated, how many follow, the highest first. Raises ``GobError`` for
    more than 64 bits, and ``IndexError`` where there is nothing.
    """
    first = stream[at]
    if first < 128:
        return first, at + 1
    if first < 248:
        raise GobError("a number has more than 64 bits")
    start = at + 1
    end = start + 256 - first
    if end > len(stream):
        raise IndexError
    return int.from_bytes(stream[start:end], "big"), end


def read_signed(stream: bytes, at: int) -> tuple[int, int]:
    """As ``read_unsigned``; the lowest bit says whether the others are complemented."""
    number = stream[at]
    at += 1
    if number > 127:
        number, at = read_unsigned(stream, at - 1)
    return ~(number >> 1) if number & 1 else number >> 1, at


def unsigned_bytes(number: int) -> bytes:
    """Return how ``read_unsigned`` has it."""
    if number < 128:
        return bytes((number,))
    piece = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes((256 - len(piece),)) + piece


def signed_bytes(number: int) -> bytes:
    """Return how ``read_signed`` has it."""
    return unsigned_bytes(~number << 1 | 1 if number < 0 else number << 1)
