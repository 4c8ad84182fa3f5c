"""docs/settings.md has every key that the code knows, with its default and its variable, and no other: all of a
server's, and of a relay's those that a server has not, or with another default."""

import re
from pathlib import Path

import pytest
import yaml
from msgspec import inspect

from amity.settings import RelaySettings, Section, Settings, load_relay, webhooks
from amity.settings.checking import ANY_CALLBACK, ANY_NOTIFICATION, every_key
from amity.settings.environment import variable
from tests.unit.docs.pages import blocks

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
SERVER, RELAY = PAGE.split("\n## The relay\n")
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| `([^`]*)` \| `([^`]+)` \| ([^|]+) \|$", re.MULTILINE)
OF_SERVER = [(path, default) for path, _, default in every_key(Settings())]


def documented_keys(section: Section) -> list[tuple[str, inspect.Field, object]]:
    """The keys that have a row of their own in a section of the page."""
    keys = every_key(section)
    if isinstance(section, Settings):
        return list(keys)
    return [(path, field, default) for path, field, default in keys if (path, default) not in OF_SERVER]


BOTH = pytest.mark.parametrize(
    ("part", "section"), [(SERVER, Settings()), (RELAY, RelaySettings())], ids=["server", "relay"]
)


@BOTH
def test_every_key_is_documented_and_no_other(part, section):
    assert [row[0] for row in ROW.findall(part)] == [path for path, _, _ in documented_keys(section)]


@BOTH
def test_the_defaults_are_those_of_the_code(part, section):
    documented = {row[0]: yaml.safe_load(row[2]) for row in ROW.findall(part)}
    assert documented == {path: default for path, _, default in documented_keys(section)}


@BOTH
def test_the_variables_are_those_of_the_code(part, section):
    documented = {row[0]: row[3] for row in ROW.findall(part)}
    assert documented == {
        path: variable(path.replace(ANY_CALLBACK, "C").replace(ANY_NOTIFICATION, "N"))
        .replace("__C__", "__<CALLBACK>__")
        .replace("__N__", "__<NOTIFICATION>__")
        for path, _, _ in documented_keys(section)
    }


@BOTH
def test_the_bounds_of_whole_numbers_are_those_of_the_code(part, section):
    kinds = {path: field.type for path, field, _ in documented_keys(section)}
    bounds = {row[0]: re.findall(r"\d+", row[1]) for row in ROW.findall(part) if row[1].startswith("number, ")}
    assert {path for path, kind in kinds.items() if isinstance(kind, inspect.IntType)} <= bounds.keys()
    for path, found in bounds.items():
        kind = kinds[path]
        if isinstance(kind, inspect.IntType):
            assert found == [str(kind.ge), str(kind.le)], path


def test_the_callbacks_of_this_version_are_listed():
    listed = PAGE.split("The callbacks of this version:")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == webhooks.RAISED


def test_the_parts_of_a_relay_without_rows_are_named_as_the_server_s():
    named = re.search(r"^(.*) are the server's, with these differences", RELAY, re.MULTILINE)
    assert named is not None
    all_parts = {path.partition(".")[0] for path, _, _ in every_key(RelaySettings())}
    with_rows = {row[0].partition(".")[0] for row in ROW.findall(RELAY)} - {"callbacks"}
    assert set(re.findall(r"`(\w+)`", named[1])) == all_parts - with_rows


def test_the_relay_s_example_loads(tmp_path):
    (example,) = [block for block in blocks(PAGE, "yaml") if "\nrelay:" in block]
    file = tmp_path / "relay.yml"
    file.write_text(example, encoding="utf-8")
    assert load_relay(file, {}).relay.key == "at-least-sixteen-letters"
