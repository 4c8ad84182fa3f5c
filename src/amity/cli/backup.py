"""``amity backup`` and ``amity restore``."""

from pathlib import Path

import click

from amity.cli.configuration import AnySettings, any_config_option, load_any
from amity.cli.exits import USAGE, Failure
from amity.cli.output import json_option, print_json
from amity.settings import RelaySettings
from amity.storage.backup import back_up
from amity.storage.migrations import newest
from amity.storage.restoring import restore as put_back

_SQLITE = "sqlite:///"
_file = click.argument("file", type=click.Path(path_type=Path))
_dev_option = click.option("--dev", is_flag=True, help="For a server that is started with --dev.")


@click.command()
@_file
@any_config_option
@_dev_option
@json_option
def backup(file: Path, config: Path | None, dev: bool, as_json: bool) -> None:
    """Copy the SQLite database to FILE, also while it is served.

    \b
    Examples:
        amity backup /backup/amity.db
        amity backup --config /etc/amity/amity.yml /backup/amity-$(date +%a).db

    The copy is the database of one moment, in one file that only its owner can read, and is checked. If FILE is there
    already, it is replaced when the copy is whole. The settings file, with its secrets, is not in it.
    """
    database = _sqlite_file(load_any(config, dev=dev), tool="pg_dump")
    done = back_up(database, file)
    if as_json:
        print_json(
            {
                "database": str(database),
                "file": str(file),
                "bytes": done.size,
                "version": done.version,
                "seconds": round(done.seconds, 3),
            }
        )
    else:
        click.echo(
            f"{database}: backed up to {file} in {done.seconds:.1f} s ({_size(done.size)}, version {done.version})"
        )


@click.command()
@_file
@any_config_option
@_dev_option
@json_option
def restore(file: Path, config: Path | None, dev: bool, as_json: bool) -> None:
    """Put FILE, which 'amity backup' has written, in the place of the SQLite database. The server or relay must be
    stopped.

    \b
    Examples:
        amity restore /backup/amity.db
        amity restore --config /etc/amity/amity.yml /backup/amity.db

    FILE is checked first, and stays as it is. The database that was there is kept beside the new one, which gets its
    owner and mode. Clients fetch all their lists anew. What happened after the backup is not there: tokens that were
    ended since are valid again, and after-callbacks that were delivered since are delivered again.
    """
    settings = load_any(config, dev=dev)
    database = _sqlite_file(settings, tool="pg_restore")
    done = put_back(database, file)
    current = newest("sqlite")
    if as_json:
        kept = str(done.kept) if done.kept else None
        print_json({"database": str(database), "file": str(file), "version": done.version, "kept": kept})
        return
    start = "amity relay" if isinstance(settings, RelaySettings) else "amity serve"
    upgrade = f"; '{start}' brings it to version {current}" if done.version < current else ""
    click.echo(f"{database}: restored from {file} (version {done.version}{upgrade})")
    if done.kept:
        click.echo(f"What was there before is in {done.kept}")


def _sqlite_file(settings: AnySettings, *, tool: str) -> Path:
    url = settings.database
    if not url.startswith(_SQLITE):
        raise Failure(
            f"database: is no SQLite file; {tool} does this for PostgreSQL, as docs/operations.md describes", USAGE
        )
    return Path(url.removeprefix(_SQLITE))


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count / 1e3:.1f} kB"
