"""``amity import openim``: import users, their relations and groups from a running server of OpenIM."""

import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from rich.console import Console

from amity import logs
from amity.cli.connection import ServerOptions, server_options
from amity.cli.exits import USAGE
from amity.cli.importing.failures import Refusal, require_distinct_files, run_import
from amity.cli.importing.screen import Screen, screen_for
from amity.cli.moving.from_openim import OpenImMover
from amity.cli.moving.group_source import OpenImGroups
from amity.cli.moving.job import MoveJob
from amity.cli.moving.outcome import show_counts
from amity.cli.moving.source import OpenImSource
from amity.cli.moving.target import DryTarget, Target
from amity.cli.output import json_option, print_json, printable
from amity.client import AmityClient
from amity.http.url import passwords_of, shown
from amity.importing.retrying import Retrying
from amity.texts import count

DONE, SOME_DIFFERS = 0, 1
DIFFERENCES_SHOWN = 10


@click.command("openim", short_help="Bring in users, friends, groups, ... of a running OpenIM server.")
@click.option(
    "--from", "source", metavar="URL", required=True, help="The API of the server to read: http://openim:10002."
)
@click.option(
    "--from-secret",
    envvar="OPENIM_SECRET",
    show_envvar=True,
    metavar="SECRET",
    required=True,
    help="That server's secret (share.yml). Others on this machine can see it here: rather set OPENIM_SECRET.",
)
@click.option(
    "--from-admin",
    metavar="USER",
    default="imAdmin",
    show_default=True,
    help="Which administrator of that server to be.",
)
@server_options
@click.option("--dry-run", is_flag=True, help="Read everything, count it, bring in nothing.")
@click.option("--resume", is_flag=True, help="Go on with an import that was interrupted, or begin if there is none.")
@click.option("--restart", is_flag=True, help="Forget an interrupted import from this server and begin anew.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Requests to either server at once. Fewer spare a server that people use.",
)
@click.option(
    "--page-size",
    type=click.IntRange(1, 1000),
    default=500,
    show_default=True,
    help="Users, friends, members, ... to ask for at once.",
)
@click.option(
    "--retry-for",
    type=click.FloatRange(0, 86400),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a server that does not answer, or with failures.",
)
@click.option(
    "--sample",
    type=click.IntRange(0, 100_000),
    default=100,
    show_default=True,
    metavar="N",
    help="At the end, compare this many users and groups, chosen at random, with all that is theirs.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to note what is finished.  [default: openim-HOST-PORT.journal]",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to list what was left out and why, as CSV.  [default: openim-HOST-PORT.skipped.csv, if anything is]",
)
@json_option
@click.pass_context
def import_openim(context: click.Context, /, *, source: str, as_json: bool, **options: Any) -> None:
    """Bring in the users, friends, friend requests and blacklists of a running OpenIM server, and its groups with their
    members and the requests to join them, as they are there: remarks, pins, roles, times, and who has whom on the list
    where one of the two has deleted the other. Any server will do that speaks OpenIM's API; for another amity, 'amity
    export' is quicker, keeps milliseconds, and has messages, too. Passwords, messages, conversations, dismissed groups
    and files stay there.

    That server is only read, over its administrator's API. What is here already becomes what it is there, so the same
    can be done again: once while people still use the old server, and once more, quickly, when it stands still. What
    they deleted in between stays, and so do who left a group and groups that were dismissed: nothing is deleted here.
    No business server is asked, and no client told.

    At the end numbers are compared, and all that some users and groups have. An import that was interrupted goes on
    with --resume. What amity cannot hold is left out, listed in the report, and the import goes on.

    \b
    Example:
        OPENIM_SECRET=openIM123 amity import openim --from http://openim.example.com:10002

    \b
    Exit codes:
        0  everything is here, and the same
        1  something was left out, or differs
        2  wrong usage, or one of the servers refuses
        3  one of the servers cannot be reached
      130  interrupted
    """
    try:
        facts = _import(source, as_json=as_json, **options)
    except Refusal as refusal:
        if as_json:
            print_json({"source": shown(source), "error": refusal.message, **refusal.facts})
        raise
    if as_json:
        print_json(facts)
    differs = facts.get("verified", {}).get("differences")
    context.exit(SOME_DIFFERS if facts["skipped"] or differs else DONE)


def _import(
    source: str,
    *,
    from_secret: str,
    from_admin: str,
    server: ServerOptions,
    as_json: bool,
    dry_run: bool,
    page_size: int,
    retry_for: float,
    sample: int,
    journal: Path | None,
    report: Path | None,
    **job_options: Any,
) -> dict[str, Any]:
    out = Console(file=sys.stdout, soft_wrap=True, quiet=as_json)
    logs.hide(from_secret, *passwords_of(source))
    try:
        old = AmityClient(source, secret=from_secret, admin=from_admin)
    except ValueError as error:
        raise Refusal(USAGE, f"--from: {error}") from None
    # A dry run writes nothing, so its target is never called.
    new = AmityClient(source, secret=from_secret) if dry_run else server.client()
    if not dry_run and shown(old.url) == shown(new.url):
        raise Refusal(USAGE, f"{shown(old.url)} is the server that is to take everything in: --from names the old one")
    name = _file_name(source)
    job = MoveJob(
        journal=journal or Path(f"{name}.journal"),
        report=report or Path(f"{name}.skipped.csv"),
        always_report=report is not None,
        **job_options,
    )
    require_distinct_files(None, job.journal, job.report)
    with tempfile.TemporaryDirectory() as folder:
        if dry_run:
            job = replace(job, journal=Path(folder, "journal"), report=Path(folder, "report"))
        work = _run(job, old, new, page_size, retry_for, None if dry_run else sample)
        facts = run_import(work, is_noted=not dry_run)
    facts = {"source": shown(old.url), **facts}
    if dry_run:
        facts |= {"dryRun": True, "report": None}
        show_counts(out, f"{facts['source']}: read in {facts['seconds']:.1f} s", facts)
        out.print("nothing was brought in (--dry-run)", markup=False, highlight=False)
        return facts
    facts["server"] = shown(new.url)
    _show(out, facts)
    return facts


async def _run(
    job: MoveJob, old: AmityClient, new: AmityClient, page_size: int, retry_for: float, sample: int | None
) -> dict[str, Any]:
    async with old, new:
        with screen_for(Console(stderr=True)) as screen:
            source = OpenImSource(old, Retrying(retry_for, _waiting_printer(screen, old)), page_size)
            target_of = DryTarget if sample is None else Target
            target = target_of(new, Retrying(retry_for, _waiting_printer(screen, new)))
            groups = await OpenImGroups(source).count()
            return await job.run(OpenImMover(source, await source.count(), groups, sample), target, screen)


def _waiting_printer(screen: Screen, client: AmityClient) -> Any:
    """Return a callback for ``Retrying`` that names the server, because two are in use."""

    def waiting(reason: str | None) -> None:
        name = shown(client.url)
        screen.say(f"{name} answers again" if reason is None else f"{name}: {reason}; trying again")

    return waiting


def _show(out: Console, facts: dict[str, Any]) -> None:
    show_counts(
        out,
        f"{facts['source']}: brought in in {facts['seconds']:.1f} s, {facts['recordsPerSecond']:,} records/s",
        facts,
    )
    if facts["report"]:
        out.print(f"left out, and why: {facts['report']}", markup=False, highlight=False)
    verified = facts["verified"]
    sample = f"{count(verified['sampledUsers'], 'user', 'users')} and {count(verified['sampledGroups'], 'group')}"
    found = count(verified["differences"], "difference") if verified["differences"] else "no difference"
    out.print(f"compared: the numbers, and all that {sample} have: {found}", markup=False, highlight=False)
    for text in verified["firstDifferences"][:DIFFERENCES_SHOWN]:
        out.print(f"  {printable(text)}", markup=False, highlight=False)


def _file_name(source: str) -> str:
    """Return ``openim-HOST-PORT``, the beginning of the names of journal and report."""
    return "openim-" + re.sub(r"[^A-Za-z0-9.]+", "-", urlsplit(source).netloc.rpartition("@")[2]).strip("-")
