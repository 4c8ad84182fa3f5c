"""What the OpenAPI document says beyond types: meanings of fields, required fields, an example of each call.

``*.toml`` hold the meanings and ``examples.json`` the calls. Tests compare both with the server: every field has a
meaning, the server refuses a request without a required field, and every example is the server's answer.
"""

import json
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, NamedTuple


class Example(NamedTuple):
    """A request of an operation, and the server's answer to it."""

    request: dict[str, Any]
    answer: dict[str, Any]
    query: Mapping[str, str] = {}


class Reference:
    """The meanings of fields and the examples, read from the package's files. Creating it takes milliseconds."""

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
        """Return the meaning of a struct's field, by its name on the wire, or an empty string."""
        return self._structs.get(struct, {}).get(field, "") or self._any.get(field, "")

    def required(self, struct: str) -> list[str]:
        """Return the required fields of a request's struct."""
        return self._required.get(struct, [])

    def tag(self, name: str) -> str:
        """Return the description of a tag, the first part of its operations' paths."""
        return self._tags.get(name, "")

    def example(self, path: str) -> Example | None:
        """Return the example of an operation, or ``None``."""
        return self._examples.get(path)

    def named(self) -> Mapping[str, set[str]]:
        """Return the fields named in the files, by struct; those of any struct are under ``any``."""
        named = {struct: set(fields) for struct, fields in self._structs.items()}
        for struct, fields in self._required.items():
            named.setdefault(struct, set()).update(fields)
        return named | {"any": set(self._any)}
