"""Every call of ``make`` that pages, hooks and the devcontainer show or do is of a target that exists."""

import json
import os
import re
import shlex
import subprocess

import pytest
import yaml

from amity.settings import Settings
from tests.unit.docs.make_targets import called, code_of, targets, words
from tests.unit.docs.pages import PAGES, ROOT, name, text


def called_on(page):
    """The targets that a page makes."""
    return set().union(*map(called, code_of(page)))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_target_on_a_page_exists(page):
    assert called_on(page.read_text(encoding="utf-8")) <= targets()


def test_every_target_runs_whatever_files_and_folders_there_are():
    rules = re.findall(r"^([a-z-]+(?: [a-z-]+)*):(?!=)", text("Makefile"), re.MULTILINE)
    assert {target for rule in rules for target in rule.split()} == targets()


def commands_of(target):
    """What make would run for a target, whoever has started this test by make."""
    dry_run = ["make", "--no-print-directory", "--dry-run", target]
    return subprocess.run(
        dry_run, cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True
    ).stdout


def test_make_test_runs_all_checks_and_all_tests_but_those_of_clients():
    commands = commands_of("test").splitlines()
    for check in ("lint", "contract", "types"):
        assert set(commands_of(check).splitlines()) <= set(commands)
    (pytest_call,) = (shlex.split(command) for command in commands if "/pytest " in command)
    suites = {path.relative_to(ROOT).parts[1] for path in ROOT.glob("tests/**/test_*.py")} - {"clients"}
    assert {word for word in pytest_call if word.startswith("tests/")} == {f"tests/{suite}" for suite in suites}


def test_every_target_that_make_help_lists_is_explained_to_contributors():
    listed = set(re.findall(r"^([a-z-]+):.* ## ", text("Makefile"), re.MULTILINE))
    assert listed - called_on(text("CONTRIBUTING.md")) == {"serve", "clean"}


def test_what_pages_say_to_test_is_there_or_made_by_them():
    named = set()
    for page in PAGES:
        content = page.read_text(encoding="utf-8")
        made = re.findall(r"^\*\*`(tests/[^`]+)`\*\*$", content, re.MULTILINE)
        for word in (word for code in code_of(content) for word in words(code) if word.startswith("T=")):
            for path in shlex.split(word.removeprefix("T=")):
                if "/" in path:
                    named.add(path)
                    assert (ROOT / path).exists() or any(file.startswith(path) for file in made), (page, path)
    assert {"tests/unit/relations", "tests/integration/backdrops"} <= named


def test_every_hook_before_a_commit_makes_a_target_with_the_tools_of_this_checkout():
    (repository,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        assert called(hook["entry"]) <= targets()
        assert called(hook["entry"]) == {hook["id"]}


def test_the_devcontainer_makes_targets_and_forwards_the_ports_of_a_server_without_settings():
    container = json.loads(text(".devcontainer/devcontainer.json"))
    assert called(container["postCreateCommand"]) == {"setup"}
    ports = [Settings(secret="at least sixteen characters").gateway.port, Settings(secret="x" * 16).api.port]
    assert container["forwardPorts"] == ports
    assert [int(port) for port in container["portsAttributes"]] == ports
    assert "FROM python:3.11-" in text(f".devcontainer/{container['build']['dockerfile']}")


def test_the_devcontainer_has_the_programs_that_the_tests_of_clients_need():
    named = re.search(r"On Debian 13: apt-get install ([\w ]+)\.", text("Makefile"))
    assert named
    assert set(named[1].split()) <= set(text(".devcontainer/Dockerfile").split())


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("make setup", {"setup"}),
        ("cd x && make setup serve", {"setup", "serve"}),
        ("make test T='tests/unit tests/fuzz'  # all of it", {"test"}),
        ("SECONDS=9 make fuzz", {"fuzz"}),
        ("make --no-print-directory lint", {"lint"}),
        ("remake this", set()),
    ],
)
def test_calls_of_make_are_found(code, made):
    assert called(code) == made
