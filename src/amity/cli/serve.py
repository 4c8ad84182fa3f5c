"""``amity serve``."""

import contextlib
import os
import sys
from pathlib import Path

import click
import uvloop

from amity import logs
from amity.app.server import serve as run
from amity.cli.configuration import config_option, load_with_sources
from amity.cli.development import new_secret, published, secret_file
from amity.cli.permissions import exposed, private_files
from amity.settings import Settings, foreign, notes
from amity.uncaught import queue_standard_error


@click.command()
@config_option
@click.option(
    "--dev",
    is_flag=True,
    help="For trying things out, on this machine only: where no secret is set, one is made for this run.",
)
def serve(config: Path | None, dev: bool) -> None:
    """Run the server until it is told to stop (SIGTERM, Ctrl-C).

    \b
    Examples:
        amity serve                          the settings in ./amity.yml
        amity serve --config /etc/amity.yml
        amity serve --dev                    no settings at all: SQLite in ./amity.db, on 127.0.0.1
        AMITY_API__PORT=8080 amity serve

    It finishes what it has accepted before it ends; after-callbacks that are not delivered yet stay in the database.
    """
    settings, sources = load_with_sources(config, dev=dev)
    files = [f"{each.text}: {each.mend}" for each in exposed(private_files(settings, sources))]
    made = dev and not settings.secret
    if made:
        settings.secret = new_secret()
    queue_standard_error()
    for note in [*notes(settings, dev=dev), *foreign(os.environ), *files, *([_about_secret(settings)] if made else [])]:
        click.echo(f"{click.style('Note:', fg='yellow', bold=True)} {note}", err=True)
    logs.hide(settings.secret)
    logs.configure(settings.log.level, settings.log.format)
    uvloop.run(run(settings, dev=dev, while_running=published(settings) if made else contextlib.nullcontext()))


def _about_secret(settings: Settings) -> str:
    """Name the file of this run's secret, and on a terminal the secret too, because its output is not stored."""
    shown = f"{settings.secret}, and " if sys.stderr.isatty() else ""
    return f"the secret of this run: {shown}in {secret_file(settings)} as long as it runs; 'amity token --dev' uses it"
