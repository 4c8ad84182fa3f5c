"""Writes ``src/amity/client/types/``: what the operations of the server ask and answer, as the typed client has it.

``make client-types`` does it. The client must not import the server's rooms, and a program with the client alone need
not load them; so their structs are written down a second time, by this and not by hand:

- one file for each package that has structs or operations, with the names and docstrings of the structs there;
- no bounds and no choices: the server knows them, and another version has others;
- what is in an answer has a default in every field, because OpenIM leaves out or nulls what is empty, and an older
  server knows less. What is only in requests keeps the server's own defaults.
"""

import inspect
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec
from msgspec import inspect as types

from amity.calls.operation import Access, Operation
from amity.wire.naming import wire_name
from tests.support.declared_operations import declared_operations

FOLDER = Path(__file__).parents[2] / "src" / "amity" / "client" / "types"
_PACKAGE = "amity.client.types"
_WIDTH = 120
_NOTE = "Written from the server's operations by `make client-types`: not to be edited."
UNSAID = {
    (
        "ImportFriendResponse",
        "imported",
    ): "``imported`` is ``None`` where the server does not say, as OpenIM's.",
}
"""Fields of answers that tell what is absent from what is empty, and what the docstring says of it."""

Struct = type[msgspec.Struct]


def generate(operations: Iterable[Operation]) -> dict[str, str]:
    """Return the content of each file by its path below ``types/``.

    Raises ``TypeError`` for a type that the client cannot have, and ``ValueError`` for two structs of one name.
    """
    operations = list(operations)
    answers = _reachable(operation.response for operation in operations if operation.response is not None)
    structs = _reachable(operation.request for operation in operations) | answers
    names = [struct.__name__ for struct in structs]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"several structs have the name {', '.join(sorted(twice))}")
    rooms: dict[str, _Room] = defaultdict(_Room)
    for struct in sorted(structs, key=_place):
        rooms[_room(struct.__module__)].structs.append(struct)
    for operation in operations:
        rooms[_room(inspect.unwrap(operation.handler).__module__)].operations.append(operation)
    files = {f"{name.replace('.', '/')}.py": room.text(name, answers) for name, room in rooms.items()}
    folders = {str(parent) for file in files for parent in Path(file).parents}
    return files | {str(Path(folder) / "__init__.py"): f'"""{_NOTE}"""\n' for folder in folders}


class _Room:
    """What one package of the server declares."""

    def __init__(self) -> None:
        self.structs: list[Struct] = []
        self.operations: list[Operation] = []

    def text(self, name: str, answers: set[Struct]) -> str:
        """Return the room's file."""
        used = _Names(name)
        blocks = [_struct(struct, struct in answers, used) for struct in self._in_order()]
        blocks += ["\n".join(_operation(operation, used) for operation in self.operations)] if self.operations else []
        return "\n\n\n".join([f"{self._docstring()}\n\n{used.imports()}", *blocks]).rstrip() + "\n"

    def _docstring(self) -> str:
        modules = dict.fromkeys(struct.__module__ for struct in self.structs)
        said = [inspect.cleandoc(sys.modules[module].__doc__ or "") for module in modules]
        return _quoted("\n\n".join([*(said or ["Operations."]), _NOTE]), "")

    def _in_order(self) -> list[Struct]:
        """Return the structs so that each stands after those that it has in it."""
        ordered: dict[Struct, None] = {}

        def add(struct: Struct) -> None:
            for inner in _direct(struct):
                if inner in self.structs and inner is not struct:
                    add(inner)
            ordered[struct] = None

        for struct in self.structs:
            add(struct)
        return list(ordered)


class _Names:
    """The names that a file uses, and where they come from."""

    def __init__(self, room: str) -> None:
        self._room = room
        self._of_module: dict[str, set[str]] = defaultdict(set)
        self.needs_msgspec = False

    def of(self, struct: Struct) -> str:
        """Return a struct's name, and import it where it is another room's."""
        room = _room(struct.__module__)
        if room != self._room:
            self._of_module[f"{_PACKAGE}.{room}"].add(struct.__name__)
        return struct.__name__

    def take(self, module: str, name: str) -> str:
        """Import a name, and return it."""
        self._of_module[module].add(name)
        return name

    def imports(self) -> str:
        """Return the lines that import all of it."""
        own = {module: names for module, names in self._of_module.items() if module.startswith("amity.")}
        lines = [
            [_imported(module, names) for module, names in sorted(self._of_module.items()) if module not in own],
            ["import msgspec"] if self.needs_msgspec else [],
            [_imported(module, names) for module, names in sorted(own.items())],
        ]
        return "\n\n".join("\n".join(group) for group in lines if group)


def _struct(struct: Struct, is_answer: bool, used: _Names) -> str:
    base = used.take("amity.client.operation", "Response" if is_answer else "Request")
    fields = _fields(struct)
    tag = ""
    if fields and isinstance(fields[0].type, types.LiteralType) and fields[0].type.values == (fields[0].default,):
        tag = f', tag_field="{fields[0].encode_name}", tag="{fields[0].default}"'
        fields = fields[1:]
    said = inspect.cleandoc(vars(struct).get("__doc__") or "")
    said = "\n\n".join([said, *(text for (name, _), text in UNSAID.items() if name == struct.__name__)]).strip()
    lines = [f"class {struct.__name__}({base}{tag}):"]
    lines += [_quoted(said, "    ")] if said else []
    lines += [""] if said and fields else []
    lines += [_field(struct, field, is_answer, used) for field in fields]
    return "\n".join(lines if said or fields else [*lines, "    pass"])


def _field(struct: Struct, field: types.Field, is_answer: bool, used: _Names) -> str:
    can_be_none = isinstance(field.type, types.UnionType) and field.type.includes_none
    written = _written(field.type, used)
    if not is_answer:
        default = _own_default(struct, field)
        written += " | None" if can_be_none else ""
    elif (struct.__name__, field.name) in UNSAID:
        written, default = f"{written} | None", "None"
    else:
        default = _empty(field.type, used)
        written += " | None" if default == "None" and written != "Any" else ""
    arguments = default if default.startswith("default_factory=") else ""
    if field.encode_name != wire_name(field.name):
        arguments = f'{arguments or f"default={default}"}, name="{field.encode_name}"'
    if arguments:
        used.needs_msgspec = True
        default = f"msgspec.field({arguments})"
    return f"    {field.name}: {written} = {default}"


def _own_default(struct: Struct, field: types.Field) -> str:
    if field.default is msgspec.NODEFAULT:
        raise TypeError(f"{struct.__name__}.{field.name}: a field of a request has a default that is no list")
    return '""' if field.default == "" else repr(field.default)


def _empty(kind: types.Type, used: _Names) -> str:
    """Return what a field of an answer is where the server says nothing: None for an object that may be absent."""
    match kind:
        case types.Metadata():
            return _empty(kind.type, used)
        case types.UnionType():
            (rest,) = _without_none(kind)
            return _empty(rest, used) if isinstance(rest, types.ListType | types.DictType) else "None"
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
            return zeros[_written(kind, used)]


def _written(kind: types.Type, used: _Names) -> str:
    """Return a type as it stands in an annotation, without None: what is null in a list stands for nothing."""
    match kind:
        case types.Metadata():
            return _written(kind.type, used)
        case types.UnionType():
            (rest,) = _without_none(kind)
            return _written(rest, used)
        case types.ListType():
            return f"list[{_written(kind.item_type, used)}]"
        case types.DictType():
            return f"dict[{_written(kind.key_type, used)}, {_written(kind.value_type, used)}]"
        case types.StructType():
            return used.of(kind.cls)
        case types.LiteralType():
            (name,) = {type(value).__name__ for value in kind.values}
            return name
        case types.AnyType():
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


def _operation(operation: Operation, used: _Names) -> str:
    is_list = get_origin(operation.response) is list
    answer = used.of(get_args(operation.response)[0] if is_list else operation.response) if operation.response else ""
    arguments = [
        f'"{operation.path}"',
        used.of(operation.request),
        (f"list[{answer}]" if is_list else answer) or used.take("types", "NoneType"),
        *(["needs_token=False"] if operation.access is Access.ANYONE else []),
    ]
    start = f"{constant(operation.path)} = {used.take('amity.client.operation', 'Operation')}("
    line = f"{start}{', '.join(arguments)})"
    if len(line) > _WIDTH:
        line = "\n".join([start, *(f"    {argument}," for argument in arguments), ")"])
    return f"{line}\n{_quoted(operation.summary + '.', '')}"


def constant(path: str) -> str:
    """Return the name of an operation's constant: its ``operationId`` of the OpenAPI document, in capitals."""
    return path.strip("/").replace("/", "_").upper()


def _imported(module: str, names: Iterable[str]) -> str:
    listed = sorted(names)
    line = f"from {module} import {', '.join(listed)}"
    if len(line) <= _WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in listed), ")"])


def _quoted(text: str, indent: str) -> str:
    """Return a docstring as the code has them."""
    if '"""' in text or "\\" in text:
        raise ValueError(f"a docstring that cannot be copied: {text}")
    lines = [f"{indent}{line}" if line else "" for line in f'"""{text}'.split("\n")]
    if "\n\n" in text or len(lines[-1]) + 3 > _WIDTH:
        return "\n".join([*lines, f'{indent}"""'])
    return "\n".join(lines) + '"""'


def _reachable(kinds: Iterable[Any]) -> set[Struct]:
    """Return the structs that values of these types have in them, at any depth."""
    found: set[Struct] = set()
    waiting = [struct for kind in kinds for struct in _structs_in(types.type_info(kind))]
    while waiting:
        struct = waiting.pop()
        if struct not in found:
            found.add(struct)
            waiting += _direct(struct)
    return found


def _direct(struct: Struct) -> list[Struct]:
    return [inner for field in _fields(struct) for inner in _structs_in(field.type)]


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


def _fields(struct: Struct) -> Sequence[types.Field]:
    info = types.type_info(struct)
    assert isinstance(info, types.StructType)
    return info.fields


def _place(struct: Struct) -> tuple[str, int]:
    """Return where a struct is defined, to be ordered by."""
    return struct.__module__, list(vars(sys.modules[struct.__module__])).index(struct.__name__)


def _room(module: str) -> str:
    """Return the package of a module, without amity's own name: its file below ``types/``."""
    return module.removeprefix("amity.").rpartition(".")[0]


def write() -> None:
    """Write all files, and delete those that nothing is written to any more."""
    files = generate(declared_operations().values())
    for path in FOLDER.rglob("*.py"):
        if str(path.relative_to(FOLDER)) not in files:
            path.unlink()
    for name, text in files.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
