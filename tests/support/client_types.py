"""Generate ``src/amity/client/types/``, the requests and answers of the server's operations for the typed client.

``make client-types`` runs it. The client must not import the server's packages, and a program that uses the client need
not load them. So their structs are generated a second time:

- one file for each package that has structs or operations, with the names and docstrings of its structs; that of a
  package around others that have some is the ``__init__.py`` of their folder, or ``models.py`` in it where the package
  has models of its own: the ``__init__.py`` then has the names of the whole folder;
- no bounds and no choices, because the server checks them, and another version has others;
- a default for every field of an answer, because OpenIM leaves out or nulls empty fields, and an older server has fewer
  fields. Structs that are only in requests keep the server's defaults.
"""

import inspect
import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import get_args, get_origin

import msgspec
from msgspec import inspect as types

from amity.calls.operation import Access, Operation
from amity.wire.naming import wire_name
from tests.support.client_annotations import (
    PACKAGE,
    WIDTH,
    Names,
    Struct,
    empty,
    fields_of,
    imported,
    reachable,
    room_of,
    structs_of,
    written,
)
from tests.support.declared_operations import declared_operations

FOLDER = Path(__file__).parents[2] / "src" / "amity" / "client" / "types"
_NOTE = "Written from the server's operations by `make client-types`: not to be edited."
OPTIONAL_FIELDS = {
    "GroupInfo": {
        "history_for_new_members": "``history_for_new_members`` is ``None`` where the settings of the server decide.",
    },
    "ImportFriendResponse": {
        "imported": "``imported`` is ``None`` where the server does not say who was imported, as OpenIM's.",
    },
}
"""Fields of answers in which absent and empty differ, with the sentence about each for the docstring."""


def generate(operations: Iterable[Operation]) -> dict[str, str]:
    """Return the content of each file by its path below ``types/``.

    Raises ``TypeError`` for a type that the client cannot have, and ``ValueError`` for two structs of one name.
    """
    operations = list(operations)
    answers = reachable(operation.response for operation in operations if operation.response is not None)
    requests = reachable(operation.request for operation in operations)
    structs = requests | answers
    names = [struct.__name__ for struct in structs]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"several structs have the name {', '.join(sorted(twice))}")
    rooms: dict[str, _Room] = defaultdict(_Room)
    for struct in sorted(structs, key=_place):
        rooms[room_of(struct.__module__)].structs.append(struct)
    for operation in operations:
        rooms[room_of(inspect.unwrap(operation.handler).__module__)].operations.append(operation)
    files = {_file(name, rooms): room.text(name, requests, answers) for name, room in rooms.items()}
    folders = {str(parent) for file in files for parent in Path(file).parents}
    starts = {str(Path(folder) / "__init__.py"): _start(folder.replace("/", "."), rooms) for folder in folders}
    return starts | files


def _start(folder: str, rooms: "dict[str, _Room]") -> str:
    """Return the content of a folder's ``__init__.py``: all names of the folder, where its package has models."""
    if f"{folder}.models" not in rooms:
        return f'"""{_NOTE}"""\n'
    names = {name: room.names() for name, room in sorted(rooms.items()) if name.startswith(f"{folder}.")}
    lines = [imported(f"{PACKAGE}.{name}", listed) for name, listed in names.items()]
    # As ruff sorts such a list: constants before classes, and with regard to case.
    everything = sorted(
        (each for listed in names.values() for each in listed), key=lambda name: (not name.isupper(), name)
    )
    return "\n".join(
        [
            f'"""The names of all files of this folder.\n\n{_NOTE}\n"""\n',
            *lines,
            "\n__all__ = [",
            *(f'    "{each}",' for each in everything),
            "]\n",
        ]
    )


def _file(name: str, all_names: Iterable[str]) -> str:
    path = name.replace(".", "/")
    is_around_others = any(other.startswith(f"{name}.") for other in all_names)
    return f"{path}/__init__.py" if is_around_others else f"{path}.py"


class _Room:
    """The structs and operations of one package of the server."""

    def __init__(self) -> None:
        self.structs: list[Struct] = []
        self.operations: list[Operation] = []

    def names(self) -> list[str]:
        """Return the names that the package's file has."""
        return [struct.__name__ for struct in self.structs] + [constant(each.path) for each in self.operations]

    def text(self, name: str, requests: set[Struct], answers: set[Struct]) -> str:
        """Return the content of the package's file. What is in requests and answers is written as an answer is."""
        used = Names(name)
        blocks = [_struct(struct, struct in requests, struct in answers, used) for struct in self._in_order()]
        blocks += ["\n".join(_operation(operation, used) for operation in self.operations)] if self.operations else []
        return "\n\n\n".join([f"{self._docstring()}\n\n{used.imports()}", *blocks]).rstrip() + "\n"

    def _docstring(self) -> str:
        modules = dict.fromkeys(struct.__module__ for struct in self.structs)
        said = [inspect.cleandoc(sys.modules[module].__doc__ or "") for module in modules]
        return _quoted("\n\n".join([*(said or ["Operations."]), _NOTE]), "")

    def _in_order(self) -> list[Struct]:
        """Return the structs ordered so that each comes after those that it contains."""
        ordered: dict[Struct, None] = {}

        def add(struct: Struct) -> None:
            for inner in structs_of(struct):
                if inner in self.structs and inner is not struct:
                    add(inner)
            ordered[struct] = None

        for struct in self.structs:
            add(struct)
        return list(ordered)


def _struct(struct: Struct, is_request: bool, is_answer: bool, used: Names) -> str:
    base = used.take("amity.client.operation", "Response" if is_answer else "Request")
    fields = fields_of(struct)
    tag = ""
    if fields and isinstance(fields[0].type, types.LiteralType) and fields[0].type.values == (fields[0].default,):
        tag = f', tag_field="{fields[0].encode_name}", tag="{fields[0].default}"'
        fields = fields[1:]
    said = inspect.cleandoc(vars(struct).get("__doc__") or "")
    said = "\n\n".join([said, *OPTIONAL_FIELDS.get(struct.__name__, {}).values()]).strip()
    lines = [f"class {struct.__name__}({base}{tag}):"]
    lines += [_quoted(said, "    ")] if said else []
    lines += [""] if said and fields else []
    lines += [_field(struct, field, is_request, is_answer, used) for field in fields]
    return "\n".join(lines if said or fields else [*lines, "    pass"])


def _field(struct: Struct, field: types.Field, is_request: bool, is_answer: bool, used: Names) -> str:
    annotation = written(field.type, used)
    if not is_answer:
        can_be_none = isinstance(field.type, types.UnionType) and field.type.includes_none
        default = _own_default(struct, field)
    elif field.name in OPTIONAL_FIELDS.get(struct.__name__, {}):
        can_be_none, default = True, "None"
    else:
        default = empty(field.type, used)
        if is_request and isinstance(field.type, types.LiteralType):
            # Its empty value may be none of those that the server takes.
            default = _own_default(struct, field)
        can_be_none = default == "None" and not isinstance(field.type, types.AnyType)
    annotation += " | None" if can_be_none else ""
    arguments = default if default.startswith("default_factory=") else ""
    if field.encode_name != wire_name(field.name):
        arguments = f'{arguments or f"default={default}"}, name="{field.encode_name}"'
    if arguments:
        used.needs_msgspec = True
        default = f"msgspec.field({arguments})"
    return f"    {field.name}: {annotation} = {default}"


def _own_default(struct: Struct, field: types.Field) -> str:
    if isinstance(field.type, types.RawType):
        return "None"
    if field.default is msgspec.NODEFAULT:
        raise TypeError(f"{struct.__name__}.{field.name}: a field of a request needs a default, and none that is made")
    return json.dumps(field.default) if isinstance(field.default, str) else repr(field.default)


def _operation(operation: Operation, used: Names) -> str:
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
    if len(line) > WIDTH:
        line = "\n".join([start, *(f"    {argument}," for argument in arguments), ")"])
    return f"{line}\n{_quoted(operation.summary + '.', '')}"


def constant(path: str) -> str:
    """Return the name of an operation's constant: its ``operationId`` in the OpenAPI document, in capitals."""
    return path.strip("/").replace("/", "_").upper()


def _quoted(text: str, indent: str) -> str:
    """Return a docstring in the form that the code uses. Raises ``ValueError`` for a text that needs escapes."""
    if '"""' in text or "\\" in text:
        raise ValueError(f"a docstring that cannot be copied: {text}")
    lines = [f"{indent}{line}" if line else "" for line in f'"""{text}'.split("\n")]
    if "\n\n" in text or len(lines[-1]) + 3 > WIDTH:
        return "\n".join([*lines, f'{indent}"""'])
    return "\n".join(lines) + '"""'


def _place(struct: Struct) -> tuple[str, int]:
    """Return the place of a struct's definition, as a key to sort by."""
    return struct.__module__, list(vars(sys.modules[struct.__module__])).index(struct.__name__)


def write(folder: Path = FOLDER) -> None:
    """Write all files, and delete those that are not generated any more."""
    files = generate(declared_operations().values())
    for path in folder.rglob("*.py"):
        if str(path.relative_to(folder)) not in files:
            path.unlink()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
