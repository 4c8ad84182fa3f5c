"""Structs as protobuf messages and back, for what clients may ask in either form. Pure.

OpenIM's JSON is named after its protobuf, so a struct's names on the wire are its message's too.
"""

from typing import Any, TypeVar

import msgspec
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from amity.errors import Code, ImError

S = TypeVar("S", bound=msgspec.Struct)

# A message of which every field is empty has no bytes, and OpenIM's pure JavaScript client takes no bytes for no
# answer, and breaks. A field that no message has (number 15, the integer 0) is passed over by every decoder.
_NOTHING = b"\x78\x00"


def decode(data: bytes, message: type[Message], struct: type[S]) -> S:
    """Return what is in the bytes of a ``message``. Raises 1001, and nothing else, whatever the bytes are."""
    name = message.DESCRIPTOR.name
    try:
        return msgspec.convert(_fields(message.FromString(data)), struct)
    except DecodeError:
        raise ImError(Code.ARGS, f"{name}: the bytes are not this protobuf message") from None
    except msgspec.ValidationError as error:
        raise ImError(Code.ARGS, f"{name}: {error}") from None


def encode(struct: msgspec.Struct, message: type[Message]) -> bytes:
    """Return the bytes of a ``message`` with what is in the struct, at least one."""
    return message(**msgspec.to_builtins(struct, builtin_types=(bytes,))).SerializeToString() or _NOTHING


def _fields(message: Message) -> dict[str, Any]:
    return {field.name: _value(field, value) for field, value in message.ListFields()}


def _value(field: FieldDescriptor, value: Any) -> Any:
    if field.is_repeated:
        return [_single(field, each) for each in value]
    return _single(field, value)


def _single(field: FieldDescriptor, value: Any) -> Any:
    if isinstance(value, Message):
        return _fields(value)
    # PostgreSQL cannot store it.
    if isinstance(value, str) and "\0" in value:
        raise ImError(Code.ARGS, f"{field.name}: must not hold the character U+0000")
    return value
