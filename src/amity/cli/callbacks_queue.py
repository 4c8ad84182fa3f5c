"""``amity callbacks list``, ``show``, ``replay``, ``discard``, ``statistics`` and ``log``: the administrator's
operations on callbacks, over the REST API of a server or a relay."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

import click
import msgspec

from amity.cli.callback_name import CALLBACK, name_of
from amity.cli.connection import ServerOptions, server_or_relay_options
from amity.cli.output import at_time, coloured, json_option, print_json, print_table, printable
from amity.client import AmityClient
from amity.client.types.callbacks.admin import LogEntry
from amity.clock import SYSTEM_CLOCK
from amity.texts import count
from amity.wire.events.catalogue import BY_COMMAND

T = TypeVar("T")

_VERDICTS = (
    "approved",
    "modified",
    "rejected",
    "failed",
    "delivered",
    "retrying",
    "dead",
    "replayed",
    "discarded",
    "agrees",
    "differs",
)
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_AGO = re.compile(r"(\d{1,9})([smhd])")

_page_options = (
    click.option("--page", type=click.IntRange(1), default=1, show_default=True, help="Which page, counted from 1."),
    click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Entries a page."),
)
_callback_option = click.option(
    "--callback",
    "command",
    type=CALLBACK,
    metavar="CALLBACK",
    default="",
    help="Only of this callback, by its key in the settings (afterImportFriends), or by its command.",
)
_owner_option = click.option("--owner", metavar="ID", default="", help="Only of this user, or of this group.")


def _ask(server: ServerOptions, question: Callable[[AmityClient], Awaitable[T]]) -> T:
    async def ask() -> T:
        async with server.connect() as client:
            return await question(client)

    return asyncio.run(ask())


def _total(total: int, shown: int, page: int, one: str, many: str) -> str:
    return count(total, one, many) + (f", {shown:,} shown (page {page})" if shown < total else "")


@click.command("list", short_help="Show what is not delivered.")
@click.option("--state", type=click.Choice(["pending", "retrying", "dead"]), help="Only of this state.  [default: all]")
@_owner_option
@_callback_option
@_page_options[0]
@_page_options[1]
@server_or_relay_options
@json_option
def list_events(
    state: str | None, owner: str, command: str, page: int, limit: int, server: ServerOptions, as_json: bool
) -> None:
    """Show after-callbacks that are not delivered, oldest first.

    \b
    pending    not tried yet
    retrying   failed, and will be tried again
    dead       given up: 'amity callbacks replay' tries anew, 'discard' deletes
    """
    found = _ask(
        server,
        lambda client: client.list_callbacks(page, limit, state=state or "", owner=owner, command=command),
    )
    if as_json:
        print_json({"total": found.total, "events": found.entries})
        return
    if found.entries:
        print_table(
            ["event", "callback", "owner", "state", "attempts", "raised", "next attempt", "last error"],
            [
                [
                    event.event_id,
                    name_of(event.callback_command),
                    event.owner_user_id,
                    event.state,
                    event.attempts,
                    at_time(event.create_time),
                    at_time(event.next_attempt_time),
                    event.last_error,
                ]
                for event in found.entries
            ],
            state=3,
        )
    click.echo(_total(found.total, len(found.entries), page, "event", "events"), err=True)


@click.command(short_help="Show one event, its body and its attempts.")
@click.argument("event")
@server_or_relay_options
@json_option
def show(event: str, server: ServerOptions, as_json: bool) -> None:
    """Show one event of the outbox: its body and its attempts."""
    answer = _ask(server, lambda client: client.show_callback(event))
    if as_json:
        print_json(answer)
        return
    found = answer.event
    click.echo(f"{found.event_id}: {name_of(found.callback_command)} of {printable(found.owner_user_id)}")
    attempts = count(found.attempts, "attempt")
    click.echo(f"  {coloured(found.state)}, {attempts}, raised {at_time(found.create_time)}")
    if found.next_attempt_time:
        click.echo(f"  next attempt {at_time(found.next_attempt_time)}")
    if found.last_error:
        click.echo(f"  last error: {printable(found.last_error)}")
    click.echo(f"  operationID {printable(found.operation_id)}")
    click.echo(msgspec.json.format(msgspec.json.encode(answer.body), indent=2).decode())
    if answer.attempts:
        _show_log(answer.attempts)


@click.command(short_help="Deliver now what failed or was given up.")
@click.argument("events", nargs=-1, metavar="[EVENT]...")
@click.option("--all", "everything", is_flag=True, help="All that are in the outbox.")
@click.option(
    "--since", metavar="TIME", help="Those raised since then: 2h, 3d, 2026-05-01, 2026-05-01T12:30:00Z (UTC)."
)
@server_or_relay_options
@json_option
def replay(events: tuple[str, ...], everything: bool, since: str | None, server: ServerOptions, as_json: bool) -> None:
    """Deliver events now: dead ones start over, failed ones are tried ahead of their time.

    \b
    Examples:
        amity callbacks replay 0198c6f2a1
        amity callbacks replay --since 2h
        amity callbacks replay --all
    """
    if bool(events) + everything + (since is not None) != 1:
        raise click.UsageError("say which: EVENTs, --all, or --since")
    moment = None if since is None else _moment(since)

    async def replay_them(client: AmityClient) -> int:
        if not events:
            return await client.replay_callbacks(everything=everything, since=moment)
        return sum([await client.replay_callbacks(event) for event in events])

    replayed = _ask(server, replay_them)
    if as_json:
        print_json({"replayed": replayed})
    else:
        click.echo(f"{count(replayed, 'event')} on the way")


def _moment(text: str) -> int:
    """Return the milliseconds since 1970 of a time, or of an age such as ``2h``."""
    if ago := _AGO.fullmatch(text):
        return max(0, int((SYSTEM_CLOCK.now() - int(ago[1]) * _UNITS[ago[2]]) * 1000))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is no time such as 2h, 3d or 2026-05-01", param_hint="--since") from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


@click.command(short_help="Delete events for good.")
@click.argument("events", nargs=-1, metavar="[EVENT]...")
@click.option("--all-dead", is_flag=True, help="All that were given up.")
@click.option("--yes", "-y", is_flag=True, help="Don't ask.")
@server_or_relay_options
@json_option
def discard(events: tuple[str, ...], all_dead: bool, yes: bool, server: ServerOptions, as_json: bool) -> None:
    """Delete events for good: the business server never hears of them.

    An event that keeps its owner's later ones waiting is out of their way then.
    """
    if bool(events) + all_dead != 1:
        raise click.UsageError("say which: EVENTs, or --all-dead")
    if not yes:
        what = "all dead events" if all_dead else count(len(events), "event")
        click.confirm(f"Delete {what} for good?", abort=True, err=True)

    async def discard_them(client: AmityClient) -> int:
        if all_dead:
            return await client.discard_callbacks(all_dead=True)
        return sum([await client.discard_callbacks(event) for event in events])

    discarded = _ask(server, discard_them)
    if as_json:
        print_json({"discarded": discarded})
    else:
        click.echo(f"{count(discarded, 'event')} deleted")


@click.command(short_help="Count what waits, what was given up, what was delivered.")
@server_or_relay_options
@json_option
def statistics(server: ServerOptions, as_json: bool) -> None:
    """Count what waits, what was given up, and what was delivered since the server started."""
    answer = _ask(server, lambda client: client.callback_statistics())
    if as_json:
        print_json(answer)
        return
    if answer.commands:
        print_table(
            ["callback", "waiting", "of them retrying", "dead", ""],
            [
                [
                    name_of(command.callback_command),
                    command.pending,
                    command.retrying,
                    command.dead,
                    "" if command.has_url else _why_it_waits(command.callback_command),
                ]
                for command in answer.commands
            ],
        )
    waiting = f", the oldest for {answer.oldest_age_seconds:,.0f} s" if answer.pending else ""
    click.echo(f"waiting: {answer.pending:,}{waiting}; dead: {answer.dead:,}")
    click.echo(
        f"since the start: {answer.delivered:,} delivered, {count(answer.failed, 'failed attempt')}, "
        f"{answer.given_up:,} given up; {answer.in_flight:,} on the way"
    )


def _why_it_waits(command: str) -> str:
    if command in BY_COMMAND:
        return "waits: the settings name no URL for it"
    return "waits: this program does not deliver it; do that with 'amity relay', or discard it"


@click.command(short_help="Show what became of callbacks, newest first.")
@click.option(
    "--verdict",
    default="",
    type=click.Choice(["", *_VERDICTS]),
    metavar="WORD",
    help=f"Only with this verdict: {', '.join(_VERDICTS)}.",
)
@_owner_option
@_callback_option
@click.option("--event", default="", metavar="EVENT", help="Only of this event.")
@click.option("--operation", default="", metavar="ID", help="Only of the call with this operationID.")
@_page_options[0]
@_page_options[1]
@server_or_relay_options
@json_option
def log(
    verdict: str,
    owner: str,
    command: str,
    event: str,
    operation: str,
    page: int,
    limit: int,
    server: ServerOptions,
    as_json: bool,
) -> None:
    """Show what became of callbacks, newest first: verdicts of before-callbacks and attempts to deliver."""
    found = _ask(
        server,
        lambda client: client.callback_log(
            page,
            limit,
            verdict=verdict,
            owner=owner,
            command=command,
            event_id=event,
            operation_id=operation,
        ),
    )
    if as_json:
        print_json({"total": found.total, "entries": found.entries})
        return
    if found.entries:
        _show_log(found.entries)
    click.echo(_total(found.total, len(found.entries), page, "entry", "entries"), err=True)


def _show_log(entries: list[LogEntry]) -> None:
    print_table(
        ["time", "callback", "owner", "verdict", "HTTP", "ms", "code", "why", "operationID"],
        [
            [
                at_time(entry.time),
                name_of(entry.callback_command),
                entry.owner_user_id,
                entry.verdict,
                entry.http_status or "-",
                entry.duration_ms,
                entry.err_code or "-",
                entry.reason,
                entry.operation_id,
            ]
            for entry in entries
        ],
        state=3,
    )
