"""What a request looks like inside: its fields by name, and which of them the database could not store."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from amity.errors import Code, ImError

LEAST = -(2**63)
MOST = 2**63 - 1


@dataclass(slots=True, kw_only=True)
class Shape:
    """One type of a request, compiled. ``fields`` maps folded names to the declared ones (an object), ``item`` is
    the type of a list's elements; ``most`` bounds an integer. A map of texts to texts has neither."""

    nullable: bool = False
    is_body: bool = False
    fields: dict[str, tuple[str, "Shape"]] | None = None
    members: tuple[tuple[str, str, "Shape"], ...] = ()
    item: "Shape | None" = None
    most: int | None = None

    @property
    def is_nested(self) -> bool:
        """Whether there are objects in it."""
        return self.fields is not None or (self.item is not None and self.item.is_nested)

    @property
    def has_integers(self) -> bool:
        """Whether there are integers anywhere in it."""
        return (
            self.most is not None
            or (self.item is not None and self.item.has_integers)
            or any(shape.has_integers for _, _, shape in self.members)
        )

    def require_integers(self, value: Any, path: str) -> None:
        """Raise 1001 for an integer that does not fit into 64 bits; ``path`` is where the value stands."""
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
                if shape.most is not None or shape.members or shape.item is not None:
                    shape.require_integers(getattr(value, attribute), f"{path}.{name}" if path else name)

    def require_no_nul(self, value: Any, path: str) -> None:
        """Raise 1001 for a string that holds U+0000, which PostgreSQL cannot store."""
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


@cache
def shape_of(request: type[msgspec.Struct]) -> Shape:
    """Compile the type of a body, once. Raises ``TypeError`` for what a request must not hold."""
    shape = _compiled(msgspec.inspect.type_info(request))
    shape.is_body = True
    return shape


def _compiled(info: msgspec.inspect.Type, most: int = MOST) -> Shape:
    match info:
        case msgspec.inspect.StructType():
            members = tuple((field.name, field.encode_name, _compiled(field.type)) for field in info.fields)
            fields = {name.casefold(): (name, shape) for _, name, shape in members}
            if len(fields) < len(members):
                raise TypeError(f"{info.cls.__name__} has fields that differ only in their case")
            return Shape(fields=fields, members=members)
        case msgspec.inspect.ListType():
            return Shape(item=_compiled(info.item_type))
        case msgspec.inspect.Metadata():
            return _compiled(info.type, (info.extra or {}).get("most", most))
        case msgspec.inspect.IntType():
            return Shape(most=most)
        case msgspec.inspect.StrType() | msgspec.inspect.BoolType() | msgspec.inspect.LiteralType():
            return Shape()
        case msgspec.inspect.DictType(key_type=msgspec.inspect.StrType(), value_type=msgspec.inspect.StrType()):
            return Shape()
        case msgspec.inspect.UnionType(types=types) if len(types) == 2 and info.includes_none:
            rest = next(each for each in types if not isinstance(each, msgspec.inspect.NoneType))
            shape = _compiled(rest, most)
            shape.nullable = True
            return shape
        case _:
            raise TypeError(f"a request cannot hold {info}")
