"""``amity serve``."""

from pathlib import Path

import click
import uvloop

from amity import logs
from amity.app import serve as run
from amity.cli.connection import config_option, load_with_sources
from amity.cli.permissions import exposed, private_files
from amity.settings import every_secret, notes


@click.command()
@config_option
@click.option(
    "--dev",
    is_flag=True,
    help="For trying things out: where no secret is set, use one that everybody knows. On this machine only.",
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
    for note in [*notes(settings, dev=dev), *files]:
        click.echo(f"{click.style('Note:', fg='yellow', bold=True)} {note}", err=True)
    logs.hide(*every_secret(settings))
    logs.configure(settings.log.level, settings.log.format)
    uvloop.run(run(settings))
