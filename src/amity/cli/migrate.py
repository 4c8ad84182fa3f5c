"""``amity migrate``."""

import asyncio
from pathlib import Path

import click

from amity.cli.configuration import any_config_option, load_any
from amity.cli.output import json_option, print_json
from amity.storage import StorageError, open_database
from amity.storage.state import State, examine


@click.command()
@any_config_option
@click.option("--dev", is_flag=True, help="For a server that is started with --dev.")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 where something is to be done.")
@json_option
@click.pass_context
def migrate(context: click.Context, config: Path | None, dev: bool, check: bool, as_json: bool) -> None:
    """Bring the database to this program's version.

    'amity serve' and 'amity relay' do the same at their start; this is for doing it apart, say before many servers
    are started. It only goes forward: a database that is newer than the program is refused. Make a backup first.
    """
    settings = load_any(config, dev=dev)
    before, after = asyncio.run(_migrate(settings.database, check=check))
    pending = after.version < after.newest
    if as_json:
        print_json({"database": after.name, "before": before.version, "after": after.version, "newest": after.newest})
    elif before.version < after.version:
        click.echo(f"{after.name}: brought from version {before.version} to {after.version}")
    elif pending:
        click.echo(f"{after.name}: at version {after.version}; this program's is {after.newest}")
    else:
        click.echo(f"{after.name}: at version {after.version} already")
    context.exit(1 if pending else 0)


async def _migrate(url: str, *, check: bool) -> tuple[State, State]:
    before = await examine(url)
    if before.unusable:
        raise StorageError(before.unusable)
    # Opening a database that is newer than the program raises an error that says so.
    if before.version != before.newest and not (check and before.version < before.newest):
        database = await open_database(url)
        await database.close()
        return before, await examine(url)
    return before, before
