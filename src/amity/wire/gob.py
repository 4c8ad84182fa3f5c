"""Go's gob: a struct out of a stream, and a struct as a stream. Pure, and knows no frame.

A stream is messages: a length, a type id, and then, under a negative id, the definition of that type, else a value. A
struct's fields come in the order of its definition, each led by how far on it is in it; zeros are left out. Fields are
matched by name, and what the reader does not know is skipped, as Go does.

Source: https://pkg.go.dev/encoding/gob ("Encoding Details").
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from amity.wire.gob_types import (
    BYTES,
    INT,
    OWN,
    STRING,
    Cursor,
    GobError,
    Shape,
    Struct,
    definition_of,
    read_signed,
    read_unsigned,
    signed_bytes,
    types_of,
    unsigned_bytes,
)

_MOST_DEFINITIONS = 4096
"""Bytes of type definitions that are read. OpenIM's clients send 102."""

Kind = type[int] | type[str] | type[bytes]
_KINDS: Final[Mapping[Kind, int]] = {int: INT, str: STRING, bytes: BYTES}
_SKIP = 0
_number = lru_cache(maxsize=1024)(signed_bytes)  # numbers of requests, and codes: few, and always the same


class _Plan(NamedTuple):
    """How a struct is read: for each field of its definition the place of the value and its kind; ``_SKIP`` where
    nobody asks for it."""

    fields: tuple[tuple[int, int], ...]
    struct: Struct
    types: Mapping[int, Shape]


class StructReader:
    """Reads streams of one struct each, whatever type they define for it."""

    def __init__(self, fields: Mapping[str, Kind]) -> None:
        """``fields``: what is read, by the names that Go has for it."""
        self._slots = {name: (slot, _KINDS[kind]) for slot, (name, kind) in enumerate(fields.items())}
        self._zeros = [kind() for kind in fields.values()]
        # A client sends the same definition with every value.
        self._plan_of = lru_cache(maxsize=32)(self._plan)
        self._usual_of = lru_cache(maxsize=32)(self._usual)

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
        plan, at = self._start(stream)
        size = len(stream)
        fields = plan.fields
        count = len(fields)
        values = self._zeros.copy()
        others = None
        number = -1
        # Numbers of one byte are read in place: a call costs as much as all the rest of a field.
        while delta := stream[at]:
            at += 1
            if delta > 127:
                delta, at = read_unsigned(stream, at - 1)
                if not delta:
                    break
            number += delta
            if number >= count:
                raise GobError("a field is not in its struct's definition")
            slot, kind = fields[number]
            if kind == _SKIP:
                others = others or Cursor(stream, plan.types)
                others.at = at
                others.value(plan.struct.types[number])
                at = others.at
                continue
            length = stream[at]  # of a piece; of an integer this is all
            at += 1
            if length > 127:
                length, at = read_unsigned(stream, at - 1)
            if kind == INT:
                values[slot] = ~(length >> 1) if length & 1 else length >> 1
                continue
            start = at
            at += length
            if at > size:
                raise GobError("a length is wrong")
            values[slot] = stream[start:at].decode() if kind == STRING else stream[start:at]
        else:
            at += 1
        if at != size:
            raise GobError("there is something after the last field")
        return values

    def _start(self, stream: bytes) -> tuple[_Plan, int]:
        """Return how the value is read, and where its first field is."""
        at = stream[0] + 1
        if at <= 128 and (usual := self._usual_of(stream[:at])):
            plan, identity = usual
            length = stream[at]
            at += 1
            if length > 127:
                length, at = read_unsigned(stream, at - 1)
            if at + length == len(stream) and stream.startswith(identity, at):
                return plan, at + len(identity)
        defined, type_id, at = _start_of_value(stream)
        return self._plan_of(stream[:defined], type_id), at

    def _usual(self, definition: bytes) -> tuple[_Plan, bytes] | None:
        """Return how a value is read that comes behind this message and is of the type that it defines, as clients
        have it, and the bytes of its type id; ``None`` where that has to be looked at."""
        try:
            type_id = -read_signed(definition, 1)[0]
            return self._plan(definition, type_id), signed_bytes(type_id)
        except (GobError, IndexError, UnicodeDecodeError):
            return None

    def _plan(self, definitions: bytes, type_id: int) -> _Plan:
        types = types_of(definitions)
        struct = types.get(type_id)
        if not isinstance(struct, Struct):
            raise GobError("the value is no struct")
        fields = []
        for name, field_type in zip(struct.names, struct.types, strict=True):
            slot, kind = self._slots.get(name, (0, _SKIP))
            if kind not in {_SKIP, field_type}:
                raise GobError(f"the field {name} is of another kind")
            fields.append((slot, kind))
        if all(kind == _SKIP for _, kind in fields):
            raise GobError("the struct has none of the fields")
        return _Plan(tuple(fields), struct, types)


class StructWriter:
    """Writes streams of one struct each."""

    def __init__(self, name: str, fields: Mapping[str, Kind]) -> None:
        """``fields``: what is written, by the names that Go has for it, in this order."""
        self._kinds = tuple(_KINDS[kind] for kind in fields.values())
        definition = definition_of(name, dict(zip(fields, self._kinds, strict=True)))
        self._head = unsigned_bytes(len(definition)) + definition
        self._identity = signed_bytes(OWN)

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
            if kind == INT:
                body += _number(value)
                continue
            piece = value.encode() if kind == STRING else value
            length = len(piece)
            if length < 128:
                body.append(length)
            else:
                body += unsigned_bytes(length)
            body += piece
        body.append(0)
        return b"".join((self._head, unsigned_bytes(len(body)), body))


def _start_of_value(stream: bytes) -> tuple[int, int, int]:
    """Return where the definitions of types end, the type id of the value, and where the value starts. It is the last
    message."""
    size = len(stream)
    defined = 0
    while True:
        length = stream[defined]
        at = defined + 1
        if length > 127:
            length, at = read_unsigned(stream, defined)
        end = at + length
        type_id, at = read_signed(stream, at)
        if at > end or end > size:
            raise GobError("a length is wrong")
        if type_id >= 0:
            break
        defined = end
        if defined > _MOST_DEFINITIONS:
            raise GobError(f"it has more than {_MOST_DEFINITIONS} bytes of type definitions")
    if end != size:
        raise GobError("there is something after the value")
    return defined, type_id, at
