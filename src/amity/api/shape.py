"""The compiled structure of requests: fields by name, bounds, and texts that the database cannot store."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgspec

from amity.api.bounds import RECORDS, characters, entries, entries_at_once, integer_bytes, raw_bytes, text_bytes
from amity.errors import Code, ImError

LEAST = -(2**63)
MOST = 2**63 - 1
_NOTHING_OWN: Final[Mapping[str, int]] = {}


@dataclass(slots=True, kw_only=True)
class Shape:
    """One compiled type in a request.

    ``fields`` maps folded names to the declared ones (an object). ``item`` is the type of a list's elements. ``most``
    bounds an integer, ``characters`` a text, ``entries`` a list or a map of texts to texts. ``bytes`` is the most JSON
    of a value, ``values`` the most members and elements. ``longest_name`` is the longest folded name of a field.
    ``is_bounded``: the decoder has checked the bound of an integer. ``is_choice``: it is one of some integers, of which
    1 and 0 mean yes and no.
    """

    nullable: bool = False
    is_body: bool = False
    is_switch: bool = False
    is_choice: bool = False
    is_map: bool = False
    fields: dict[str, tuple[str, "Shape"]] | None = None
    members: tuple[tuple[str, str, "Shape"], ...] = ()
    item: "Shape | None" = None
    most: int | None = None
    is_bounded: bool = False
    characters: int | None = None
    entries: int | None = None
    bytes: int = 0
    values: int = 1
    longest_name: int = 0
    are_records: bool = False

    @property
    def is_nested(self) -> bool:
        """Whether it contains objects."""
        return self.fields is not None or (self.item is not None and self.item.is_nested)

    @property
    def zero(self) -> int | str | None:
        """The value that null stands for in a list, or ``None`` if null stands for itself."""
        if self.nullable:
            return None
        if self.most is not None:
            return 0
        return "" if self.characters is not None else None

    @property
    def has_integers(self) -> bool:
        """Whether it contains integers at any depth whose bounds the decoder does not check."""
        return (
            (self.most is not None and not self.is_bounded)
            or (self.item is not None and self.item.has_integers)
            or any(shape.has_integers for _, _, shape in self.members)
        )

    def require_integers(self, value: Any, path: str) -> None:
        """Raise ``ImError``, ``ARGS`` (1001), if an integer does not fit into 64 bits; ``path`` is the value's
        place."""
        if value is None:
            return
        if self.most is not None:
            if not LEAST <= value <= self.most:
                raise ImError(Code.ARGS, f"{path}: the integer does not fit into 64 bits")
        elif self.item is not None:
            if self.item.has_integers:
                for index, element in enumerate(value):
                    self.item.require_integers(element, f"{path}[{index}]")
        else:
            for attribute, name, shape in self.members:
                if (shape.most is not None and not shape.is_bounded) or shape.members or shape.item is not None:
                    shape.require_integers(getattr(value, attribute), f"{path}.{name}" if path else name)

    def require_bounds(self, value: Any, path: str) -> None:
        """Raise ``ImError``, ``ARGS`` (1001), if a text or list exceeds its bound; ``path`` is the value's place."""
        if value is None or isinstance(value, bool | int):
            return
        if isinstance(value, str):
            if self.characters is not None and len(value) > self.characters:
                detail = f"{len(value)} characters, and at most {self.characters} are allowed"
                raise ImError(Code.ARGS, f"{path}: {detail}")
        elif isinstance(value, list | dict):
            self.require_entries(len(value), path)
            if isinstance(value, dict) or self.item is None:
                return
            item = self.item
            if item.characters is not None:
                longest = max(map(_length, value), default=0)
                if longest > item.characters:
                    at = next(at for at, each in enumerate(value) if _length(each) == longest)
                    item.require_bounds(value[at], f"{path}[{at}]")
            elif item.members and not self.are_records:
                for index, element in enumerate(value):
                    item.require_bounds(element, f"{path}[{index}]")
        else:
            for attribute, name, shape in self.members:
                shape.require_bounds(getattr(value, attribute), f"{path}.{name}" if path else name)

    def require_entries(self, count: int, path: str) -> None:
        """Raise ``ImError``, ``ARGS`` (1001), if a list has more entries than its bound; ``path`` is its place."""
        if self.entries is not None and count > self.entries:
            raise ImError(Code.ARGS, f"{path}: {count} entries, and at most {self.entries} are allowed")

    def require_no_nul(self, value: Any, path: str) -> None:
        """Raise ``ImError``, ``ARGS`` (1001), if a string contains U+0000, which PostgreSQL cannot store."""
        if isinstance(value, str):
            if "\0" in value:
                raise ImError(Code.ARGS, f"{path}: must not hold the character U+0000")
        elif isinstance(value, list):
            for index, element in enumerate(value):
                (self.item or self).require_no_nul(element, f"{path}[{index}]")
        elif isinstance(value, dict):
            for key, text in value.items():
                self.require_no_nul(key, path)
                self.require_no_nul(text, f"{path}.{key}")
        elif value is not None:
            for attribute, name, shape in self.members:
                shape.require_no_nul(getattr(value, attribute), f"{path}.{name}" if path else name)


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str) else 0


@cache
def shape_of(request: type[msgspec.Struct]) -> Shape:
    """Compile the type of a body, once. Raises ``TypeError`` for types that a request must not contain, and for a text
    or a list without a bound."""
    shape = _compiled(msgspec.inspect.type_info(request), "")
    shape.is_body = True
    return shape


def _compiled(  # noqa: C901, PLR0912 - a case a type
    info: msgspec.inspect.Type, name: str, own: Mapping[str, int] = _NOTHING_OWN
) -> Shape:
    """Compile one type. ``own`` are the bounds that the field is declared with (``amity.calls.bounded``)."""
    most = own.get("most", MOST)
    match info:
        case msgspec.inspect.StructType():
            members = tuple(
                (field.name, field.encode_name, _compiled(field.type, field.encode_name)) for field in info.fields
            )
            fields = {name.casefold(): (name, shape) for _, name, shape in members}
            if len(fields) < len(members):
                raise TypeError(f"{info.cls.__name__} has fields that differ only in their case")
            size = sum(len(name) + 4 + shape.bytes for _, name, shape in members) + 2
            return Shape(
                fields=fields,
                members=members,
                bytes=size,
                values=1 + sum(shape.values for _, _, shape in members),
                longest_name=max(map(len, fields), default=0),
            )
        case msgspec.inspect.ListType():
            item = _compiled(info.item_type, name)
            most_entries = info.max_length or own.get("entries") or entries(name)
            at_once = info.max_length or own.get("entries") or entries_at_once(name)
            size = most_entries * (item.bytes + 1) + 2
            values = 1 + at_once * item.values
            return Shape(item=item, entries=at_once, bytes=size, values=values, are_records=name in RECORDS)
        case msgspec.inspect.Metadata():
            return _compiled(info.type, name, {**own, **(info.extra or {})})
        case msgspec.inspect.IntType(ge=int(), le=int(highest)) if highest <= most:
            return Shape(most=most, is_bounded=True, bytes=integer_bytes())
        case msgspec.inspect.IntType():
            return Shape(most=most, bytes=integer_bytes())
        case msgspec.inspect.StrType(max_length=int(longest)):  # its own bound, which the decoder checks
            return Shape(characters=longest, bytes=text_bytes(longest))
        case msgspec.inspect.StrType():
            longest = own.get("characters") or characters(name)
            return Shape(characters=longest, bytes=text_bytes(longest))
        case msgspec.inspect.RawType():
            return Shape(bytes=raw_bytes(name))
        case msgspec.inspect.BoolType():
            return Shape(is_switch=True, bytes=integer_bytes())
        case msgspec.inspect.LiteralType():
            return Shape(is_choice={0, 1} <= set(info.values), bytes=integer_bytes())
        case msgspec.inspect.DictType(key_type=msgspec.inspect.StrType(), value_type=msgspec.inspect.StrType()):
            at_once = entries_at_once(name)
            size = entries(name) * (text_bytes(characters("key")) + text_bytes(characters(name)))
            return Shape(is_map=True, entries=at_once, bytes=size, values=1 + at_once)
        case msgspec.inspect.UnionType(types=types) if len(types) == 2 and info.includes_none:
            rest = next(each for each in types if not isinstance(each, msgspec.inspect.NoneType))
            shape = _compiled(rest, name, own)
            shape.nullable = True
            return shape
        case _:
            raise TypeError(f"a request cannot hold {info}")
