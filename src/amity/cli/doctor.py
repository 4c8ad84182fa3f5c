"""``amity doctor``."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import click

from amity.cli.configuration import config_option, find_config, load_with_sources
from amity.cli.development import running_secret
from amity.cli.diagnosis import examine_all, file_modes
from amity.cli.examining.account import account_of, examine_as, hint_to_root
from amity.cli.examining.database_files import relative_path
from amity.cli.examining.finding import Finding
from amity.cli.exits import FAILED, Failure
from amity.cli.output import coloured, json_option, print_json, printable
from amity.cli.permissions import private_files
from amity.settings import Settings, SettingsError, foreign, notes


@click.command()
@config_option
@click.option("--dev", is_flag=True, help="For a server that is started with --dev.")
@click.option(
    "--user",
    metavar="NAME",
    help="Look as the user that the server runs as: what that one can run, read and write. Only root can.",
)
@json_option
@click.pass_context
def doctor(context: click.Context, config: Path | None, dev: bool, user: str | None, as_json: bool) -> None:
    """Look at settings, files, database, ports, callbacks and clocks: what is wrong, and how to mend it.

    Nothing is changed, in the database neither. Before-callbacks that are enabled are asked about a sample, whose ids
    begin with amity-sample-; for after-callbacks it is only seen whether their server answers.

    \b
    Examples:
        amity doctor
        sudo amity doctor --config /etc/amity/amity.yml --user amity

    Exits with 1 where something fails.
    """
    findings = _examine_as(user, config, dev) if user is not None else _examine(config, dev)
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


def _examine_as(user: str, config: Path | None, dev: bool) -> list[Finding]:
    account = account_of(user)
    if account.pw_uid == os.geteuid():
        return _examine(config, dev)
    return examine_as(account, [*(["--config", str(config)] if config else []), *(["--dev"] if dev else [])])


def _examine(config: Path | None, dev: bool) -> list[Finding]:
    try:
        path = find_config(config)
        settings, sources = load_with_sources(config, dev=dev)
    except SettingsError as error:
        return [Finding("fail", "settings", problem, "mend this first, then run again") for problem in error.problems]
    except OSError as error:
        text = f"{error.filename} cannot be looked for: {error.strerror}"
        return [Finding("fail", "settings", text, "run this elsewhere, or name the file with --config")]
    where = str(path) if path else "no file, the environment and defaults"
    findings = [Finding("ok", "settings", f"{where}: every key is known and fits")]
    findings += [Finding("warn", "settings", note) for note in [*notes(settings, dev=dev), *foreign(os.environ)]]
    files = private_files(settings, sources)
    findings += file_modes(files) + hint_to_root(files) + relative_path(settings, path)
    return findings + asyncio.run(examine_all(settings, _secret_of(settings, dev=dev)))


def _secret_of(settings: Settings, *, dev: bool) -> str:
    """Return the secret of a server with these settings; empty if it runs with ``--dev`` and its file is not here."""
    if dev and not settings.secret:
        with suppress(Failure):
            return running_secret(settings)
    return settings.secret
