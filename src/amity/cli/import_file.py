"""``amity import FILE``: friendships from a file into a server, over its REST API."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from amity.cli.connecting import ServerAccess, find_server, server_options
from amity.cli.importing.job import Job
from amity.cli.importing.journal import JournalProblem
from amity.cli.importing.patience import Unreachable
from amity.cli.importing.planning import BATCH_LIMIT, Plan, make_plan
from amity.cli.importing.reading import FileProblem, FriendshipFile
from amity.cli.importing.report import file_facts, show_file, show_outcome
from amity.cli.importing.screen import screen_for
from amity.errors import Code, ImError

DONE, SOME_SKIPPED, BAD_INPUT, NO_SERVER, INTERRUPTED = 0, 1, 2, 3, 130
BAD_LINES_SHOWN = 20
BAD_LINES_KEPT = 1_000_000


class _Refusal(Exception):
    """Ends the command with a message, an exit code and what the JSON summary tells of it."""

    def __init__(self, exit_code: int, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.facts = facts


@click.command("import", short_help="Import friendships from a CSV or JSON lines file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@server_options
@click.option("--register", is_flag=True, help="First register who is unknown to the server; nickname = id.")
@click.option("--dry-run", is_flag=True, help="Read and check the file, show what would be sent, send nothing.")
@click.option("--resume", is_flag=True, help="Go on with an import that was interrupted, or begin if there is none.")
@click.option("--restart", is_flag=True, help="Forget an interrupted import of this file and begin anew.")
@click.option("--skip-bad-lines", is_flag=True, help="Import the rest of a file that has bad lines; report these.")
@click.option(
    "--batch-size",
    type=click.IntRange(1, BATCH_LIMIT),
    default=BATCH_LIMIT,
    show_default=True,
    help="Friends an import.",
)
@click.option("--concurrency", type=click.IntRange(1, 256), default=8, show_default=True, help="Imports at once.")
@click.option(
    "--retry-for",
    type=click.FloatRange(0, 86400),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for a server that does not answer.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to note what is finished.  [default: FILE.journal]",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to list what was skipped and why, as CSV.  [default: FILE.skipped.csv, if anything is]",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.pass_context
def import_file(context: click.Context, /, file: Path, *, as_json: bool, **options: Any) -> None:
    """Import friendships from FILE: CSV with the columns ownerUserID and friendUserID (or just these two, without a
    header), or JSON lines such as {"ownerUserID": "ann", "friendUserIDs": ["bob", "eve"]}; packed with gzip or not.

    The whole file is checked before anything is sent. A friendship is two-way, so a pair that is there again, in
    either direction, is sent once. What the server or the app's business server refuses is skipped, listed in the
    report, and the import goes on. An import that was interrupted goes on with --resume, without repeating or
    skipping anything. Works with amity and with OpenIM's own server.

    \b
    Exit codes: 0 all imported, 1 some skipped, 2 bad file or usage, 3 server unreachable, 130 interrupted.
    """
    out = Console(file=sys.stdout, soft_wrap=True)
    log = Console(file=sys.stderr)
    try:
        facts, exit_code = _import(file, out=out, log=log, as_json=as_json, **options)
    except _Refusal as refusal:
        if as_json:
            print(json.dumps({"file": str(file), "error": str(refusal), **refusal.facts}))  # noqa: T201
        click.echo(f"amity import: {refusal}", err=True)
        context.exit(refusal.exit_code)
    if as_json:
        print(json.dumps(facts))  # noqa: T201
    context.exit(exit_code)


def _import(
    file: Path,
    *,
    out: Console,
    log: Console,
    as_json: bool,
    dry_run: bool,
    skip_bad_lines: bool,
    batch_size: int,
    config: Path | None,
    url: str | None,
    secret: str | None,
    admin: str | None,
    dev: bool,
    report: Path | None,
    journal: Path | None,
    retry_for: float,
    **job_options: Any,
) -> tuple[dict[str, Any], int]:
    access = None if dry_run else find_server(config=config, url=url, secret=secret, admin=admin, dev=dev)
    plan = _checked_plan(file, batch_size, skip_bad_lines=skip_bad_lines)
    facts: dict[str, Any] = {"file": str(file), **file_facts(plan)}
    if not as_json:
        show_file(out, f"{file}: checked", facts)
    if access is None:
        return {**facts, "dryRun": True}, _show_batches(plan, out, silent=as_json)
    job = Job(
        plan=plan,
        server=access.url,
        journal=journal or file.with_name(file.name + ".journal"),
        report=report or file.with_name(file.name + ".skipped.csv"),
        always_report=report is not None,
        retry_for=retry_for,
        **job_options,
    )
    if not os.access(job.report.parent, os.W_OK):
        raise _Refusal(BAD_INPUT, f"{job.report} cannot be written: --report names another place")
    facts |= {"server": access.url} | _run(job, access, log)
    if not as_json:
        show_outcome(out, f"{file}: imported in {facts['seconds']:.1f} s, {facts['pairsPerSecond']:,} pairs/s", facts)
        if facts["report"]:
            out.print(f"skipped, and why: {facts['report']}", markup=False, highlight=False)
    return facts, SOME_SKIPPED if facts["skipped"] or plan.bad_line_count else DONE


def _checked_plan(file: Path, batch_size: int, *, skip_bad_lines: bool) -> Plan:
    try:
        plan = make_plan(FriendshipFile(file), batch_size, bad_lines_kept=BAD_LINES_KEPT)
    except FileProblem as problem:
        raise _Refusal(BAD_INPUT, str(problem)) from None
    if plan.bad_line_count and not skip_bad_lines:
        shown = plan.bad_lines[:BAD_LINES_SHOWN]
        lines = [f"  line {line.number} {line.reason}" for line in shown]
        if plan.bad_line_count > len(shown):
            lines.append(f"  ... and {plan.bad_line_count - len(shown):,} more")
        raise _Refusal(
            BAD_INPUT,
            "\n".join(
                [f"{file} has bad lines, so nothing was sent (--skip-bad-lines imports the rest):", *lines],
            ),
            badLines=[{"line": line.number, "reason": line.reason} for line in plan.bad_lines],
        )
    if not plan.pairs:
        raise _Refusal(BAD_INPUT, f"{file} names no friendship")
    return plan


def _show_batches(plan: Plan, out: Console, *, silent: bool) -> int:
    if not silent:
        for batch in plan.batches():
            if batch.number == 5:
                out.print(f"  ... and {plan.batch_count - 5:,} more imports", markup=False, highlight=False)
                break
            friends = ", ".join(batch.friends[:5]) + (", ..." if len(batch.friends) > 5 else "")
            count = len(batch.friends)
            out.print(f"  import {batch.owner}: {count} friends: {friends}", markup=False, highlight=False)
        out.print("nothing was sent (--dry-run)", markup=False, highlight=False)
    return SOME_SKIPPED if plan.bad_line_count else DONE


def _run(job: Job, access: ServerAccess, log: Console) -> dict[str, Any]:
    """Do the job, and say how each of its bad ends is mended."""
    go_on = "what was imported until then is noted: --resume goes on from there"
    try:
        return asyncio.run(_run_job(job, access, log))
    except JournalProblem as problem:
        raise _Refusal(BAD_INPUT, str(problem)) from None
    except Unreachable as problem:
        raise _Refusal(NO_SERVER, f"{access.url}: {problem}; {go_on}") from None
    except ImError as error:
        raise _Refusal(BAD_INPUT, f"{access.url} refuses: {_advice(error, access)}", errCode=error.code) from None
    except OSError as error:
        raise _Refusal(BAD_INPUT, f"{error.filename or job.report}: {error.strerror or error}; {go_on}") from None
    except KeyboardInterrupt:
        raise _Refusal(INTERRUPTED, f"interrupted; {go_on}") from None


async def _run_job(job: Job, access: ServerAccess, log: Console) -> dict[str, Any]:
    async with access.client() as client:
        with screen_for(log) as screen:
            return await job.run(client, screen)


def _advice(error: ImError, access: ServerAccess) -> str:
    text = f"{error.code} {error.message}: {error.detail}"
    if error.code == Code.NO_PERMISSION:
        return f"{text} (is --secret the server's, and {access.admin} one of its administrators?)"
    return text
