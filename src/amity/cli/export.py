"""``amity export``: users, friends, friend requests, blacklists, groups, messages and chats as JSON lines."""

import asyncio
import gzip
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console

from amity.cli.connection import ServerOptions, server_options
from amity.cli.exits import UNREACHABLE, USAGE, Failure
from amity.cli.importing.failures import ServerRefused
from amity.cli.importing.screen import screen_for
from amity.cli.moving.outcome import named, show_counts
from amity.cli.moving.records import End, line_of
from amity.cli.moving.target import Target
from amity.cli.output import json_option, print_json
from amity.client import AmityClient
from amity.client.moving import LISTS, Record, records_of
from amity.clock import monotonic
from amity.http.url import shown
from amity.importing.retrying import Retrying, Unreachable


@click.command(short_help="Write users, friends, groups, messages, ... as JSON lines.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where to; packed with gzip if the name ends in .gz.  [default: standard output]",
)
@click.option("--force", is_flag=True, help="Write over a FILE that is there.")
@click.option(
    "--retry-for",
    type=click.FloatRange(0, 86400),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a server that does not answer.",
)
@server_options
@json_option
def export(output: Path | None, force: bool, retry_for: float, server: ServerOptions, as_json: bool) -> None:
    """Write all users, friends, friend requests, blacklists, groups with members and requests to join them, messages
    and chats of a running server as JSON lines: with remarks, pins, roles, numbers and times, so that 'amity import
    FILE' makes another server, on either database, the same. Tokens, settings of clients, and callbacks are not in it:
    to keep all of a server, back up its database.

    One record a line, users first; the last line counts them. What is there from beginning to end is in it once, as it
    was at some moment meanwhile. Who registers meanwhile is not, nor a new group. A copy of one moment needs a server
    that stands still.

    A FILE appears under its name when it is whole, readable by you alone.

    \b
    Examples:
        amity export --output everything.jsonl.gz
        amity export | grep '"kind":"black"'
    """
    if output is None and as_json:
        raise click.UsageError("--json prints a summary, so that --output must say where the records go")
    if output is not None and output.exists() and not force:
        raise Failure(f"{output} is there already: --force writes over it", USAGE)
    began = monotonic()
    with _writing(output) as file:
        url, end = asyncio.run(_export(file, server, retry_for))
    seconds = round(monotonic() - began, 3)
    counts = named({name: getattr(end, name) for name in LISTS.values()})
    if as_json:
        print_json({"server": url, "output": str(output), **counts, "seconds": seconds})
    else:
        show_counts(Console(stderr=True, soft_wrap=True), f"{output or 'exported'}: {seconds:.1f} s", counts)


async def _export(file: BinaryIO, server: ServerOptions, retry_for: float) -> tuple[str, End]:
    """Write all records; return the server's URL and the number of records."""
    end = End()
    async with server.connect() as client:
        with screen_for(Console(stderr=True)) as screen:
            retrying = Retrying(retry_for, screen.waiting)
            try:
                totals = await Target(client, retrying).totals()
                screen.phase("exporting", sum(getattr(totals, name) for name in LISTS.values()))
                async for records in _pages(client, retrying):
                    for record in records:
                        name = LISTS[type(record)]
                        setattr(end, name, getattr(end, name) + 1)
                    file.write(b"".join(map(line_of, records)))
                    screen.advance(len(records))
            except Unreachable as problem:
                raise Failure(f"{shown(client.url)}: {problem}", UNREACHABLE) from None
            except ServerRefused as problem:
                raise Failure(str(problem), USAGE) from None
    file.write(line_of(end))
    return shown(client.url), end


async def _pages(client: AmityClient, retrying: Retrying) -> AsyncIterator[list[Record]]:
    after = ""
    while True:
        page = await retrying.call(lambda after=after: client.export_page(after))  # type: ignore[misc]
        yield records_of(page)
        if not (after := page.next):
            return


@contextmanager
def _writing(output: Path | None) -> Iterator[BinaryIO]:
    """Give a file to write to. It gets its name once all of it is on the disk."""
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    temporary = output.with_name(output.name + ".writing")
    # The file has everybody's friends, so that only this user may read it.
    opened = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            if output.suffix == ".gz":
                with gzip.GzipFile(filename="", mode="wb", fileobj=file) as packed:
                    # Pages have a thousand lines, so that a buffer would gain nothing.
                    yield packed  # type: ignore[misc]  # it has all that a binary file has
            else:
                yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(output)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
