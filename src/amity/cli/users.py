"""``amity users``."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from amity.cli.connection import ServerOptions, server_options
from amity.cli.exits import FAILED, USAGE, Failure
from amity.cli.importing.failures import BAD_LINES_SHOWN, refuse_bad_lines
from amity.cli.importing.new_users import users_of
from amity.cli.output import at_time, json_option, print_json, print_table, printable
from amity.client.page import Page
from amity.client.types.erasing import Erasure, ErasureCounts
from amity.client.types.users import NewUser, Skipped, User
from amity.importing.lines import BadLine, TextFile
from amity.importing.source import FileProblem, Source
from amity.texts import count

_BATCH = 500


@click.group()
def users() -> None:
    """Register, list and erase users."""


@users.command()
@click.argument("ids", nargs=-1, metavar="[USER]...")
@click.option("--nickname", help="The nickname, of a single user.  [default: the user's id]")
@click.option(
    "--file",
    type=click.Path(dir_okay=False, path_type=Path, allow_dash=True),
    metavar="FILE",
    help="CSV with the columns userID, nickname, faceURL, ex, or JSON lines; only userID must be there. - is stdin.",
)
@click.option(
    "--columns",
    metavar="USERID,...",
    help="CSV: which columns these are, by their names in the first line, or by their numbers from 1 if it is data.",
)
@click.option("--skip-bad-lines", is_flag=True, help="Register the rest of a file that has bad lines; report these.")
@click.option("--skip-existing", is_flag=True, help="Pass over users who are registered already.")
@server_options
@json_option
def add(
    ids: tuple[str, ...],
    nickname: str | None,
    file: Path | None,
    columns: str | None,
    skip_bad_lines: bool,
    skip_existing: bool,
    server: ServerOptions,
    as_json: bool,
) -> None:
    """Register users.

    \b
    Examples:
        amity users add alice bob
        amity users add alice --nickname "Alice A."
        amity users add --file people.csv --skip-existing

    Users are registered 500 at a time: each 500 wholly or not at all. Whom the app's business server leaves out is
    named; the exit code is 1 then.
    """
    if nickname is not None and len(ids) != 1:
        raise click.UsageError("--nickname goes with one USER")
    new = [NewUser(user_id=user_id, nickname=nickname or user_id) for user_id in ids]
    if file is not None:
        new += _read(file, columns, skip_bad_lines=skip_bad_lines)
    if not new:
        raise click.UsageError("name the users to register, or a --file with them")
    if not asyncio.run(_register(new, skip_existing, server, as_json)):
        click.get_current_context().exit(FAILED)


def _read(file: Path, columns: str | None, *, skip_bad_lines: bool) -> list[NewUser]:
    found: list[NewUser] = []
    bad: list[BadLine] = []
    try:
        with Source.open(file) as source:
            for line in users_of(TextFile(source), columns):
                if isinstance(line, BadLine):
                    bad.append(line)
                else:
                    found.append(line.user)
    except FileProblem as problem:
        raise Failure(str(problem), USAGE) from None
    if bad and not skip_bad_lines:
        raise refuse_bad_lines(source.name, bad, len(bad))
    for line in bad[:BAD_LINES_SHOWN]:
        click.echo(f"skipped: {source.name} line {line.number} {printable(line.reason)}", err=True)
    if len(bad) > BAD_LINES_SHOWN:
        click.echo(f"skipped: {count(len(bad) - BAD_LINES_SHOWN, 'more line')}", err=True)
    return found


async def _register(new: list[NewUser], skip_existing: bool, server: ServerOptions, as_json: bool) -> bool:
    """Register users and print how many; return whether nobody was left out."""
    registered = skipped = 0
    left_out: list[Skipped] = []
    remaining = iter(new)
    async with server.connect() as client:
        try:
            while batch := list(islice(remaining, _BATCH)):
                if skip_existing:
                    known = await client.registered(list({user.user_id for user in batch}))
                    skipped += sum(user.user_id in known for user in batch)
                    batch = [user for user in batch if user.user_id not in known]
                gone = (await client.register_users(batch)).skipped if batch else []
                left_out += gone
                registered += len(batch) - len(gone)
        finally:
            # Printed even if a later batch fails, because the earlier ones are registered.
            if as_json:
                gone_ids = [each.user_id for each in left_out]
                print_json({"registered": registered, "skipped": skipped, "leftOut": gone_ids})
            elif registered or skipped or left_out:
                told = f", {skipped:,} {'was' if skipped == 1 else 'were'} there already" if skip_existing else ""
                told += f", {len(left_out):,} left out by the business server" if left_out else ""
                click.echo(f"{count(registered, 'user')} registered{told}")
            _show_left_out(left_out)
    return not left_out


def _show_left_out(left_out: list[Skipped]) -> None:
    for each in left_out[:BAD_LINES_SHOWN]:
        click.echo(f"left out: {printable(each.user_id)} ({each.err_code} {printable(each.err_msg)})", err=True)
    if len(left_out) > BAD_LINES_SHOWN:
        click.echo(f"left out: {len(left_out) - BAD_LINES_SHOWN:,} more users", err=True)


@users.command("list")
@click.option(
    "--match", default="", metavar="TEXT", help="Only users whose id or nickname contains TEXT, up to 10,000."
)
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page, counted from 1.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="Users a page.")
@server_options
@json_option
def list_users(match: str, page: int, limit: int, server: ServerOptions, as_json: bool) -> None:
    """Show a page of the users, administrators left out."""
    found = asyncio.run(_fetch(match, page, limit, server))
    if as_json:
        print_json({"total": found.total, "users": found.entries})
        return
    if found.entries:
        print_table(["user", "nickname", "registered"], list(_rows(found.entries)))
    more = f", {len(found.entries):,} shown (page {page})" if len(found.entries) < found.total else ""
    click.echo(f"{count(found.total, 'user')}{more}", err=True)


def _rows(entries: list[User]) -> Iterator[list[str]]:
    for user in entries:
        yield [user.user_id, user.nickname, at_time(user.create_time)]


async def _fetch(match: str, page: int, limit: int, server: ServerOptions) -> Page[User]:
    async with server.connect() as client:
        return await client.get_users(page, limit, user_id=match, nickname=match)


@users.command()
@click.argument("user", metavar="USER")
@click.option("--keep-messages", is_flag=True, help="Keep what the user wrote, under the name of a deleted user.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@server_options
@json_option
def erase(user: str, keep_messages: bool, dry_run: bool, yes: bool, server: ServerOptions, as_json: bool) -> None:
    """Erase a user: what is known of it goes, and nobody can register its id again.

    \b
    Examples:
        amity users erase alice --dry-run
        amity users erase alice --yes

    It cannot be undone. The server goes on with it in the background; amity users erasures says how far it is.
    """
    asyncio.run(_erase(user, keep_messages, dry_run, yes, server, as_json))


async def _erase(
    user: str, keep_messages: bool, dry_run: bool, yes: bool, server: ServerOptions, as_json: bool
) -> None:
    async with server.connect() as client:
        if dry_run or not yes:
            counts = await client.count_erasure(user)
            if dry_run and as_json:
                print_json(counts)
                return
            click.echo(f"{printable(user)} {_has(counts, keep_messages)}", err=not dry_run)
            if dry_run:
                return
            click.confirm("Erase the user? It cannot be undone", abort=True, err=True)
        erasure = await client.erase_user(user, keep_messages=keep_messages)
    if as_json:
        print_json(erasure)
    else:
        click.echo(f"{printable(user)} is erased ({erasure.state}); amity users erasures says how far it is")


def _has(counts: ErasureCounts, keep_messages: bool) -> str:
    """Say what would go with a user."""
    owned = f" ({counts.owned_group_count:,} its own)" if counts.owned_group_count else ""
    parts = (
        count(counts.friend_count, "friend"),
        count(counts.black_count, "blacklist entry", "blacklist entries"),
        count(counts.request_count, "request"),
        count(counts.group_count, "group") + owned,
        count(counts.conversation_count, "conversation"),
        "more messages than can be counted" if counts.message_count < 0 else count(counts.message_count, "message"),
    )
    return f"has {', '.join(parts)}{', which stay' if keep_messages else ''}"


@users.command()
@click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page, counted from 1.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="Erasures a page.")
@server_options
@json_option
def erasures(page: int, limit: int, server: ServerOptions, as_json: bool) -> None:
    """Show which users were erased, the last first, and how far it is."""
    found = asyncio.run(_erasures(page, limit, server))
    if as_json:
        print_json({"total": found.total, "erasures": found.entries})
        return
    if found.entries:
        titles = ["user", "asked", "state", "friends", "groups", "messages", "conversations"]
        print_table(titles, list(_erasure_rows(found.entries)))
    click.echo(count(found.total, "erasure"), err=True)


def _erasure_rows(entries: list[Erasure]) -> Iterator[list[str]]:
    for each in entries:
        counts = (each.friend_count, each.group_count, each.message_count, each.conversation_count)
        yield [each.user_id, at_time(each.ask_time), each.state, *(f"{number:,}" for number in counts)]


async def _erasures(page: int, limit: int, server: ServerOptions) -> Page[Erasure]:
    async with server.connect() as client:
        return await client.get_erasures(page, limit)
