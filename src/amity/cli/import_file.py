"""``amity import FILE``: friendships from a file into a server, over its REST API."""

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from amity.cli.connection import ServerOptions, server_options
from amity.cli.exits import USAGE
from amity.cli.import_records import import_records
from amity.cli.importing.asking import show_who_is_unknown
from amity.cli.importing.command import course_options, import_file_and_exit, job_options
from amity.cli.importing.failures import (
    BAD_LINES_KEPT,
    Refusal,
    ServerRefused,
    refuse_bad_lines,
    require_distinct_files,
    run_import,
)
from amity.cli.importing.job import Job
from amity.cli.importing.report import show_file, show_outcome
from amity.cli.importing.screen import screen_for
from amity.cli.moving.records import holds_records
from amity.cli.output import json_option
from amity.client import AmityClient
from amity.errors import ImError
from amity.http.url import shown
from amity.importing.kinds import PAIRS, better_command
from amity.importing.planning import BATCH_LIMIT, Plan, make_plan
from amity.importing.reading import FriendshipFile
from amity.importing.report import file_facts
from amity.importing.retrying import Unreachable
from amity.importing.source import FileProblem, Source
from amity.texts import count


@click.command("import", short_help="Import friendships, or what 'amity export' wrote, from a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@server_options
@click.option("--register", is_flag=True, help="Pairs: first register who is unknown to the server; nickname = id.")
@course_options
@click.option(
    "--columns",
    metavar="OWNER,FRIEND",
    help="CSV: which columns count, by their names in the first line, or by their numbers from 1 if it is data.",
)
@click.option("--skip-bad-lines", is_flag=True, help="Import the rest of a file that has bad lines; report these.")
@click.option(
    "--batch-size",
    type=click.IntRange(1, BATCH_LIMIT),
    default=BATCH_LIMIT,
    show_default=True,
    help="Friends in one import, or records in one request, at most.",
)
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=8, show_default=True, help="Imports under way at once."
)
@job_options
@json_option
@click.pass_context
def import_file(context: click.Context, /, file: Path, *, server: ServerOptions, as_json: bool, **options: Any) -> None:
    """Import friendships from FILE: CSV with the columns ownerUserID and friendUserID (or just these two, without a
    header), or JSON lines such as {"ownerUserID": "ann", "friendUserIDs": ["bob", "eve"]}; packed with gzip or not.
    FILE may be a pipe, and - is standard input.

    The whole file is checked before anything is sent. A friendship is two-way, so a pair that is there again, in
    either direction, is sent once. What the server or the app's business server refuses is skipped, listed in the
    report, and the import goes on. An import that was interrupted goes on with --resume, without repeating or
    skipping anything. Works with amity and with OpenIM's own server.

    A FILE that 'amity export' wrote is brought in as it says: users, friends with remarks, pins and times, friend
    requests, blacklists, groups with their members, messages with their numbers, and chats. No business server is
    asked, and no client told.

    'amity import openim --from URL' brings in users, their relations and groups of a running OpenIM server, and no
    messages. 'amity import groups FILE' brings in the groups of another system, and 'amity import messages FILE' the
    messages of its chats between two users, none of groups. See their --help.

    \b
    Exit codes:
        0  everything was imported
        1  something was skipped
        2  a bad file, wrong usage, or the server lets this caller import nothing
        3  the server cannot be reached
      130  interrupted
    """

    def run(source: Source) -> dict[str, Any]:
        importer = import_records if holds_records(source) else _import
        return importer(source, server, as_json=as_json, **options)

    import_file_and_exit(context, file, run, as_json=as_json)


def _import(
    source: Source,
    server: ServerOptions,
    *,
    as_json: bool,
    dry_run: bool,
    columns: str | None,
    skip_bad_lines: bool,
    batch_size: int,
    report: Path | None,
    journal: Path | None,
    **job_options: Any,
) -> dict[str, Any]:
    out = Console(file=sys.stdout, soft_wrap=True, quiet=as_json)
    # Before the file is read, because that may take long and errors in the options should be shown at once.
    client = None if dry_run else server.client()
    plan = _checked_plan(FriendshipFile(source, columns), batch_size, skip_bad_lines=skip_bad_lines)
    facts: dict[str, Any] = {"file": source.name, **file_facts(plan)}
    show_file(out, f"{source.name}: checked", facts)
    if client is None:
        _show_batches(plan, out)
        unknown = show_who_is_unknown(out, plan.people, server, "pairs", register=job_options["register"])
        return {**facts, "dryRun": True, "unknown": unknown}
    job = Job(
        plan=plan,
        server=shown(client.url),
        journal=journal or source.beside(".journal"),
        report=report or source.beside(".skipped.csv"),
        always_report=report is not None,
        **job_options,
    )
    require_distinct_files(source.path, job.journal, job.report)
    facts |= {"server": job.server, **run_import(_run(job, client))}
    seconds, rate = facts["seconds"], facts["pairsPerSecond"]
    show_outcome(out, f"{source.name}: imported in {seconds:.1f} s, {rate:,} pairs/s", facts)
    if facts["report"]:
        out.print(f"skipped, and why: {facts['report']}", markup=False, highlight=False)
    return facts


def _checked_plan(file: FriendshipFile, batch_size: int, *, skip_bad_lines: bool) -> Plan:
    try:
        plan = make_plan(file, batch_size, bad_lines_kept=BAD_LINES_KEPT)
    except FileProblem as problem:
        raise Refusal(USAGE, str(problem)) from None
    if not plan.pairs and (better := better_command(file.source, PAIRS)):
        raise Refusal(USAGE, better)
    if plan.bad_line_count and not skip_bad_lines:
        raise refuse_bad_lines(file.source.name, plan.bad_lines, plan.bad_line_count)
    if not plan.pairs and not plan.bad_line_count:
        raise Refusal(USAGE, f"{file.source.name} names no friendship")
    return plan


def _show_batches(plan: Plan, out: Console) -> None:
    for batch in plan.batches():
        if batch.number == 5:
            out.print(f"  ... and {count(plan.batch_count - 5, 'more import')}", markup=False, highlight=False)
            break
        friends = ", ".join(batch.friends[:5]) + (", ..." if len(batch.friends) > 5 else "")
        out.print(
            f"  import {batch.owner}: {count(len(batch.friends), 'friend')}: {friends}", markup=False, highlight=False
        )


async def _run(job: Job, client: AmityClient) -> dict[str, Any]:
    async with client:
        with screen_for(Console(stderr=True)) as screen:
            try:
                return await job.run(client, screen)
            except Unreachable as problem:
                raise Unreachable(f"{job.server}: {problem}") from None
            except ImError as error:
                raise ServerRefused(client, error) from None
