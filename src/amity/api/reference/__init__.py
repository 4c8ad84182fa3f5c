"""What the OpenAPI document says beyond types: what each field means, what a request needs, an example of each call.

``*.toml`` hold the meanings and ``examples.json`` the calls. Tests hold both to the server: every field has a meaning,
every required field is one without which the server refuses, every example is what the server answers.
"""

import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, NamedTuple


class Example(NamedTuple):
    """A request of an operation, and what the server answers to it."""

    request: dict[str, Any]
    answer: dict[str, Any]


class Reference:
    """The meanings of fields and the examples, read from the package's files. It takes milliseconds to make."""

    def __init__(self) -> None:
        self._any: dict[str, str] = {}
        self._structs: dict[str, dict[str, str]] = {}
        self._required: dict[str, list[str]] = {}
        self._tags: dict[str, str] = {}
        folder = resources.files(__name__)
        for file in folder.iterdir():
            if file.name.endswith(".toml"):
                tables = tomllib.loads(file.read_text("utf-8"))
                self._any |= tables.pop("any", {})
                self._required |= tables.pop("required", {})
                self._tags |= tables.pop("tags", {})
                self._structs |= tables
        examples = json.loads(folder.joinpath("examples.json").read_text("utf-8"))
        self._examples = {path: Example(**example) for path, example in examples.items()}

    def meaning(self, struct: str, field: str) -> str:
        """Return what a field of a struct means, by its name on the wire; nothing where no file says it."""
        return self._structs.get(struct, {}).get(field, "") or self._any.get(field, "")

    def required(self, struct: str) -> list[str]:
        """Return the fields without which a request with this struct is refused."""
        return self._required.get(struct, [])

    def tag(self, name: str) -> str:
        """Return what the operations of a tag, the first part of their paths, are about."""
        return self._tags.get(name, "")

    def example(self, path: str) -> Example | None:
        """Return the example of an operation; ``None`` where there is none."""
        return self._examples.get(path)

    def named(self) -> Mapping[str, set[str]]:
        """Return the fields that the files name: by struct, and under ``any`` those of whatever struct."""
        named = {struct: set(fields) for struct, fields in self._structs.items()}
        for struct, fields in self._required.items():
            named.setdefault(struct, set()).update(fields)
        return named | {"any": set(self._any)}
