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
@click.option(
    "--post",
    is_flag=True,
    help="Also do what may be done only once no server of an older version runs any more.",
)
@json_option
@click.pass_context
def migrate(context: click.Context, config: Path | None, dev: bool, check: bool, post: bool, as_json: bool) -> None:
    """Bring the database to this program's version.

    'amity serve' and 'amity relay' do the same at their start; this is for doing it apart, say before many servers
    are started. What servers of the version before could not work with is left for --post. It only goes forward: a
    database that is too new for the program is refused. Make a backup first.

    \b
    Examples:
        amity migrate --check
        amity migrate
        amity migrate --post
    """
    settings = load_any(config, dev=dev)
    before, after = asyncio.run(_migrate(settings.database, check=check, post=post))
    left = _to_do(after, post=post)
    if as_json:
        print_json(
            {
                "database": after.name,
                "before": before.version,
                "after": after.version,
                "newest": after.newest,
                "waiting": list(after.pending_post),
            }
        )
    else:
        _tell(before, after, is_left=bool(left))
    context.exit(1 if left else 0)


def _to_do(state: State, *, post: bool) -> tuple[int, ...]:
    return state.pending + (state.pending_post if post else ())


def _tell(before: State, after: State, *, is_left: bool) -> None:
    if before.version < after.version:
        click.echo(f"{after.name}: brought from version {before.version} to {after.version}")
    elif before.pending_post != after.pending_post:
        click.echo(f"{after.name}: applied {', '.join(map(str, before.pending_post))}")
    elif is_left:
        click.echo(f"{after.name}: at version {after.version}; this program's is {after.newest}")
    else:
        click.echo(f"{after.name}: at version {after.version} already")
    if after.pending_post:
        waiting = ", ".join(map(str, after.pending_post))
        click.echo(f"{after.name}: left until no older amity runs: {waiting}; then run: amity migrate --post")


async def _migrate(url: str, *, check: bool, post: bool) -> tuple[State, State]:
    before = await examine(url)
    if before.unusable:
        raise StorageError(before.unusable)
    # Opening a database that is too new raises an error that says so.
    if before.too_new or (_to_do(before, post=post) and not check):
        database = await open_database(url, post=post)
        await database.close()
        return before, await examine(url)
    return before, before
