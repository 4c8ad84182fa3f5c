"""``amity callbacks``."""

import click

from amity.cli.callbacks_try import check, send


@click.group()
def callbacks() -> None:
    """See, try and repair callbacks."""


for _command in (check, send):
    callbacks.add_command(_command)
