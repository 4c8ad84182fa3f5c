"""``amity import messages``: the history of another system from a file of JSON lines."""

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from amity.cli.connection import ServerOptions, server_options
from amity.cli.exits import USAGE
from amity.cli.history.job import HistoryJob
from amity.cli.history.notes import Notes
from amity.cli.history.planning import BATCH_LIMIT, HistoryPlan, make_plan
from amity.cli.history.reading import HistoryFile
from amity.cli.history.report import file_facts, show_facts, show_notes
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
from amity.cli.importing.screen import screen_for
from amity.cli.output import json_option
from amity.client import AmityClient
from amity.clock import SYSTEM_CLOCK
from amity.errors import ImError
from amity.http.url import shown
from amity.importing.kinds import MESSAGES, better_command
from amity.importing.retrying import Unreachable
from amity.importing.source import FileProblem, Source


@click.command("messages", short_help="Bring in the messages between users of another system.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@server_options
@click.option("--register", is_flag=True, help="First register who is unknown to the server; nickname = id.")
@course_options
@click.option("--skip-bad-lines", is_flag=True, help="Import the rest of a file that has bad lines; report these.")
@click.option(
    "--batch-size",
    type=click.IntRange(1, BATCH_LIMIT),
    default=BATCH_LIMIT,
    show_default=True,
    help="Messages in one request, at most. Fewer hold up others for less time.",
)
@job_options
@json_option
@click.pass_context
def import_messages(
    context: click.Context, /, file: Path, *, server: ServerOptions, as_json: bool, **options: Any
) -> None:
    """Bring in messages between two users, and none of groups, from FILE, as they were sent in another system: JSON
    lines with sendID, recvID, sendTime (milliseconds since 1970), contentType (101 a text) and content (an object as
    OpenIM's clients have it, or its JSON text); packed with gzip or not. FILE may be a pipe, and - is standard input.

    Further fields: clientMsgID, isRead (true unless said), createTime, senderNickname, senderFaceURL, senderPlatformID,
    attachedInfo, ex.

    The whole file is checked before anything is sent. Messages are numbered in the order of their times, after those
    that are there already. A message that is there is not brought in again, also months later: the same sender,
    clientMsgID and createTime, or without a clientMsgID the same sender, receiver, time, type and content. No business
    server is asked, and no client told.

    \b
    Example:
        echo '{"sendID":"ann","recvID":"bob","sendTime":1700000000000,"contentType":101,"content":{"content":"Hi"}}' |
            amity import messages - --register

    \b
    Exit codes:
        0  everything was imported
        1  something was skipped
        2  a bad file, wrong usage, or the server lets this caller import nothing
        3  the server cannot be reached
      130  interrupted
    """
    import_file_and_exit(
        context, file, lambda source: _import(source, server, as_json=as_json, **options), as_json=as_json
    )


def _import(
    source: Source,
    server: ServerOptions,
    *,
    as_json: bool,
    dry_run: bool,
    skip_bad_lines: bool,
    batch_size: int,
    report: Path | None,
    journal: Path | None,
    **job_options: Any,
) -> dict[str, Any]:
    out = Console(file=sys.stdout, soft_wrap=True, quiet=as_json)
    # Before the file is read, because that may take long and errors in the options should be shown at once.
    client = None if dry_run else server.client()
    notes = Notes(SYSTEM_CLOCK.now_ms(), skips=dry_run)
    plan = _checked_plan(HistoryFile(source), batch_size, notes, skip_bad_lines=skip_bad_lines)
    facts: dict[str, Any] = {"file": source.name, **file_facts(plan)}
    show_facts(out, f"{source.name}: checked", facts, ("messages", "people", "badLines"))
    show_notes(out, plan.notes)
    if client is None:
        unknown = show_who_is_unknown(out, plan.people, server, "messages", register=job_options["register"])
        return {**facts, "dryRun": True, "unknown": unknown}
    job = HistoryJob(
        plan=plan,
        server=shown(client.url),
        journal=journal or source.beside(".journal"),
        report=report or source.beside(".skipped.csv"),
        always_report=report is not None,
        **job_options,
    )
    require_distinct_files(source.path, job.journal, job.report)
    facts |= {"server": job.server, **run_import(_run(job, client))}
    title = f"{source.name}: imported in {facts['seconds']:.1f} s, {facts['messagesPerSecond']:,} messages/s"
    show_facts(out, title, facts, ("imported", "existing", "skipped"))
    if facts["report"]:
        out.print(f"skipped, and why: {facts['report']}", markup=False, highlight=False)
    return facts


def _checked_plan(file: HistoryFile, batch_size: int, notes: Notes, *, skip_bad_lines: bool) -> HistoryPlan:
    try:
        plan = make_plan(file, batch_size, bad_lines_kept=BAD_LINES_KEPT, notes=notes)
    except FileProblem as problem:
        raise Refusal(USAGE, str(problem)) from None
    if not plan.messages and (better := better_command(file.source, MESSAGES)):
        raise Refusal(USAGE, better)
    if plan.bad_line_count and not skip_bad_lines:
        raise refuse_bad_lines(file.source.name, plan.bad_lines, plan.bad_line_count)
    if not plan.messages and not plan.bad_line_count:
        raise Refusal(USAGE, f"{file.source.name} has no message")
    return plan


async def _run(job: HistoryJob, client: AmityClient) -> dict[str, Any]:
    async with client:
        with screen_for(Console(stderr=True)) as screen:
            try:
                return await job.run(client, screen)
            except Unreachable as problem:
                raise Unreachable(f"{job.server}: {problem}") from None
            except ImError as error:
                raise ServerRefused(client, error) from None
