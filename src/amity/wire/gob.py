"""Go's gob: a struct out of a stream, and a struct as a stream. Pure, and knows no frame.

A stream is messages: a length, a type id, and then, under a negative id, the definition of that type, else a value. A
struct's fields come in the order of its definition, each led by how far on it is in it; zeros are left out. Fields are
matched by name, and what the reader does not know is skipped, as Go does.

Source: https://pkg.go.dev/encoding/gob ("Encoding Details").
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

_MOST_DEFINITIONS = 8192
"""Bytes of type definitions that are read. OpenIM's clients send 110."""
_MOST_SKIPPED = 10_000
"""Values, each element counted, that are skipped in one stream."""
_DEEPEST = 32
"""Values inside each other that are skipped."""

Kind = type[int] | type[str] | type[bytes]

_INT, _BYTES, _STRING = 2, 5, 6
_COMPLEX, _INTERFACE = 7, 8
_NUMBERS = frozenset({1, 3, 4})  # bool, uint and float: each is one unsigned integer
_PIECES = frozenset({_BYTES, _STRING})
_WIRE_TYPE, _ARRAY, _COMMON, _SLICE, _STRUCT, _FIELD, _FIELDS, _MAP, _ENCODER = range(16, 25)
_OWN = 64
"""The first type id that is not the format's own."""
_SKIP = 0

_KINDS: Final[Mapping[Kind, int]] = {int: _INT, str: _STRING, bytes: _BYTES}


class GobError(ValueError):
    """The bytes are not the gob of one struct. The text says why, without repeating them."""


class _Struct(NamedTuple):
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
    """A type that writes itself: bytes."""


_Shape = _Struct | _List | _Pairs | _Opaque

# What definitions are made of. They are values of these types themselves.
_OF_DEFINITIONS: Final[Mapping[int, _Shape]] = {
    _WIRE_TYPE: _Struct(
        ("ArrayT", "SliceT", "StructT", "MapT", "GobEncoderT", "BinaryMarshalerT", "TextMarshalerT"),
        (_ARRAY, _SLICE, _STRUCT, _MAP, _ENCODER, _ENCODER, _ENCODER),
    ),
    _ARRAY: _Struct(("CommonType", "Elem", "Len"), (_COMMON, _INT, _INT)),
    _COMMON: _Struct(("Name", "Id"), (_STRING, _INT)),
    _SLICE: _Struct(("CommonType", "Elem"), (_COMMON, _INT)),
    _STRUCT: _Struct(("CommonType", "Field"), (_COMMON, _FIELDS)),
    _FIELD: _Struct(("Name", "Id"), (_STRING, _INT)),
    _FIELDS: _List(_FIELD),
    _MAP: _Struct(("CommonType", "Key", "Elem"), (_COMMON, _INT, _INT)),
    _ENCODER: _Struct(("CommonType",), (_COMMON,)),
}


class _Plan(NamedTuple):
    """How a struct is read: for each field of its definition the place of the value and its kind; ``_SKIP`` where
    nobody asks for it."""

    fields: tuple[tuple[int, int], ...]
    struct: _Struct
    types: Mapping[int, _Shape]


class StructReader:
    """Reads streams of one struct each, whatever type they define for it."""

    def __init__(self, fields: Mapping[str, Kind]) -> None:
        """``fields``: what is read, by the names that Go has for it."""
        self._slots = {name: (slot, _KINDS[kind]) for slot, (name, kind) in enumerate(fields.items())}
        self._zeros = [kind() for kind in fields.values()]
        # A client sends the same definition with every value.
        self._plan_of = lru_cache(maxsize=64)(self._plan)

    def read(self, stream: bytes) -> list[Any]:
        """Return the values in the order of ``fields``, zeros where the stream has none.

        Raises ``GobError`` for what is not one struct and nothing after it, and where a field is of another kind.
        """
        try:
            return self._read(stream)
        except IndexError:
            raise GobError("it ends too early") from None
        except UnicodeDecodeError:
            raise GobError("a text is not UTF-8") from None

    def _read(self, stream: bytes) -> list[Any]:
        defined, type_id, at = _start_of_value(stream)
        plan = self._plan_of(stream[:defined], type_id)
        size = len(stream)
        fields = plan.fields
        values = self._zeros.copy()
        number = -1
        while delta := stream[at]:
            at += 1
            if delta > 127:
                delta, at = _unsigned(stream, at - 1)
            number += delta
            if number >= len(fields):
                raise GobError("a field is not in the type's definition")
            slot, kind = fields[number]
            if kind in _PIECES:
                length = stream[at]
                at += 1
                if length > 127:
                    length, at = _unsigned(stream, at - 1)
                start = at
                at += length
                if at > size:
                    raise GobError("a length is wrong")
                piece = stream[start:at]
                values[slot] = piece.decode() if kind == _STRING else piece
            elif kind == _INT:
                values[slot], at = _signed(stream, at)
            else:
                cursor = _Cursor(stream, at, plan.types)
                cursor.value(plan.struct.types[number], 0)
                at = cursor.at
        if at + 1 != size:
            raise GobError("there is something after the last field")
        return values

    def _plan(self, definitions: bytes, type_id: int) -> _Plan:
        types = _types(definitions)
        struct = types.get(type_id)
        if not isinstance(struct, _Struct):
            raise GobError("the value is no struct")
        fields = []
        for name, field_type in zip(struct.names, struct.types, strict=True):
            slot, kind = self._slots.get(name, (0, _SKIP))
            if kind not in {_SKIP, field_type}:
                raise GobError(f"the field {name} is of another kind")
            fields.append((slot, kind))
        return _Plan(tuple(fields), struct, types)


class StructWriter:
    """Writes streams of one struct each."""

    def __init__(self, name: str, fields: Mapping[str, Kind]) -> None:
        """``fields``: what is written, by the names that Go has for it, in this order."""
        self._kinds = tuple(_KINDS[kind] for kind in fields.values())
        definition = _definition(name, dict(zip(fields, self._kinds, strict=True)))
        self._head = _unsigned_bytes(len(definition)) + definition
        self._identity = _signed_bytes(_OWN)

    def write(self, values: Sequence[Any]) -> bytes:
        """Return the stream. ``values``: in the order of ``fields``."""
        body = bytearray(self._identity)
        delta = 1
        for kind, value in zip(self._kinds, values, strict=True):
            if not value:
                delta += 1
                continue
            body.append(delta)
            delta = 1
            if kind == _INT:
                body += _signed_bytes(value)
                continue
            piece = value.encode() if kind == _STRING else value
            length = len(piece)
            if length < 128:
                body.append(length)
            else:
                body += _unsigned_bytes(length)
            body += piece
        body.append(0)
        return b"".join((self._head, _unsigned_bytes(len(body)), body))


class _Cursor:
    """Reads values of any type, one after the other: definitions, and what nobody asks for."""

    __slots__ = ("_left", "_stream", "_types", "at")

    def __init__(self, stream: bytes, at: int, types: Mapping[int, _Shape]) -> None:
        self.at = at
        self._stream = stream
        self._types = types
        self._left = _MOST_SKIPPED

    def value(self, type_id: int, depth: int) -> Any:
        """Return the value that stands here and go past it: a struct as a dictionary without its zeros, a map as a list
        of pairs, numbers that are no integers as they are written, of an interface only that it is one."""
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            raise GobError("there is too much in a field that nobody knows")
        if type_id == _INT:
            return self._signed()
        if type_id in _NUMBERS:
            return self._unsigned()
        if type_id == _STRING:
            return self._piece().decode()
        if type_id == _BYTES:
            return self._piece()
        if type_id == _COMPLEX:
            return self._unsigned(), self._unsigned()
        if type_id == _INTERFACE:
            return self._interface(depth)
        shape = self._types.get(type_id)
        if isinstance(shape, _Struct):
            return self._struct(shape, depth)
        if isinstance(shape, _List):
            return [self.value(shape.element, depth + 1) for _ in range(self._unsigned())]
        if isinstance(shape, _Pairs):
            return [
                (self.value(shape.key, depth + 1), self.value(shape.element, depth + 1))
                for _ in range(self._unsigned())
            ]
        if isinstance(shape, _Opaque):
            return self._piece()
        raise GobError("a type is not defined")

    def _struct(self, shape: _Struct, depth: int) -> dict[str, Any]:
        values = {}
        number = -1
        while delta := self._unsigned():
            number += delta
            if number >= len(shape.names):
                raise GobError("a field is not in the type's definition")
            values[shape.names[number]] = self.value(shape.types[number], depth + 1)
        return values

    def _interface(self, depth: int) -> None:
        """Go past what is in an interface: its type's name, definitions of types, the type's id, a length, the value.
        The empty name is nil."""
        if not self._piece():
            return
        while self._signed() < 0:
            self.value(_WIRE_TYPE, depth + 1)
            self._unsigned()
        self._piece()

    def _piece(self) -> bytes:
        length, start = _unsigned(self._stream, self.at)
        self.at = start + length
        if self.at > len(self._stream):
            raise GobError("a length is wrong")
        return self._stream[start : self.at]

    def _unsigned(self) -> int:
        number, self.at = _unsigned(self._stream, self.at)
        return number

    def _signed(self) -> int:
        number, self.at = _signed(self._stream, self.at)
        return number


def _start_of_value(stream: bytes) -> tuple[int, int, int]:
    """Return where the definitions of types end, the type id of the value, and where the value starts. It is the last
    message."""
    defined = 0
    while True:
        length, at = _unsigned(stream, defined)
        end = at + length
        type_id, at = _signed(stream, at)
        if at > end or end > len(stream):
            raise GobError("a length is wrong")
        if type_id >= 0:
            break
        defined = end
        if defined > _MOST_DEFINITIONS:
            raise GobError(f"it has more than {_MOST_DEFINITIONS} bytes of type definitions")
    if end != len(stream):
        raise GobError("there is something after the value")
    return defined, type_id, at


def _types(definitions: bytes) -> Mapping[int, _Shape]:
    """Return the types that are known after these messages."""
    types = dict(_OF_DEFINITIONS)
    at = 0
    while at < len(definitions):
        length, start = _unsigned(definitions, at)
        at = start + length
        cursor = _Cursor(definitions[:at], start, _OF_DEFINITIONS)
        type_id = -cursor._signed()
        if type_id < _OWN or type_id in types:
            raise GobError("a type is defined twice")
        types[type_id] = _shape(cursor.value(_WIRE_TYPE, 0))
        if cursor.at != at:
            raise GobError("there is something after the definition of a type")
    return types


def _shape(definition: Mapping[str, Any]) -> _Shape:
    match definition:
        case {"StructT": struct}:
            fields = struct.get("Field", [])
            return _Struct(tuple(f.get("Name", "") for f in fields), tuple(f.get("Id", 0) for f in fields))
        case {"SliceT": of} | {"ArrayT": of}:
            return _List(of.get("Elem", 0))
        case {"MapT": of}:
            return _Pairs(of.get("Key", 0), of.get("Elem", 0))
        case {"GobEncoderT": _} | {"BinaryMarshalerT": _} | {"TextMarshalerT": _}:
            return _Opaque()
        case _:
            raise GobError("a type's definition is empty")


def _definition(name: str, fields: Mapping[str, int]) -> bytes:
    """Return the message that defines a struct, without its length."""
    start = _signed_bytes(-_OWN) + b"\x03"  # the third field of a definition: StructT
    common = b"\x01" + _piece(name) + b"\x01" + _signed_bytes(_OWN) + b"\0"
    listed = [b"\x01" + _piece(field) + b"\x01" + _signed_bytes(kind) + b"\0" for field, kind in fields.items()]
    return start + b"\x01" + common + b"\x01" + _unsigned_bytes(len(listed)) + b"".join(listed) + b"\0\0"


def _piece(text: str) -> bytes:
    raw = text.encode()
    return _unsigned_bytes(len(raw)) + raw


def _unsigned(stream: bytes, at: int) -> tuple[int, int]:
    """Return the number that stands at ``at``, and where it ends. Below 128 it is one byte; else a byte says, negated,
    how many bytes follow, the highest first."""
    first = stream[at]
    if first < 128:
        return first, at + 1
    start = at + 1
    end = start + 256 - first
    if first < 248:
        raise GobError("a number is too large")
    if end > len(stream):
        raise GobError("it ends too early")
    return int.from_bytes(stream[start:end], "big"), end


def _signed(stream: bytes, at: int) -> tuple[int, int]:
    """As ``_unsigned``; the lowest bit says whether the others are complemented."""
    number, at = _unsigned(stream, at)
    return ~(number >> 1) if number & 1 else number >> 1, at


def _unsigned_bytes(number: int) -> bytes:
    if number < 128:
        return bytes((number,))
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return bytes((256 - len(raw),)) + raw


def _signed_bytes(number: int) -> bytes:
    return _unsigned_bytes(~number << 1 | 1 if number < 0 else number << 1)
