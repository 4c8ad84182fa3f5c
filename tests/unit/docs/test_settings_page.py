"""docs/settings.md has every key that the code knows, with its default and its variable, and no other."""

import re
from pathlib import Path

import yaml

from amity.settings import Settings, webhooks
from amity.settings.checking import ANY_CALLBACK, every_key
from amity.settings.environment import variable

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \| `([^`]*)` \| `([^`]+)` \| ([^|]+) \|$", re.MULTILINE)


def test_every_key_is_documented_and_no_other():
    assert [row[0] for row in ROW.findall(PAGE)] == [path for path, _, _ in every_key(Settings())]


def test_the_defaults_are_those_of_the_code():
    documented = {row[0]: yaml.safe_load(row[2]) for row in ROW.findall(PAGE)}
    assert documented == {path: default for path, _, default in every_key(Settings())}


def test_the_variables_are_those_of_the_code():
    documented = {row[0]: row[3] for row in ROW.findall(PAGE)}
    assert documented == {
        path: variable(path.replace(ANY_CALLBACK, "C")).replace("__C__", "__<CALLBACK>__")
        for path, _, _ in every_key(Settings())
    }


def test_the_callbacks_of_this_version_are_listed():
    listed = PAGE.split("The callbacks of this version:")[1].split("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == webhooks.RAISED
