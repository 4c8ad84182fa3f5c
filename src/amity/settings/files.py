"""YAML for settings: repeated keys are an error, and every mapping knows the lines of its keys."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import yaml


class SettingsError(Exception):
    """The settings cannot be used. ``problems`` has one line for each error; the text has them all."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        if len(problems) == 1:
            super().__init__(problems[0])
        else:
            super().__init__("the settings cannot be used:" + "".join(f"\n  {problem}" for problem in problems))


class Mapping(dict[Any, Any]):
    """A mapping from a file. ``lines`` gives the line of each key in ``source``, counted from 1."""

    def __init__(self, source: str = "") -> None:
        super().__init__()
        self.source = source
        self.lines: dict[Any, int] = {}

    def where(self, key: object) -> str:
        """Return the place of a key for an error, with a colon at the end, or an empty string if it came from no
        file."""
        line = self.lines.get(key)
        return f"{self.source} line {line}: " if line else ""


class _Loader(yaml.SafeLoader):
    source = ""

    def construct_yaml_map(self, node: yaml.MappingNode) -> Generator[Mapping, None, None]:
        mapping = Mapping(self.source)
        yield mapping
        own: dict[Any, int] = {}
        for key_node, _ in node.value:
            if key_node.tag == "tag:yaml.org,2002:merge":
                continue
            key = self.construct_object(key_node, deep=True)
            line = key_node.start_mark.line + 1
            if not isinstance(key, str | int | float | bool | None) or _is_huge(key):
                raise yaml.constructor.ConstructorError(None, None, "a key is a plain word", key_node.start_mark)
            if key in own:
                raise yaml.constructor.ConstructorError(
                    None,
                    None,
                    f"the key {key} stands here again; it is on line {own[key]} already",
                    key_node.start_mark,
                )
            own[key] = line
        mapping.update(self.construct_mapping(node))
        mapping.lines = own


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_yaml_map)


# What a library quotes may be a secret (one that starts with * is an alias to YAML), and may contain quotes. So nothing
# is shown from the first quote on. Single characters and YAML's own words, which are in <>, reveal nothing.
_TELLS_NOTHING = re.compile(r"""(?:[^'"]|'(?:<[\w ]+>|.)')*""", re.DOTALL)


def parse(text: str, source: str) -> Any:
    """Parse YAML. ``source`` names it in errors. Raises ``SettingsError`` with the line, never with the text."""
    try:
        loader = _Loader(text)
        loader.source = source
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        said = error.problem or "this is not YAML that can be read"
        harmless = _TELLS_NOTHING.match(said)
        problem = said if harmless is None or harmless[0] == said else f"{harmless[0]}..."
        raise SettingsError([f"{source}{line}: {problem}"]) from None
    except (yaml.YAMLError, ValueError, RecursionError):
        # A ValueError means an invalid date. The text of these errors may quote the content, and with it a secret.
        raise SettingsError([f"{source}: this is not YAML that can be read"]) from None


def ends_in_comment(text: str) -> bool:
    """Return whether YAML drops the end of a text as a comment: half of a value with a ``#`` in it."""
    try:
        *_, last, _ = yaml.scan(text, yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    return bool(text[last.end_mark.index :].strip())


def read_mapping(path: Path) -> Mapping:
    """Read a file that holds one mapping (or nothing). Raises ``SettingsError``."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError([f"{path} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError as error:
        raise SettingsError([f"{path} is not UTF-8 text (byte {error.start})"]) from None
    data = parse(text, str(path))
    if data is None:
        return Mapping(str(path))
    if not isinstance(data, Mapping):
        raise SettingsError(
            [f"{path}: expected keys with values, as in 'secret: ...', got {describe(data, sensitive=True)}"]
        )
    return data


def _is_huge(value: object) -> bool:
    """Return whether a value is an integer so large that no setting takes it and Python may refuse to format it."""
    return isinstance(value, int) and value.bit_length() > 128


def describe(value: object, *, sensitive: bool = False) -> str:
    """Describe a value, for "expected ..., got ...". A sensitive one is described by its type only."""
    match value:
        case None:
            return "nothing"
        case bool():
            kind, shown = "", "true" if value else "false"
        case int() if _is_huge(value):
            kind, shown = "a number", f" of {value.bit_length()} bits"
        case int() | float():
            kind, shown = "the number ", repr(value)
        case str() if "://" in value and "@" in value:  # a URL that may contain a password
            return "a text"
        case str():
            kind, shown = "the text ", repr(value if len(value) <= 60 else value[:57] + "...")
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return f"a {type(value).__name__}"
    if sensitive:
        return {"": "true or false"}.get(kind, kind.replace("the ", "a ").strip())
    return kind + shown
