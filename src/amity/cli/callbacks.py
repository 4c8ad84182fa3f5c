"""``amity callbacks``."""

import click

from amity.cli.callbacks_queue import discard, list_events, log, replay, show, statistics
from amity.cli.callbacks_try import check, send


@click.group()
def callbacks() -> None:
    """See, try and repair callbacks.

    check and send try a business server. The others ask a running server about the after-callbacks that it still
    has to deliver (its outbox), and about what became of callbacks (the callback log).
    """


for _command in (check, send, list_events, show, replay, discard, statistics, log):
    callbacks.add_command(_command)
