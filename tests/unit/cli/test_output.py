"""What strangers wrote does not steer the terminal."""

import json

import click
import pytest
from click.testing import CliRunner

from amity.cli.output import at_time, print_json, print_table, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, ☃ and 漢字", "plain, ☃ and 漢字"),
        ("\x1b[31mred\r\n", r"\x1b[31mred\r\n"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        (5, "5"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(text, shown):
    assert printable(text) == shown


def test_without_a_terminal_a_table_is_aligned_columns():
    @click.command()
    def command() -> None:
        print_table(["user", "state"], [["alice", "ok"], ["\x1b[2J", "fail"]], state=1)

    assert CliRunner().invoke(command, color=False).stdout == "user     state\nalice    ok\n\\x1b[2J  fail\n"


def test_json_is_one_document():
    @click.command()
    def command() -> None:
        print_json({"a": ["☃"]})

    result = CliRunner().invoke(command)
    assert json.loads(result.stdout) == {"a": ["☃"]}
    assert result.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0, "-"), (1_000, "1970-01-01 00:00:01Z"), (-62135596800000, "0001-01-01 00:00:00Z"), (10**18, "-")],
)
def test_times_are_utc_and_impossible_ones_a_dash(milliseconds, shown):
    assert at_time(milliseconds) == shown
