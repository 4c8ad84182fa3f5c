"""The command as a whole: its help, its exit codes, and what it says when something is wrong."""

import re
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from amity import __version__, logs
from amity.cli.exits import Failure
from amity.cli.explaining import explained
from amity.cli.main import LazyGroup, main
from amity.client import UnexpectedAnswer
from amity.errors import Code, ImError
from amity.http.client import HttpFailure
from amity.settings import SettingsError
from amity.storage import StorageError


class GroupOf(LazyGroup):
    """The group with one command of the test's own."""

    def __init__(self, command: click.Command) -> None:
        assert command.name is not None
        super().__init__("amity", lazy={command.name: ("", "", "")}, params=[click.Option(["--debug"], is_flag=True)])
        self._command = command

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return self._command


def every_command(group: click.Group, context: click.Context, path: str = "amity"):
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from every_command(command, context, f"{path} {name}")


def test_every_command_has_a_help_text_worth_its_name():
    context = click.Context(main)
    found = dict(every_command(main, context))
    assert len(found) > 20
    for name, command in found.items():
        assert command.help, name
        assert command.get_short_help_str(limit=500), name
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, f"{name} {parameter.name}"


def test_the_list_of_commands_names_them_as_they_name_themselves():
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert command is not None
        assert command.name == name


def test_the_help_documents_the_exit_codes_and_imports_no_command():
    code = (
        "import sys; from amity.cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name in ('amity.app.server', 'asyncpg', 'rich', 'amity.cli.serve')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "130  interrupted" in run.stdout
    assert "3  the server cannot be reached" in run.stdout
    assert run.stdout.endswith("[]\n")


def test_the_module_is_the_command():
    run = subprocess.run([sys.executable, "-m", "amity", "--version"], capture_output=True, text=True, check=True)
    assert run.stdout == f"amity, version {__version__}\n"


def test_an_unknown_command_is_wrong_usage_and_the_nearest_is_named():
    result = CliRunner().invoke(main, ["serv"])
    assert result.exit_code == 2
    assert "there is no command 'serv'; did you mean serve?" in result.stderr


def test_unusable_settings_are_one_line_each_and_exit_code_2(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    environ = {"AMITY_API__PORT": "x", "AMITY_ADMIN": "1", "AMITY_SECRET": "y"}
    result = CliRunner().invoke(main, ["migrate"], env=environ)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert [line.split(":")[0] for line in result.stderr.splitlines()] == [
        "Error",
        "  AMITY_ADMIN",
        "  AMITY_API__PORT",
    ]


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (SettingsError(["api.port: wrong"]), 2, "api.port: wrong"),
        (ImError(Code.ARGS, "users are empty"), 1, "1001 ArgsError: users are empty"),
        (ImError(Code.DATABASE), 1, "90002 DatabaseError"),
        (HttpFailure("did not answer in time"), 3, "the server did not answer in time"),
        (UnexpectedAnswer(404, "answered with 404"), 1, "the server answered with 404; is it an OpenIM server's API?"),
        (StorageError("amity.db is in use"), 1, "amity.db is in use"),
        (OSError(98, "cannot listen on [::1]:1: in use"), 1, "cannot listen on [::1]:1: in use"),
        (FileNotFoundError(2, "No such file or directory", "x.csv"), 1, "x.csv: No such file or directory"),
    ],
)
def test_what_goes_wrong_is_said_in_one_line(error, code, text):
    @click.command()
    def broken() -> None:
        raise error

    group = GroupOf(broken)
    result = CliRunner().invoke(group, ["broken"])
    assert (result.exit_code, result.stderr) == (code, f"Error: {text}\n")
    assert CliRunner().invoke(group, ["--debug", "broken"]).exception is error


def test_a_fault_of_amity_is_named_by_kind_and_place_and_its_text_is_not_shown():
    @click.command()
    def broken() -> None:
        raise KeyError("Tropic-Secret")

    result = CliRunner().invoke(GroupOf(broken), ["broken"])
    assert result.exit_code == 1
    assert re.fullmatch(
        r"Error: a fault of amity itself: KeyError in cli/main.py line \d+; 'amity --debug ...' shows all\n",
        result.stderr,
    )


@pytest.mark.parametrize("command", [["token"], ["users", "add"], ["friends", "list"]])
def test_words_that_are_no_text_in_this_locale_are_wrong_usage(command, tmp_path):
    # A server that is not there: the words are looked at before.
    words = [sys.executable, "-m", "amity", *command, b"zo\xeb", "--url", "http://127.0.0.1:1"]
    run = subprocess.run(words, cwd=tmp_path, env={"AMITY_SECRET": "x" * 16}, capture_output=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith(b"Error: the command line holds bytes that are no text here: write it in UTF-8")


def test_ctrl_c_has_an_exit_code_of_its_own():
    @click.command()
    def interrupted() -> None:
        raise KeyboardInterrupt

    result = CliRunner().invoke(GroupOf(interrupted), ["interrupted"])
    assert (result.exit_code, result.stderr) == (130, "Error: interrupted\n")


def test_a_closed_pipe_is_nobody_s_fault():
    assert explained(BrokenPipeError()) is None


def test_a_traceback_that_is_asked_for_shows_no_secret(tmp_path):
    (tmp_path / "amity.yml").write_text("secret: Tropic/Secret9-Tropic\n")
    program = (
        "from amity.cli import connection, main\n"
        "def fail(*_, **__): raise LookupError('Tropic/Secret9-Tropic')\n"
        "connection.AmityClient = fail\n"
        "main.main(['--debug', 'users', 'list'])\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], check=False, cwd=tmp_path, capture_output=True, text=True)
    assert "Traceback" in ran.stderr
    assert "LookupError: ***" in ran.stderr
    assert "Tropic" not in ran.stdout + ran.stderr


def test_no_failure_of_a_command_shows_a_secret_that_was_given_to_it():
    logs.hide("Tropic/Secret9")

    @click.command()
    def broken() -> None:
        raise Failure("the app answered Tropic/Secret9 to it")

    assert CliRunner().invoke(GroupOf(broken), ["broken"]).stderr == "Error: the app answered *** to it\n"


@pytest.mark.parametrize("missing", ["click", "prometheus_client", "httptools"])
def test_the_kit_alone_says_what_the_command_needs(missing):
    program = f"import sys; sys.modules[{missing!r}] = None; from amity.cli.entry import main; main()"
    ran = subprocess.run([sys.executable, "-c", program, "token"], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert ran.stderr.startswith(f"Error: the command needs {missing}, and only the business kit is installed here.")
    assert ran.stderr.count("\n") == 1


def test_the_command_runs_as_a_module():
    ran = subprocess.run([sys.executable, "-m", "amity", "--version"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, f"amity, version {__version__}\n")


def test_what_holds_groups_too_says_so():
    shown = CliRunner().invoke(main, ["--help"]).stdout
    assert re.search(r"^  export +Write users, friends, groups, messages", shown, re.MULTILINE)
    shown = CliRunner().invoke(main, ["callbacks", "log", "--help"]).stdout
    assert re.search(r"--owner ID +Only of this user, or of this group\.", shown)
