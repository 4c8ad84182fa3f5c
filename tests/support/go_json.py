"""Decode JSON into declared fields as Go's ``encoding/json`` does. Pure.

A key is matched without regard to case, the last one of several counts, an unknown one is ignored, and ``null`` leaves
a field as it is. A number for an integer has neither a fraction nor an exponent.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

Kind = Callable[[Any], Any]
"""Returns a JSON value as decoded, or raises ``WrongType``. It is not called for ``null``."""

_BEGINS_A_VALUE: Final = frozenset('{["-0123456789tfn')
_SPACES: Final = " \t\r\n"


class Malformed(Exception):
    """A text that Go does not decode. The message is Go's, as far as it is recorded."""


class WrongType(Malformed):
    """A value that does not fit the type of its field."""


class _Members(list[tuple[str, Any]]):
    """The members of an object, repeated keys included."""


def integer(bits: int) -> Kind:
    """Return the kind of a signed integer with so many bits."""

    def decoded(value: Any) -> int:
        if type(value) is not int or not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            raise _wrong(value, f"int{bits}")
        return value

    return decoded


def text(value: Any) -> str:
    """Decode a string."""
    if not isinstance(value, str):
        raise _wrong(value, "string")
    return value


def flag(value: Any) -> bool:
    """Decode a boolean."""
    if not isinstance(value, bool):
        raise _wrong(value, "bool")
    return value


def octets(value: Any) -> bytes:
    """Decode a string of base64."""
    try:
        return base64.b64decode(text(value), validate=True)
    except binascii.Error as error:
        raise WrongType(f"illegal base64 data: {error}") from error


def array(kind: Kind, empty: Any) -> Kind:
    """Return the kind of a list with elements of one kind; ``null`` as an element is ``empty``."""

    def decoded(value: Any) -> list[Any]:
        if not isinstance(value, list) or isinstance(value, _Members):
            raise _wrong(value, "slice")
        return [empty if element is None else kind(element) for element in value]

    return decoded


def named(kind: Kind, empty: Any) -> Kind:
    """Return the kind of a map with members of one kind; ``null`` as a member is ``empty``."""

    def decoded(value: Any) -> dict[str, Any]:
        if not isinstance(value, _Members):
            raise _wrong(value, "map")
        return {name: empty if member is None else kind(member) for name, member in value}

    return decoded


def struct(fields: Mapping[str, Kind]) -> Kind:
    """Return the kind of an object with these fields. Decoded, it has the fields that are given and not ``null``."""
    by_name = {name.casefold(): (name, kind) for name, kind in fields.items()}

    def decoded(value: Any) -> dict[str, Any]:
        if not isinstance(value, _Members):
            raise _wrong(value, "struct")
        given = {}
        for key, member in value:
            name, kind = by_name.get(key.casefold(), (None, None))
            if name is not None and kind is not None and member is not None:
                given[name] = kind(member)
        return given

    return decoded


def decoded(raw: bytes, kind: Kind) -> Any:
    """Return a text decoded as one kind; ``None`` for ``null``. Raises ``Malformed``."""
    content = raw.decode(errors="replace")
    try:
        value = json.loads(content, object_pairs_hook=_Members, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(_complaint(content, error)) from error
    return None if value is None else kind(value)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)  # Python takes NaN and Infinity


def _complaint(content: str, error: Exception) -> str:
    stripped = content.strip(_SPACES)
    if not stripped or (isinstance(error, json.JSONDecodeError) and error.pos >= len(content.rstrip(_SPACES))):
        return "unexpected end of JSON input"
    if stripped[0] not in _BEGINS_A_VALUE:
        return f"invalid character '{stripped[0]}' looking for beginning of value"
    return f"invalid JSON: {error}"


def _wrong(value: Any, wanted: str) -> WrongType:
    match value:
        case _Members():
            found = "object"
        case list():
            found = "array"
        case bool():
            found = "bool"
        case str():
            found = "string"
        case _:
            found = f"number {value}"
    return WrongType(f"json: cannot unmarshal {found} into Go value of type {wanted}")
