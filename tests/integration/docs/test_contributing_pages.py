"""The pages for contributors, done as they stand in a copy of the project: what they add works, and keeps the rules."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.docs.contribution import Contribution

ROOT = Path(__file__).parents[3]
PAGES = ("operation", "domain", "synced-list")  # the third goes on where the second ends
EXAMPLES = "src/amity/api/reference/examples.json"
TESTS = (
    "tests/integration/access/test_operations.py::test_every_operation_has_a_row",
    "tests/integration/api/test_reference.py::test_every_operation_has_an_example",
    "tests/integration/api/test_reference.py::test_every_example_is_answered_as_the_document_says",
    "tests/integration/api/test_reference.py::test_every_field_of_every_request_and_answer_says_what_it_means",
    "tests/integration/api/test_reference.py::test_the_files_describe_no_field_that_there_is_not",
    "tests/unit/client/test_operations.py::test_what_has_no_method_has_none_on_purpose",
    "tests/unit/client/test_operations.py::test_a_method_calls_one_operation_with_its_request[count_friends-True]",
    "tests/unit/docs/test_compatibility.py::test_a_row_says_that_an_operation_is_there_exactly_where_the_code_has_it",
    "tests/unit/docs/test_compatibility.py::test_only_operations_of_openim_are_said_to_be_openim_s",
    "tests/unit/docs/test_compatibility.py::test_who_may_call_is_what_the_code_says",
    "tests/unit/docs/test_tables.py::test_the_floors_are_those_that_are_checked",
    "tests/unit/docs/test_tables.py::test_every_room_is_named",
)
"""Those that fail where something is forgotten, besides those that the pages bring along."""
PLUGINS = ("-p", "pytest_asyncio.plugin", "-p", "pytest_timeout", "-p", "no:cacheprovider")
"""Without the others, which pytest would rewrite as it loads them, the first test begins sooner."""
MAKE_AND_TEST = """
import os, sys
from tests.support import client_types
client_types.write()
os.execv(sys.executable, (sys.executable, "-m", "pytest", *sys.argv[1:]))
"""
"""``make client-types`` and then the tests, which need the types that were written: the server imports them, too."""
CALLER = "tests/integration/access/test_operations.py::test_each_caller_gets_what_the_row_says"
OPERATIONS = (
    "/friend/count_friends",
    "/backdrop/set_backdrop",
    "/backdrop/get_backdrops",
    "/backdrop/remove_backdrop",
    "/backdrop/get_incremental_backdrops",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project after all pages, and the tests that they bring along."""
    folder = tmp_path_factory.mktemp("contribution")
    contribution = Contribution(ROOT, folder)
    files = [file for page in PAGES for file in contribution.follow(ROOT / f"docs/contributing/{page}.md")]
    return folder, [file for file in files if Path(file).name.startswith("test_")]


def run(folder, tool, *arguments):
    """Run a tool in a copy of the project, on the code that is there."""
    ran = subprocess.run(
        [Path(sys.executable).parent / tool, *arguments],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
        | {"PYTHONPATH": str(folder / "src"), "AMITY_WRITE_EXAMPLES": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def test_the_new_room_keeps_the_contract(copy):
    folder, _ = copy
    assert "0 broken" in run(folder, "lint-imports", "--no-cache")


def test_their_code_is_in_the_one_format_and_keeps_the_rules(copy):
    folder, _ = copy
    run(folder, "ruff", "check", "--no-cache", "src", "tests/integration")
    run(folder, "ruff", "format", "--no-cache", "--check", "src", "tests/integration")


def test_a_server_with_them_answers_as_they_say_and_nothing_is_forgotten(copy):
    folder, brought = copy
    shown = json.loads((folder / EXAMPLES).read_text(encoding="utf-8"))
    assert len(brought) == 3
    asked = [f"{CALLER}[{operation}]" for operation in OPERATIONS]
    run(folder, "python", "-c", MAKE_AND_TEST, "-q", *PLUGINS, "-k", "not postgres", *brought, *TESTS, *asked)
    answers = json.loads((folder / EXAMPLES).read_text(encoding="utf-8"))
    # The last page has answers written, and shows none.
    assert {path for path in shown if shown[path] != answers[path]} == set(OPERATIONS[3:])
    assert [answers[path]["answer"]["errCode"] for path in OPERATIONS] == [0] * len(OPERATIONS)
