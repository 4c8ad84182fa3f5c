"""``amity relay``."""

import os
from pathlib import Path

import click
import uvloop

from amity import logs
from amity.app.relay import relay as run
from amity.cli.configuration import load_relay_with_sources
from amity.cli.permissions import exposed, private_files
from amity.settings import RelaySettings, foreign
from amity.settings.relay_rules import notes
from amity.uncaught import queue_standard_error


@click.command()
@click.option(
    "--config",
    "-c",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The relay's settings file.  [default: AMITY_CONFIG, or relay.yml if it is there]",
)
def relay(config: Path | None) -> None:
    """Run the relay between OpenIM's server and a business server until it is told to stop (SIGTERM, Ctrl-C).

    OpenIM's webhooks.yml names the relay as its url. What OpenIM asks is passed on at once; what it tells is stored,
    answered, and delivered until it has arrived.

    \b
    Examples:
        amity init --relay && amity relay
        amity relay --config /etc/amity/relay.yml
    """
    settings, sources = load_relay_with_sources(config)
    files = [f"{each.text}: {each.mend}" for each in exposed(private_files(settings, sources))]
    queue_standard_error()
    for note in [*notes(settings), *foreign(os.environ, RelaySettings), *files]:
        click.echo(f"{click.style('Note:', fg='yellow', bold=True)} {note}", err=True)
    logs.configure(settings.log.level, settings.log.format)
    uvloop.run(run(settings))
