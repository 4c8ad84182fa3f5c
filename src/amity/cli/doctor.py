"""``amity doctor``."""

import asyncio
from pathlib import Path

import click

from amity.cli.connection import config_option, find_config, json_option, load_with_sources
from amity.cli.diagnosis import Finding, examine_all, file_modes
from amity.cli.exits import FAILED
from amity.cli.output import coloured, print_json, printable
from amity.cli.permissions import private_files
from amity.settings import SettingsError, notes


@click.command()
@config_option
@click.option("--dev", is_flag=True, help="For a server that is started with --dev.")
@json_option
@click.pass_context
def doctor(context: click.Context, config: Path | None, dev: bool, as_json: bool) -> None:
    """Look at settings, database, port, callbacks and clock: what is wrong, and how to mend it.

    Nothing is changed, in the database neither. Before-callbacks that are enabled are asked about a sample, whose ids
    begin with amity-sample-; for after-callbacks it is only seen whether their server answers.

    Exits with 1 where something fails.
    """
    findings = _examine(config, dev)
    if as_json:
        print_json(
            [{"level": each.level, "subject": each.subject, "text": each.text, "mend": each.mend} for each in findings]
        )
    else:
        for each in findings:
            click.echo(f"{coloured(each.level)}{' ' * (6 - len(each.level))}{each.subject}: {printable(each.text)}")
            if each.mend:
                click.echo(f"      -> {printable(each.mend)}")
    context.exit(FAILED if any(each.level == "fail" for each in findings) else 0)


def _examine(config: Path | None, dev: bool) -> list[Finding]:
    path = find_config(config)
    where = str(path) if path else "no file, the environment and defaults"
    try:
        settings, files = load_with_sources(config, dev=dev)
    except SettingsError as error:
        return [Finding("fail", "settings", problem, "mend this first, then run again") for problem in error.problems]
    findings = [Finding("ok", "settings", f"{where}: every key is known and fits")]
    findings += [Finding("warn", "settings", note) for note in notes(settings, dev=dev)]
    findings += file_modes(private_files(settings, files))
    return findings + asyncio.run(examine_all(settings))
