"""``amity import groups``: groups with their members from a file of JSON lines."""

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from amity.cli.connection import ServerOptions, server_options
from amity.cli.exits import USAGE
from amity.cli.group_files.asking import show_taken_ids
from amity.cli.group_files.checking import Checked, check
from amity.cli.group_files.moving import GroupMover
from amity.cli.group_files.reading import GroupFile
from amity.cli.importing.asking import show_who_is_unknown
from amity.cli.importing.command import course_options, import_file_and_exit, job_options
from amity.cli.importing.failures import (
    BAD_LINES_KEPT,
    Refusal,
    refuse_bad_lines,
    require_distinct_files,
    run_import,
)
from amity.cli.importing.report import show
from amity.cli.importing.screen import screen_for
from amity.cli.moving.job import MoveJob
from amity.cli.moving.outcome import reasons
from amity.cli.moving.target import BATCH_RECORDS, Target
from amity.cli.output import json_option
from amity.client import AmityClient
from amity.clock import SYSTEM_CLOCK
from amity.http.url import shown
from amity.importing.kinds import GROUPS, better_command
from amity.importing.retrying import Retrying
from amity.importing.source import FileProblem, Source

_OUTCOME = {
    "groups": "groups imported",
    "groupMembers": "members imported",
    "existing": "groups and members that were there before",
    "skipped": "skipped",
}
_FACTS = (*_OUTCOME, "skippedBy", "registered", "resumed", "report", "seconds", "recordsPerSecond")


@click.command("groups", short_help="Make groups with their members from a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@server_options
@click.option("--register", is_flag=True, help="First register who is unknown to the server; nickname = id.")
@course_options
@click.option("--skip-bad-lines", is_flag=True, help="Import the rest of a file that has bad lines; report these.")
@click.option(
    "--batch-size",
    # A group and its owner are two records.
    type=click.IntRange(1, BATCH_RECORDS),
    default=BATCH_RECORDS // 2,
    show_default=True,
    help="Groups, or members, in one part, at most.",
)
@click.option(
    "--concurrency", type=click.IntRange(1, 256), default=8, show_default=True, help="Requests under way at once."
)
@job_options
@json_option
@click.pass_context
def import_groups(
    context: click.Context, /, file: Path, *, server: ServerOptions, as_json: bool, **options: Any
) -> None:
    """Make groups from FILE: JSON lines with groupID, groupName, ownerUserID and members, a list of ids or of objects
    with userID, roleLevel (20 ordinary, 60 administrator), nickname, faceURL, ex, joinTime, joinSource, inviterUserID,
    operatorUserID and muteEndTime; packed with gzip or not. FILE may be a pipe, and - is standard input.

    Further fields of a group: notification, introduction, faceURL, ex, createTime, creatorUserID, status (3 is muted),
    needVerification, lookMemberInfo, applyMemberFriend, notificationUpdateTime, notificationUserID,
    historyForNewMembers (1 or true: new members see what was written before, 0 or false: they do not). Times are
    milliseconds since 1970.

    The whole file is checked before anything is sent. What is there already stays as it is: a group with this groupID
    and owner gets the members that it lacks. A groupID that is another group's is skipped, and so is a group whose
    owner is unknown. No business server is asked, no client told, and no limit known: a group may have any number of
    members.

    \b
    Example:
        echo '{"groupID":"choir","groupName":"Choir","ownerUserID":"ann","members":["bob","eve"]}' |
            amity import groups - --register

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
    register: bool,
    dry_run: bool,
    skip_bad_lines: bool,
    batch_size: int,
    retry_for: float,
    report: Path | None,
    journal: Path | None,
    **job_options: Any,
) -> dict[str, Any]:
    out = Console(file=sys.stdout, soft_wrap=True, quiet=as_json)
    # Before the file is read, because that may take long and errors in the options should be shown at once.
    client = None if dry_run else server.client()
    groups = GroupFile(source)
    checked = _checked(groups, skip_bad_lines=skip_bad_lines)
    facts: dict[str, Any] = {"file": source.name, "inFile": checked.facts, "badLines": checked.bad_line_count}
    checked.show(out, f"{source.name}: checked")
    if client is None:
        theirs = "memberships and the groups that they own"
        taken = show_taken_ids(out, groups, server)
        unknown = show_who_is_unknown(out, checked.people, server, theirs, register=register)
        return {**facts, "dryRun": True, "unknown": unknown, "taken": taken}
    job = MoveJob(
        journal=journal or source.beside(".journal"),
        report=report or source.beside(".skipped.csv"),
        always_report=report is not None,
        bad_lines=checked.bad_lines,
        **job_options,
    )
    require_distinct_files(source.path, job.journal, job.report)
    mover = GroupMover(groups, checked, batch_size, register=register, now=SYSTEM_CLOCK.now_ms())
    done = run_import(_run(job, mover, client, retry_for))
    facts |= {"server": shown(client.url), **{name: done[name] for name in _FACTS}}
    title = f"{source.name}: imported in {facts['seconds']:.1f} s, {facts['recordsPerSecond']:,} records/s"
    show(out, title, [(words, facts[name]) for name, words in _OUTCOME.items()] + reasons(facts))
    if facts["report"]:
        out.print(f"skipped, and why: {facts['report']}", markup=False, highlight=False)
    return facts


def _checked(file: GroupFile, *, skip_bad_lines: bool) -> Checked:
    try:
        checked = check(file, BAD_LINES_KEPT)
    except FileProblem as problem:
        raise Refusal(USAGE, str(problem)) from None
    if not checked.groups and (better := better_command(file.source, GROUPS)):
        raise Refusal(USAGE, better)
    if checked.bad_line_count and not skip_bad_lines:
        raise refuse_bad_lines(file.source.name, checked.bad_lines, checked.bad_line_count)
    if not checked.groups and not checked.bad_line_count:
        raise Refusal(USAGE, f"{file.source.name} has no group")
    return checked


async def _run(job: MoveJob, mover: GroupMover, client: AmityClient, retry_for: float) -> dict[str, Any]:
    async with client:
        with screen_for(Console(stderr=True)) as screen:
            return await job.run(mover, Target(client, Retrying(retry_for, screen.waiting)), screen)
