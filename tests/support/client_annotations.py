"""Write types of the server as annotations of the client's files, without bounds, choices and ``None``."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

import msgspec
from msgspec import inspect as types

PACKAGE = "amity.client.types"
WIDTH = 120

Struct = type[msgspec.Struct]


class Names:
    """The names that a file uses, with the modules to import them from."""

    def __init__(self, room: str) -> None:
        self._room = room
        self._of_module: dict[str, set[str]] = defaultdict(set)
        self.needs_msgspec = False

    def of(self, struct: Struct) -> str:
        """Return a struct's name, and import it if it is in another package."""
        room = room_of(struct.__module__)
        if room != self._room:
            self._of_module[f"{PACKAGE}.{room}"].add(struct.__name__)
        return struct.__name__

    def take(self, module: str, name: str) -> str:
        """Add an import of a name, and return the name."""
        self._of_module[module].add(name)
        return name

    def imports(self) -> str:
        """Return the lines that import all names."""
        own = {module: names for module, names in self._of_module.items() if module.startswith("amity.")}
        lines = [
            [imported(module, names) for module, names in sorted(self._of_module.items()) if module not in own],
            ["import msgspec"] if self.needs_msgspec else [],
            [imported(module, names) for module, names in sorted(own.items())],
        ]
        return "\n\n".join("\n".join(group) for group in lines if group)


def imported(module: str, names: Iterable[str]) -> str:
    """Return the line, or the lines, that import names of a module."""
    # As ruff sorts imports: constants before classes, without regard to case.
    listed = sorted(names, key=lambda name: (not name.isupper(), name.lower()))
    line = f"from {module} import {', '.join(listed)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in listed), ")"])


def empty(kind: types.Type, used: Names) -> str:
    """Return the default of a field of an answer, for an answer without it: None for an object that may be absent."""
    match kind:
        case types.Metadata():
            return empty(kind.type, used)
        case types.UnionType():
            (rest,) = _without_none(kind)
            return empty(rest, used) if isinstance(rest, types.ListType | types.DictType) else "None"
        case types.ListType():
            return "default_factory=list"
        case types.DictType():
            return "default_factory=dict"
        case types.StructType():
            return f"default_factory={used.of(kind.cls)}"
        case types.AnyType():
            return "None"
        case _:
            zeros = {"str": '""', "int": "0", "float": "0.0", "bool": "False", "bytes": 'b""'}
            return zeros[written(kind, used)]


def written(kind: types.Type, used: Names) -> str:
    """Return a type's annotation, without None: the client drops nulls from lists."""
    match kind:
        case types.Metadata():
            return written(kind.type, used)
        case types.UnionType():
            (rest,) = _without_none(kind)
            return written(rest, used)
        case types.ListType():
            return f"list[{written(kind.item_type, used)}]"
        case types.DictType():
            return f"dict[{written(kind.key_type, used)}, {written(kind.value_type, used)}]"
        case types.StructType():
            return used.of(kind.cls)
        case types.LiteralType():
            (name,) = {type(value).__name__ for value in kind.values}
            return name
        case types.AnyType() | types.RawType():
            return used.take("typing", "Any")
        case types.StrType():
            return "str"
        case types.IntType():
            return "int"
        case types.FloatType():
            return "float"
        case types.BoolType():
            return "bool"
        case types.BytesType():
            return "bytes"
        case _:
            raise TypeError(f"the client's types have nothing for {kind}")


def _without_none(kind: types.UnionType) -> Sequence[types.Type]:
    rest = [each for each in kind.types if not isinstance(each, types.NoneType)]
    if len(rest) != 1:
        raise TypeError(f"the client's types have nothing for {kind}")
    return rest


def reachable(kinds: Iterable[Any]) -> set[Struct]:
    """Return the structs that these types contain, at any depth."""
    found: set[Struct] = set()
    waiting = [struct for kind in kinds for struct in _structs_in(types.type_info(kind))]
    while waiting:
        struct = waiting.pop()
        if struct not in found:
            found.add(struct)
            waiting += structs_of(struct)
    return found


def structs_of(struct: Struct) -> list[Struct]:
    """Return the structs that a struct's own fields contain."""
    return [inner for field in fields_of(struct) for inner in _structs_in(field.type)]


def _structs_in(kind: types.Type) -> Iterator[Struct]:
    match kind:
        case types.StructType():
            yield kind.cls
        case types.Metadata():
            yield from _structs_in(kind.type)
        case types.ListType():
            yield from _structs_in(kind.item_type)
        case types.DictType():
            yield from _structs_in(kind.value_type)
        case types.UnionType():
            for each in kind.types:
                yield from _structs_in(each)


def fields_of(struct: Struct) -> Sequence[types.Field]:
    """Return the fields of a struct, with their types."""
    info = types.type_info(struct)
    assert isinstance(info, types.StructType)
    return info.fields


@cache
def room_of(module: str) -> str:
    """Return the name of a module's file below ``types/``: its package without ``amity.``, or the nearest one around it
    that has models of its own. The file of a package around others with models is ``models`` in a folder of theirs."""
    package = module.rpartition(".")[0]
    parts = package.split(".")
    around = [".".join(parts[:count]) for count in range(len(parts), 1, -1)]
    room = next((each for each in around if _has_models(each)), package)
    return (f"{room}.models" if _has_models(room) and _is_around_models(room) else room).removeprefix("amity.")


def _has_models(package: str) -> bool:
    return find_spec(f"{package}.models") is not None


def _is_around_models(package: str) -> bool:
    folders = import_module(package).__path__
    return any(_has_models(each.name) for each in iter_modules(folders, f"{package}.") if each.ispkg)
