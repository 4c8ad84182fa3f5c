"""``amity doctor``."""

import asyncio
import os
from contextlib import suppress
from functools import partial
from pathlib import Path

import click

from amity.cli.configuration import AnySettings, any_config_option, find_any_config, load_any_with_sources
from amity.cli.development import running_secret
from amity.cli.diagnosis import examine_all, examine_relay, file_modes
from amity.cli.examining.account import account_of, examine_as, hint_to_root
from amity.cli.examining.database_files import relative_path
from amity.cli.examining.finding import Finding
from amity.cli.examining.webhooks import Webhooks, read
from amity.cli.exits import FAILED, USAGE, Failure
from amity.cli.output import coloured, json_option, print_json, printable
from amity.cli.permissions import private_files
from amity.settings import RelaySettings, Settings, SettingsError, foreign, notes, relay_rules
from amity.settings.files import read_mapping


@click.command()
@any_config_option
@click.option("--dev", is_flag=True, help="For a server that is started with --dev.")
@click.option(
    "--user",
    metavar="NAME",
    help="Look as the user that the server runs as: what that one can run, read and write. Only root can.",
)
@click.option(
    "--webhooks",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="OpenIM's webhooks.yml: does each callback that is on there reach the relay? Variables that go over the file "
    "(IMENV_WEBHOOKS_URL) cannot be seen.",
)
@json_option
@click.pass_context
def doctor(
    context: click.Context, config: Path | None, dev: bool, user: str | None, webhooks: Path | None, as_json: bool
) -> None:
    """Look at settings, files, database, ports, callbacks and clocks: what is wrong, and how to mend it.

    With a relay's settings it looks at the relay.

    Nothing is changed, in the database neither. Before-callbacks that are enabled are asked about a sample, whose ids
    begin with amity-sample-; for after-callbacks it is only seen whether their server answers.

    \b
    Examples:
        amity doctor
        sudo amity doctor --config /etc/amity/amity.yml --user amity
        amity doctor --config relay.yml --webhooks /openim/config/webhooks.yml

    Exits with 1 where something fails.
    """
    findings = (_examine if user is None else partial(_examine_as, user))(config, webhooks, dev=dev)
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


def _examine_as(user: str, config: Path | None, webhooks: Path | None, *, dev: bool) -> list[Finding]:
    account = account_of(user)
    if account.pw_uid == os.geteuid():
        return _examine(config, webhooks, dev=dev)
    files = [("--config", config), ("--webhooks", webhooks)]
    options = [word for option, file in files if file is not None for word in (option, str(file))]
    return examine_as(account, [*options, *(["--dev"] if dev else [])])


def _examine(config: Path | None, webhooks: Path | None, *, dev: bool) -> list[Finding]:
    try:
        path = find_any_config(config)
        settings, sources = load_any_with_sources(config, dev=dev)
    except SettingsError as error:
        return [Finding("fail", "settings", problem, "mend this first, then run again") for problem in error.problems]
    except OSError as error:
        text = f"{error.filename} cannot be looked for: {error.strerror}"
        return [Finding("fail", "settings", text, "run this elsewhere, or name the file with --config")]
    where = str(path) if path else "no file, the environment and defaults"
    findings = [Finding("ok", "settings", f"{where}: every key is known and fits")]
    if webhooks is not None and not isinstance(settings, RelaySettings):
        raise Failure("--webhooks: goes with a relay's settings, and these are a server's", USAGE)
    remarks = _remarks_on(settings, dev=dev)
    findings += [Finding("warn", "settings", remark) for remark in remarks]
    files = private_files(settings, sources)
    findings += file_modes(files) + hint_to_root(files) + relative_path(settings, path)
    if isinstance(settings, RelaySettings):
        content, problems = _webhooks(webhooks)
        return findings + problems + asyncio.run(examine_relay(settings, content))
    return findings + asyncio.run(examine_all(settings, _secret_of(settings, dev=dev)))


def _remarks_on(settings: AnySettings, *, dev: bool) -> list[str]:
    if isinstance(settings, RelaySettings):
        return [*relay_rules.notes(settings), *foreign(os.environ, RelaySettings)]
    return [*notes(settings, dev=dev), *foreign(os.environ)]


def _webhooks(file: Path | None) -> tuple[Webhooks | None, list[Finding]]:
    """Read OpenIM's file, or return why it cannot be read."""
    if file is None:
        return None, []
    try:
        return read(read_mapping(file)), []
    except SettingsError as error:
        return None, [Finding("fail", "webhooks.yml", problem, "name OpenIM's file") for problem in error.problems]


def _secret_of(settings: Settings, *, dev: bool) -> str:
    """Return the secret of a server with these settings; empty if it runs with ``--dev`` and its file is not here."""
    if dev and not settings.secret:
        with suppress(Failure):
            return running_secret(settings)
    return settings.secret
