"""Every ``amity`` command on a page exists, with the options that it is given there."""

import re
import shlex

import click
import pytest

from amity.cli.main import main
from tests.unit.docs.pages import PAGES, blocks, name, without_blocks

ENDS = {"&&", "||", "|", ";", "&", ")", ">", "(", "..."}


def commands(page):
    """The arguments of each ``amity`` call in the page's code."""
    text = page.read_text(encoding="utf-8")
    code = [*blocks(text, "bash", "ini"), *re.findall(r"`([^`\n]+)`", without_blocks(text))]
    for block in code:
        for line in block.replace("\\\n", " ").splitlines():
            inner = re.findall(r"\$\((amity [^)]*)\)", line)
            for call in [re.sub(r"\$\(amity [^)]*\)", "", line), *inner]:
                yield from _calls(call.removeprefix("ExecStart="))


def _calls(line):
    if "amity " not in line:
        return
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words = list(lexer)
    begins = True
    for at, word in enumerate(words):
        if begins and (word == "amity" or word.endswith("/amity")):
            rest = words[at + 1 :]
            end = next((index for index, each in enumerate(rest) if each in ENDS), len(rest))
            yield rest[:end]
        begins = word in ENDS or (begins and "=" in word)


def check(arguments):
    command: click.Command = main
    context = click.Context(main)
    while isinstance(command, click.Group) and arguments and not arguments[0].startswith("-"):
        found = command.get_command(context, arguments[0])
        assert found is not None, f"there is no command {arguments[0]}"
        command, arguments = found, arguments[1:]
    options = {option: parameter for parameter in command.get_params(context) for option in parameter.opts}
    for at, word in enumerate(arguments):
        if word.startswith("-") and word != "-":
            option, _, value = word.partition("=")
            assert option in options, f"{command.name} has no option {option}"
            kind = options[option].type
            if isinstance(kind, click.Choice):
                assert (value or arguments[at + 1]) in kind.choices, f"{option} {arguments[at + 1]}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_exists_with_its_options(page):
    for arguments in commands(page):
        check(arguments)


def test_commands_are_found_where_they_stand():
    found = {" ".join(call) for page in PAGES for call in commands(page)}
    assert {
        "init",
        "serve --config /etc/amity/amity.yml",
        "token carol",
        "callbacks discard --all-dead --yes",
        "import friends.csv --register",
    } <= found


@pytest.mark.parametrize("wrong", [["serv"], ["serve", "--prod"], ["callbacks", "list", "--state", "gone"]])
def test_a_wrong_command_would_be_noticed(wrong):
    with pytest.raises(AssertionError):
        check(wrong)
